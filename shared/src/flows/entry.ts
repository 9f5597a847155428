import type { FlowEvent } from '../events.ts';
import { eventIdOf } from './event-id.ts';

/** What is looked at to tell which flow an event is a part of: any event, and one that has lost its details. */
export type FlowMark = Pick<
  FlowEvent,
  | 'service'
  | 'sequence'
  | 'at'
  | 'durationMs'
  | 'host'
  | 'status'
  | 'operation'
  | 'caller'
  | 'virtualMachine'
  | 'site'
  | 'clientId'
  | 'audience'
  | 'clientRequestId'
  | 'tokenId'
  | 'traceparent'
  | 'checks'
>;

/** An event in the book. */
export type Entry<E extends FlowMark = FlowMark> = {
  readonly id: string;
  readonly event: E;
  /** Epoch milliseconds. */
  readonly start: number;
  readonly end: number;
  /** During which other one it happened, because of it: Entra asked by IMDS. */
  parent?: Entry<E>;
  /** It has been found to be what led to another one. */
  hasLed?: true;
};

export const entryOf = <E extends FlowMark>(event: E): Entry<E> => {
  const start = Date.parse(event.at);
  return { id: eventIdOf(event), event, start, end: start + event.durationMs };
};

/** By time. Of those that begin in one millisecond, the one that went on for longest: it is the one that asked the others. */
export const byTime = (one: Entry, other: Entry): number =>
  one.start - other.start || other.end - one.end || one.event.sequence - other.event.sequence;

/** Times are written down in milliseconds. */
const ROUNDING_MS = 1;

/** Whether one began and ended while the other went on. */
export const isDuring = (inner: Entry, outer: Entry): boolean =>
  inner !== outer && inner.start >= outer.start - ROUNDING_MS && inner.end <= outer.end + ROUNDING_MS;

/** The machine that wanted it, as far as is known. */
export const machineOf = ({ event: { caller, virtualMachine, site } }: Entry): string | undefined =>
  caller ?? virtualMachine ?? site;

/** Who gives tokens out; all others are given them. */
export const handsOut = (service: string): boolean => HANDS_OUT.has(service);

const HANDS_OUT: ReadonlySet<string> = new Set(['imds', 'appservice', 'entra']);
