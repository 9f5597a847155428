import type { FlowEvent } from '@lab/shared/events.ts';
import { expect, it } from 'vitest';
import { traces } from './traces.ts';

let sequence = 0;
/** An event at this many milliseconds. */
const event = (service: string, atMs: number, details: Partial<FlowEvent> = {}): FlowEvent => {
  sequence += 1;
  const at = new Date(1_767_225_600_000 + atMs).toISOString();
  return {
    sequence,
    service,
    at,
    durationMs: 1,
    remoteAddress: '10.88.0.130',
    method: 'GET',
    host: '',
    path: '/',
    status: 200,
    ...details,
  };
};

/** Which events are in one trace, by the letters of the result. */
const grouped = (placed: readonly { traceId: string }[]) => {
  const letters = new Map<string, string>();
  return placed
    .map(({ traceId }) => {
      letters.set(traceId, letters.get(traceId) ?? 'abcdefgh'.charAt(letters.size));
      return letters.get(traceId);
    })
    .join('');
};

const firstRead = () => [
  event('keyvault', 0, { clientRequestId: 'c1', status: 401 }),
  event('imds', 5, { tokenId: 't1', durationMs: 10 }),
  event('entra', 7, { tokenId: 't1', durationMs: 5 }),
  event('keyvault', 20, { clientRequestId: 'c1', tokenId: 't1' }),
];

it('makes one trace of the challenge, the token and the request that uses it', () => {
  expect(grouped(traces().place(firstRead()))).toBe('aaaa');
});

it('puts what Entra did below what IMDS asked for', () => {
  const [, imds, entra, use] = traces().place(firstRead());
  expect(entra?.parentSpanId).toBe(imds?.spanId);
  expect([imds?.parentSpanId, use?.parentSpanId]).toEqual([undefined, undefined]);
});

it('makes traces of their own of what uses the token later, and of a token that is handed out again', () => {
  const { place } = traces();
  const placed = place([
    ...firstRead(),
    event('keyvault', 30, { clientRequestId: 'c2', tokenId: 't1' }),
    event('imds', 40, { tokenId: 't1' }),
    event('keyvault', 50, { clientRequestId: 'c3', tokenId: 't1' }),
    event('blob', 60, { tokenId: 't1' }),
  ]);
  expect(grouped(placed)).toBe('aaaabccd');
});

it('goes on with a flow of which the beginning has been told before', () => {
  const { place } = traces();
  const [challenge, imds, entra, use] = firstRead();
  if (!challenge || !imds || !entra || !use) throw new Error('a flow has four events');
  expect(grouped([...place([challenge]), ...place([imds, entra]), ...place([use])])).toBe('abba');
  const other = traces();
  expect(grouped([...other.place([imds, entra]), ...other.place([event('blob', 30, { tokenId: 't1' })])])).toBe('aaa');
});

it('takes the trace of a client that says in which it is, for the others of its flow too', () => {
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
  const events = firstRead();
  const traced = events.map((event) =>
    event.service === 'keyvault' ? { ...event, traceparent: `00-${traceId}-00f067aa0ba902b7-01` } : event,
  );
  const placed = traces().place(traced);
  expect(placed.map((one) => one.traceId)).toEqual(Array(4).fill(traceId));
  expect(placed.map((one) => one.parentSpanId)).toEqual([
    '00f067aa0ba902b7',
    undefined,
    placed[1]?.spanId,
    '00f067aa0ba902b7',
  ]);
});

it('gives the same ids to the same events, as W3C writes them', () => {
  const events = firstRead();
  const [one, other] = [traces().place(events), traces().place(events)];
  expect(one).toEqual(other);
  for (const { traceId, spanId } of one) expect([traceId, spanId].join(' ')).toMatch(/^[0-9a-f]{32} [0-9a-f]{16}$/);
  expect(new Set(one.map(({ spanId }) => spanId)).size).toBe(4);
});

it('remembers no more than it has to', () => {
  const { place } = traces(2);
  const started = performance.now();
  place(Array.from({ length: 5_000 }, (_, index) => event('imds', index, { tokenId: `t${index}` })));
  expect(
    grouped(place([event('keyvault', 9_000, { tokenId: 't1' }), event('keyvault', 9_001, { tokenId: 't1' })])),
  ).toBe('ab');
  expect(performance.now() - started).toBeLessThan(2_000);
});
