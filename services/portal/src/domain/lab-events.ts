import type { FlowEvent } from '@lab/shared/events.ts';
import { encodeCursor, type Positions } from './event-cursor.ts';
import { type EventFilter, matchesFilter } from './event-filter.ts';
import { inOrder } from './event-order.ts';
import { EVENT_SERVICES, type EventService, type Services } from './services.ts';

export type EventPage = {
  /** By time, and of each service in its order. */
  readonly events: readonly FlowEvent[];
  /** Where to ask on from. The same as the one asked with: there is nothing new. */
  readonly cursor: string;
  /** Services that could not be asked. One of a profile that was not started is among them. */
  readonly unheard: readonly EventService[];
  /** Services that have forgotten events after the cursor: each keeps the newest few hundred. */
  readonly missed: readonly EventService[];
};

export type LabEvents = (query: { positions: Positions; filter: EventFilter; limit: number }) => Promise<EventPage>;

/** What happened at all services after a position, as one page. */
export const labEvents =
  (services: Services): LabEvents =>
  async ({ positions, filter, limit }) => {
    const asked = EVENT_SERVICES.filter((service) => filter.service === undefined || filter.service === service);
    const answers = await Promise.all(
      asked.map(async (service) => ({ service, heard: await eventsAfter(services, service, positions[service]) })),
    );
    const reached: { [Service in EventService]?: number } = { ...positions };
    const events: FlowEvent[] = [];
    for (const event of inOrder(answers.map(({ heard }) => heard?.events ?? []))) {
      if (events.length === limit) break;
      reached[event.service as EventService] = event.sequence;
      if (matchesFilter(filter, event)) events.push(event);
    }
    return {
      events,
      cursor: encodeCursor(reached),
      unheard: answers.flatMap(({ service, heard }) => (heard ? [] : [service])),
      missed: answers.flatMap(({ service, heard }) => (heard?.missed ? [service] : [])),
    };
  };

/**
 * A service that was restarted counts from one again: what it then has is all newer than the position.
 * Deviation: one that has counted past the position again is not told from one that went on.
 */
async function eventsAfter(services: Services, service: EventService, position: number | undefined) {
  const answer = await services.events(service, position ?? 0);
  if (!answer || position === undefined) return answer && { events: answer.events, missed: false };
  if (answer.latest < position) {
    const anew = await services.events(service, 0);
    return anew && { events: anew.events, missed: true };
  }
  const [first] = answer.events;
  return { events: answer.events, missed: first !== undefined && first.sequence > position + 1 };
}
