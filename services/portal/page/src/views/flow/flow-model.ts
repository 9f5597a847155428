import type { FlowEvent } from '@lab/shared/events.ts';
import {
  eventIdOf,
  type Flow,
  type FlowSummary,
  flowBook,
  type Message,
  messagesOf,
  type Step,
  stepsOf,
  summaryOf,
} from '@lab/shared/flows/index.ts';

/** A flow as it is shown. The same object for as long as nothing of it changes. */
export type ShownFlow = {
  readonly summary: FlowSummary;
  readonly steps: readonly Step[];
  readonly messages: readonly Message[];
  /** Names by which its machine is looked for. */
  readonly names: ReadonlySet<string>;
};

export type FlowModel = {
  /** @param events All that the page has; those that it has seen already cost nothing. */
  follow(events: readonly FlowEvent[]): void;
  /** Oldest first. A new list whenever there is something new. */
  flows(): readonly ShownFlow[];
  /** By the id of any event of it. */
  find(eventId: string): ShownFlow | undefined;
};

/** Flows of the events that the page has heard of. */
export function flowModel(most = 10_000): FlowModel {
  let book = flowBook<FlowEvent>(most);
  let last: FlowEvent | undefined;
  let shown: readonly ShownFlow[] = [];
  let isShown = true;
  const made = new WeakMap<Flow<FlowEvent>, ShownFlow>();
  const toShown = (flow: Flow<FlowEvent>): ShownFlow => {
    const known = made.get(flow);
    if (known) return known;
    const flowShown = showing(flow, book.parentOf);
    made.set(flow, flowShown);
    return flowShown;
  };
  return {
    follow: (events) => {
      if (last !== undefined && events.length === 0) book = flowBook<FlowEvent>(most);
      const seen = last === undefined ? -1 : events.lastIndexOf(last);
      for (const event of events.slice(seen + 1)) book.add(event);
      if (events.at(-1) !== last) isShown = false;
      last = events.at(-1);
    },
    flows: () => {
      if (!isShown) shown = book.flows().reverse().map(toShown);
      isShown = true;
      return shown;
    },
    find: (eventId) => {
      const flow = book.find(eventId);
      return flow && toShown(flow);
    },
  };
}

/** Also of a flow that the lab was asked for. */
function showing(
  flow: Flow<FlowEvent>,
  parentOf: (eventId: string) => string | undefined = () => undefined,
): ShownFlow {
  const steps = stepsOf(flow.events, parentOf);
  const names = flow.events.flatMap(({ caller, workload, virtualMachine, site }) => [
    ...[caller, workload, virtualMachine, site],
  ]);
  return {
    summary: summaryOf(flow),
    steps,
    messages: messagesOf(steps),
    names: new Set(names.filter((name) => name !== undefined)),
  };
}

/** The step that an address names: by the id of any event of its flow, and its number. */
export function findStep(flow: ShownFlow | undefined, number: number): Step | undefined {
  return flow?.steps[number - 1];
}

/** Of a flow that the lab was asked for, where the page has not heard of its events. */
export const ofAnswer = (steps: readonly Step[]): ShownFlow | undefined => {
  const [first] = steps;
  if (!first) return undefined;
  const parents = new Map(steps.map(({ id, parent }) => [id, parent]));
  return showing({ id: eventIdOf(first.event), events: steps.map(({ event }) => event) }, (id) => parents.get(id));
};
