import type { FlowEvent } from '../events.ts';
import type { Flow } from './flow-book.ts';
import { type Sentence, sentenceOf } from './sentences.ts';
import { machineOf, outcomeOf, type StepOutcome } from './steps.ts';

/** A flow in one line. */
export type FlowSummary = {
  readonly id: string;
  readonly at: string;
  readonly durationMs: number;
  /** The machine whose flow it is, where that is known. */
  readonly workload?: string;
  /** In the order in which they were first asked. */
  readonly services: readonly string[];
  readonly steps: number;
  /** How it ended, by its main step. */
  readonly outcome: StepOutcome;
  /** What its main step says. */
  readonly title: Sentence;
};

export function summaryOf({ id, events }: Flow<FlowEvent>): FlowSummary {
  const [first] = events;
  const main = mainOf(events);
  if (!first || !main) throw new Error('a flow has an event');
  const workload = machineOf(events) ?? first.caller;
  const start = Date.parse(first.at);
  return {
    id,
    at: first.at,
    durationMs:
      Math.round(Math.max(...events.map(({ at, durationMs }) => Date.parse(at) + durationMs - start)) * 10) / 10,
    ...(workload !== undefined && { workload }),
    services: [...new Set(events.map(({ service }) => service))],
    steps: events.length,
    outcome: outcomeOf(main),
    title: sentenceOf(main),
  };
}

/** What the client was after: the last that it asked of who has data; of the others the last that was no mere preparation. */
function mainOf(events: readonly FlowEvent[]): FlowEvent | undefined {
  const isOf =
    (...services: string[]) =>
    ({ service }: FlowEvent) =>
      services.includes(service);
  const isData = ({ service, operation }: FlowEvent) =>
    ['keyvault', 'blob', 'arm', 'api'].includes(service) || (service === 'entra' && !PREPARES.has(operation ?? ''));
  const tokens = isOf('imds', 'appservice');
  const data = events.findLast(isData);
  // Asked for a token it needs, and never came back with one: why it got none is what happened.
  const isGivenUp = data !== undefined && outcomeOf(data) === 'challenged';
  const refused = isGivenUp ? events.findLast((event) => tokens(event) || event.operation === 'IssueToken') : undefined;
  return refused ?? data ?? events.findLast(tokens) ?? events.findLast(isOf('entra')) ?? events.at(-1);
}

const PREPARES: ReadonlySet<string> = new Set(['IssueToken', 'GetKeys', 'GetOpenIdConfiguration', 'DiscoverInstance']);
