/** Flows: events put together into what a client wanted, in one line or step by step. */
import type { FlowEvent } from './events.ts';

export type FlowQuery = {
  /** Flows that this machine has a part in. */
  readonly workload?: string;
  /** 50 where it is absent, 500 at most. */
  readonly limit?: number;
};

/** What a client wanted, with every request that it led to, in one line. */
export type FlowSummary = {
  readonly id: string;
  /** When it began, ISO 8601, UTC. */
  readonly at: string;
  readonly durationMs: number;
  /** The machine whose flow it is, where that is known. */
  readonly workload?: string | undefined;
  /** In the order in which they were first asked. */
  readonly services: readonly string[];
  /** How many it has. */
  readonly steps: number;
  /** How its main step ended: the one with what the client was after. */
  readonly outcome: StepOutcome;
  /** What its main step says. */
  readonly title: FlowSentence;
};

/** The same, step by step: in the order in which they began. */
export type Flow = { readonly id: string; readonly steps: readonly FlowStep[] };

/** One event of a flow, as it is drawn: an arrow from one part of the lab to another. */
export type FlowStep = {
  /** Of the event. */
  readonly id: string;
  /** Counted from one. */
  readonly number: number;
  /** When it began, ISO 8601, UTC. */
  readonly at: string;
  /** How long after the beginning of the flow it began. */
  readonly offsetMs: number;
  readonly durationMs: number;
  /** Who asked: a machine, a service, or `unknown`. */
  readonly source: string;
  /** The service that was asked. */
  readonly target: string;
  readonly outcome: StepOutcome;
  readonly sentence: FlowSentence;
  /** Id of the step because of which it was taken, and during it. */
  readonly parent?: string | undefined;
  readonly event: FlowEvent;
};

/** `challenged`: refused as it should be, so that the client hears what is needed. */
export type StepOutcome = 'succeeded' | 'challenged' | 'failed';

/** What happened, as the key of a text of the page and what stands in it. */
export type FlowSentence = { readonly key: string; readonly values: Readonly<Record<string, string>> };
