import { createHash } from 'node:crypto';
import type { FlowEvent } from '@lab/shared/events.ts';
import { eventIdOf, flowBook } from '@lab/shared/flows/index.ts';

/** Where an event stands among the spans. Ids are hex, as in https://www.w3.org/TR/trace-context/. */
export type Placed = {
  readonly event: FlowEvent;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
};

/**
 * Which trace each event belongs to: one trace per flow, that is per thing that a client wanted (`shared/src/flows`). A
 * client that sent `traceparent` said so itself: its trace, below its span.
 *
 * What has been told cannot be taken back, so a flow that turns out to be a part of another one later goes on in that one.
 * @param most Events that are remembered, to go on with flows.
 */
export function traces(most = 5_000): { place(events: readonly FlowEvent[]): Placed[] } {
  const book = flowBook<FlowEvent>(most);
  const told = new Map<string, string>();

  /** A flow's trace: that of a client in it, one that it was told in before, or one that follows from its first event. */
  const traceOf = (id: string): string => {
    const { id: flowId, events } = book.find(id) ?? { id, events: [] };
    const own = events.map(({ traceparent }) => parse(traceparent)?.traceId);
    const before = events.map((event) => told.get(eventIdOf(event)));
    return [...own, ...before].find((traceId) => traceId !== undefined) ?? hash(`trace ${flowId}`, 32);
  };

  /** @param events By time; all that have come in together. */
  const place = (events: readonly FlowEvent[]): Placed[] => {
    for (const event of events) book.add(event);
    const placed = events.map((event): Placed => {
      const id = eventIdOf(event);
      const own = parse(event.traceparent);
      const ofFlow = traceOf(id);
      const traceId = own?.traceId ?? ofFlow;
      const parent = traceId === ofFlow ? book.parentOf(id) : undefined;
      const parentSpanId = own?.parentId ?? (parent === undefined ? undefined : spanIdOf(parent));
      return { event, traceId, spanId: spanIdOf(id), ...(parentSpanId !== undefined && { parentSpanId }) };
    });
    for (const { event, traceId } of placed) told.set(eventIdOf(event), traceId);
    for (const id of told.keys()) {
      if (told.size <= most) break;
      told.delete(id);
    }
    return placed;
  };
  return { place };
}

/** The same for the same event, however often it is told: a collector that hears it twice can see that. */
const spanIdOf = (eventId: string): string => hash(`span ${eventId}`, 16);

const hash = (text: string, digits: 16 | 32): string =>
  createHash('sha256').update(text).digest('hex').slice(0, digits);

const parse = (traceparent: string | undefined) => {
  const [, traceId, parentId] = traceparent?.split('-') ?? [];
  return traceId !== undefined && parentId !== undefined ? { traceId, parentId } : undefined;
};
