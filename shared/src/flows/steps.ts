import type { FlowEvent } from '../events.ts';
import { eventIdOf } from './event-id.ts';
import { type Sentence, sentenceOf } from './sentences.ts';

/** One event of a flow, as it is drawn: an arrow from one part of the lab to another. */
export type Step = {
  /** Of the event. */
  readonly id: string;
  /** Counted from one, in the order in which they began. */
  readonly number: number;
  readonly at: string;
  /** After the beginning of the flow. */
  readonly offsetMs: number;
  readonly durationMs: number;
  /** Who asked: a machine, a service, or `unknown`. */
  readonly source: string;
  /** The service that was asked. */
  readonly target: string;
  readonly outcome: StepOutcome;
  readonly sentence: Sentence;
  /** The step because of which it was taken, and during it. */
  readonly parent?: string;
  readonly event: FlowEvent;
};

/** `challenged`: refused as it should be, so that the client hears what is needed. */
export type StepOutcome = 'succeeded' | 'challenged' | 'failed';

/**
 * @param events Of one flow, by time.
 * @param parentOf Of which event another one was a part, by their ids.
 */
export function stepsOf(
  events: readonly FlowEvent[],
  parentOf: (eventId: string) => string | undefined = () => undefined,
): Step[] {
  const [first] = events;
  const machine = machineOf(events);
  const ids = new Set(events.map(eventIdOf));
  return events.map((event, index) => {
    const id = eventIdOf(event);
    const parent = parentOf(id);
    return {
      id,
      number: index + 1,
      at: event.at,
      offsetMs: Date.parse(event.at) - Date.parse(first?.at ?? event.at),
      durationMs: event.durationMs,
      source: event.caller ?? parentService(parent) ?? machine ?? 'unknown',
      target: event.service,
      outcome: outcomeOf(event),
      sentence: sentenceOf(event),
      ...(parent !== undefined && ids.has(parent) && { parent }),
      event,
    };
  });
}

/** Ids of events begin with their service. */
const parentService = (parent: string | undefined): string | undefined => parent?.split('-', 1)[0];

/** The machine whose flow it is: the one that is known to have asked, or that the tokens are of. */
export const machineOf = (events: readonly FlowEvent[]): string | undefined =>
  events.find(({ workload }) => workload !== undefined)?.caller ??
  events.map(({ virtualMachine, site }) => virtualMachine ?? site).find((name) => name !== undefined);

export function outcomeOf({ status, checks, service }: FlowEvent): StepOutcome {
  if (status < 400) return 'succeeded';
  const refusedBy = checks?.at(-1)?.check;
  const isChallenge = status === 401 && refusedBy === 'bearer token';
  const isProbe = status === 400 && service === 'imds' && refusedBy === 'metadata header';
  return isChallenge || isProbe ? 'challenged' : 'failed';
}
