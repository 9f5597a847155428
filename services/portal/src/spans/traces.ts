import { createHash } from 'node:crypto';
import type { FlowEvent } from '@lab/shared/events.ts';

/** Where an event stands among the spans. Ids are hex, as in https://www.w3.org/TR/trace-context/. */
export type Placed = {
  readonly event: FlowEvent;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
};

/**
 * Which trace each event belongs to: one trace per flow, that is per thing that a client wanted.
 *
 * - A client that sent `traceparent` said so itself: its trace, below its span.
 * - Otherwise requests with one client request id are one flow: the challenge of Key Vault and the request after it.
 * - A token that is handed out belongs to the flow that uses it first, by its `uti`; later uses are flows of their own.
 * - What Entra says while IMDS asks it is below IMDS's span.
 *
 * Keeps what it needs to go on with later events, the newest few thousand ids.
 */
export function traces(most = 5_000): { place(events: readonly FlowEvent[]): Placed[] } {
  const byRequest = new Map<string, string>();
  const byToken = new Map<string, Handout>();

  /** @param events By time; all that have come in together. */
  const place = (events: readonly FlowEvent[]): Placed[] => {
    const flows = disjointSets(events.length);
    const firstOf = new Map<string, number>();
    const parents = new Map<number, string>();
    const known = new Map<number, string>();
    for (const [index, event] of events.entries()) {
      const { clientRequestId: request, tokenId: token } = event;
      if (request !== undefined) {
        flows.join(firstOf.get(request) ?? index, index);
        firstOf.set(request, firstOf.get(request) ?? index);
        const trace = byRequest.get(request);
        if (trace !== undefined) known.set(index, trace);
      }
      if (token === undefined) continue;
      const handout = byToken.get(token);
      const isDuring = handout !== undefined && endOf(event) <= handout.end;
      if (handout && !handout.used && (isDuring || !HANDS_OUT.has(event.service))) {
        if (handout.index !== undefined) flows.join(handout.index, index);
        else if (handout.traceId !== undefined && !known.has(index)) known.set(index, handout.traceId);
        if (isDuring && event.service === 'entra') parents.set(index, handout.spanId);
        if (!HANDS_OUT.has(event.service)) handout.used = true;
      } else if (HANDS_OUT.has(event.service)) {
        keep(byToken, token, { index, end: endOf(event), spanId: spanIdOf(event), used: false }, most);
      }
    }
    const traceOf = traceOfFlows(events, flows.rootOf, known);
    const placed = events.map((event, index): Placed => {
      const own = parse(event.traceparent);
      const traceId = own?.traceId ?? traceOf(index);
      const parentSpanId = own?.parentId ?? (traceId === traceOf(index) ? parents.get(index) : undefined);
      if (event.clientRequestId !== undefined) keep(byRequest, event.clientRequestId, traceOf(index), most);
      return { event, traceId, spanId: spanIdOf(event), ...(parentSpanId !== undefined && { parentSpanId }) };
    });
    for (const handout of byToken.values()) {
      if (handout.index === undefined) continue;
      handout.traceId = traceOf(handout.index);
      handout.index = undefined;
    }
    return placed;
  };
  return { place };
}

type Handout = {
  /** Among the events of this round; undefined when it was of an earlier one. */
  index: number | undefined;
  traceId?: string;
  readonly end: number;
  readonly spanId: string;
  used: boolean;
};

/** Who gives tokens out; all others are given them. */
const HANDS_OUT: ReadonlySet<string> = new Set(['imds', 'appservice', 'entra']);

/** A flow's trace: that of a client in it, one that is known from before, or one that follows from its first event. */
function traceOfFlows(
  events: readonly FlowEvent[],
  rootOf: (index: number) => number,
  known: ReadonlyMap<number, string>,
): (index: number) => string {
  const chosen = new Map<number, string>();
  const choose = (index: number, traceId: string | undefined) => {
    if (traceId !== undefined && !chosen.has(rootOf(index))) chosen.set(rootOf(index), traceId);
  };
  for (const [index, { traceparent }] of events.entries()) choose(index, parse(traceparent)?.traceId);
  for (const [index, traceId] of known) choose(index, traceId);
  for (const [index, event] of events.entries()) choose(index, hash(`trace ${identityOf(event)}`, 32));
  return (index) => chosen.get(rootOf(index)) ?? '';
}

/** Which indices belong together. */
function disjointSets(length: number) {
  const parent = Array.from({ length }, (_, index) => index);
  const rootOf = (index: number): number => {
    let at = index;
    while (parent[at] !== at) at = parent[at] ?? at;
    return at;
  };
  // The earlier one is the root: it is the one that a flow begins with.
  const join = (one: number, other: number) => {
    const [a, b] = [rootOf(one), rootOf(other)];
    parent[Math.max(a, b)] = Math.min(a, b);
  };
  return { rootOf, join };
}

function keep<V>(map: Map<string, V>, key: string, value: V, most: number): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > most && oldest !== undefined) map.delete(oldest);
}

/** The same for the same event, however often it is told: a collector that hears it twice can see that. */
const identityOf = ({ service, sequence, at }: FlowEvent): string => `${service} ${sequence} ${at}`;

const spanIdOf = (event: FlowEvent): string => hash(`span ${identityOf(event)}`, 16);

const hash = (text: string, digits: 16 | 32): string =>
  createHash('sha256').update(text).digest('hex').slice(0, digits);

/** Epoch milliseconds. */
const endOf = ({ at, durationMs }: FlowEvent): number => Date.parse(at) + durationMs;

const parse = (traceparent: string | undefined) => {
  const [, traceId, parentId] = traceparent?.split('-') ?? [];
  return traceId !== undefined && parentId !== undefined ? { traceId, parentId } : undefined;
};
