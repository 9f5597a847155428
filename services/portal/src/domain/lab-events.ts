import type { FlowEvent } from '@lab/shared/events.ts';
import { encodeCursor, type Position, type Positions, START } from './event-cursor.ts';
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
  /** Services that have forgotten events after the cursor: each keeps the newest few hundred, and none of its earlier lives. */
  readonly missed: readonly EventService[];
};

export type LabEvents = (query: {
  positions: Positions;
  filter: EventFilter;
  limit: number;
  /** Which of them are for who asks. Absent: all. */
  sees?: ((event: FlowEvent) => boolean) | undefined;
}) => Promise<EventPage>;

/** What happened at all services after a position, as one page. */
export const labEvents =
  (services: Services): LabEvents =>
  async ({ positions, filter, limit, sees = () => true }) => {
    const asked = EVENT_SERVICES.filter((service) => filter.service === undefined || filter.service === service);
    const answers = await Promise.all(
      asked.map(async (service) => ({ service, heard: await eventsAfter(services, service, positions[service]) })),
    );
    const reached: { [Service in EventService]?: Position } = { ...positions };
    for (const { service, heard } of answers) {
      if (heard?.isAnew) reached[service] = { epoch: heard.at.epoch, sequence: 0 };
    }
    const epochs = new Map<string, string | undefined>(answers.map(({ service, heard }) => [service, heard?.at.epoch]));
    const events: FlowEvent[] = [];
    for (const event of inOrder(answers.map(({ heard }) => heard?.events ?? []))) {
      if (events.length === limit) break;
      const { service, sequence } = event;
      reached[service as EventService] = { epoch: epochs.get(service) ?? '', sequence };
      if (sees(event) && matchesFilter(filter, event)) events.push(event);
    }
    return {
      events,
      cursor: encodeCursor(reached),
      unheard: answers.flatMap(({ service, heard }) => (heard ? [] : [service])),
      missed: answers.flatMap(({ service, heard }) => (heard?.missed ? [service] : [])),
    };
  };

/** A service that was restarted since counts from one again, and what it has is all newer than the position. */
async function eventsAfter(services: Services, service: EventService, position: Position | undefined) {
  const heard = await services.events(service, position ?? START);
  if (!heard || position === undefined) return heard && { ...heard, isAnew: false, missed: false };
  const isAnew = heard.at.epoch !== position.epoch;
  const [first] = heard.events;
  return { ...heard, isAnew, missed: isAnew || (first !== undefined && first.sequence > position.sequence + 1) };
}
