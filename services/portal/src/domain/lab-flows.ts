import { AzureError } from '@lab/shared/azure-error.ts';
import type { DecisionMade, FlowEvent } from '@lab/shared/events.ts';
import {
  eventIdOf,
  type FlowSummary,
  flowBook,
  type Step,
  stepsOf,
  summaryOf,
  toMermaid,
} from '@lab/shared/flows/index.ts';
import { type Position, START } from './event-cursor.ts';
import { matchesFilter } from './event-filter.ts';
import { EVENT_SERVICES, type EventService, type Services } from './services.ts';

/** What clients wanted of the lab, each with every request that it led to. */
export type LabFlows = {
  /** Newest first. */
  list(query: { workload?: string | undefined; limit: number; sees?: Sees | undefined }): Promise<FlowSummary[]>;
  /** @param id Of any event of it. @throws FlowNotFound */
  steps(id: string, sees?: Sees): Promise<{ id: string; steps: Step[] }>;
  mermaid(id: string, sees?: Sees): Promise<string>;
};

/** Which events are for who asks. Absent: all. Of a flow they are shown those alone: a client may tie its own to another's. */
type Sees = (event: FlowEvent) => boolean;

/**
 * Flows of all that is heard of the services, and the services whose events say which flow they are a part of.
 *
 * Of each event it keeps what tells flows apart; the rest is asked of the service again when somebody looks at it.
 * @param most Events that are remembered: as many as all services remember together.
 */
export function labFlows(services: Services, most = 6_000): { services: Services; flows: LabFlows } {
  const book = flowBook<FlowEvent>(most);
  const positions = new Map<EventService, Position>();

  const hear: Services['events'] = async (service, after) => {
    const heard = await services.events(service, after);
    for (const event of heard?.events ?? []) book.add(withoutDetails(event));
    return heard && { ...heard, events: heard.events.map((event) => ({ ...event, ...flowOf(eventIdOf(event)) })) };
  };
  const flowOf = (eventId: string) => {
    const flow = book.flowIdOf(eventId);
    return flow === undefined ? {} : { flow };
  };
  /** Everything that has happened since somebody asked last, whether it was watched meanwhile or not. */
  const refresh = () =>
    Promise.all(
      EVENT_SERVICES.map(async (service) => {
        const heard = await hear(service, positions.get(service) ?? START);
        if (heard) positions.set(service, heard.at);
      }),
    );
  /** The events of a flow with all that their services say; of one that has been forgotten there, what is remembered here. */
  const whole = async (events: readonly FlowEvent[]): Promise<FlowEvent[]> => {
    const byId = new Map<string, FlowEvent>();
    await Promise.all(
      [...new Set(events.map(({ service }) => service as EventService))].map(async (service) => {
        const sequences = events.filter((event) => event.service === service).map(({ sequence }) => sequence);
        const epoch = positions.get(service)?.epoch ?? '';
        const heard = await services.events(service, { epoch, sequence: Math.min(...sequences) - 1 });
        for (const event of heard?.events ?? []) byId.set(eventIdOf(event), event);
      }),
    );
    return events.map((event) => byId.get(eventIdOf(event)) ?? event);
  };
  const steps: LabFlows['steps'] = async (id, sees = () => true) => {
    await refresh();
    const flow = book.find(id);
    const shown = flow && partOf(flow.events, sees);
    if (!shown) throw flowNotFound();
    const events = await whole(shown);
    return { id: flow.id, steps: stepsOf(events, book.parentOf) };
  };

  return {
    services: { ...services, events: hear },
    flows: {
      list: async ({ workload, limit, sees = () => true }) => {
        await refresh();
        return book
          .flows()
          .flatMap(({ id, events }) => {
            const shown = partOf(events, sees);
            return shown ? [{ id, events: shown }] : [];
          })
          .filter(({ events }) => workload === undefined || events.some((event) => matchesFilter({ workload }, event)))
          .slice(0, limit)
          .map(summaryOf);
      },
      steps,
      mermaid: async (id, sees) => toMermaid((await steps(id, sees)).steps),
    },
  };
}

/**
 * What somebody sees of a flow: their own events, and what services asked each other meanwhile for nobody in particular, such
 * as keys. Undefined where nothing of it is theirs.
 */
function partOf(events: readonly FlowEvent[], sees: Sees): readonly FlowEvent[] | undefined {
  if (!events.some(sees)) return undefined;
  const isBetweenServices = ({ caller, principalId, clientId }: FlowEvent) =>
    (EVENT_SERVICES as readonly string[]).includes(caller ?? '') && principalId === undefined && clientId === undefined;
  return events.filter((event) => sees(event) || isBetweenServices(event));
}

/** Of the checks and the decision, what a sentence says of them. */
function withoutDetails(event: FlowEvent): FlowEvent {
  const { token: _t, issued: _i, request: _q, response: _r, furtherDecisions: _f, checks, decision, ...rest } = event;
  const failed = checks?.filter(({ outcome }) => outcome === 'failed') ?? [];
  return {
    ...rest,
    ...(failed.length > 0 && { checks: failed }),
    ...(decision && { decision: grantOf(decision) }),
  };
}

const grantOf = ({ leftOut: _, considered, ...decision }: DecisionMade): DecisionMade => ({
  ...decision,
  considered: considered.filter(({ assignmentId }) => assignmentId === decision.grantedBy),
});

const flowNotFound = () =>
  new AzureError({
    kind: 'not_found',
    code: 'FlowNotFound',
    message: 'There is no such flow, or the services have forgotten it: each remembers its newest requests only.',
  });
