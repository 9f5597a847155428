import { expect, it } from 'vitest';
import type { FlowEvent } from '../events.ts';
import { eventIdOf } from './event-id.ts';
import { flowBook } from './flow-book.ts';
import { firstRead, happened } from './testing/happened.ts';

const bookOf = (events: readonly FlowEvent[], most?: number) => {
  const book = flowBook<FlowEvent>(most);
  for (const event of events) book.add(event);
  return book;
};
/** Which events are in one flow, by the letters of the result. */
const grouped = (events: readonly FlowEvent[], told: readonly FlowEvent[] = events) => {
  const book = bookOf(told);
  const letters = new Map<string | undefined, string>();
  return events
    .map((event) => {
      const flow = book.flowIdOf(eventIdOf(event));
      letters.set(flow, letters.get(flow) ?? 'abcdefgh'.charAt(letters.size));
      return letters.get(flow);
    })
    .join('');
};
const CHALLENGE = { status: 401, checks: [{ check: 'bearer token' as const, outcome: 'failed' as const }] };

it('makes one flow of everything that the first read of a secret leads to', () => {
  expect(grouped(firstRead())).toBe('aaaaaa');
});

it('makes the same flow in whatever order its events are heard of', () => {
  const events = firstRead();
  for (let turn = 0; turn < events.length; turn += 1) {
    const told = [...events.slice(turn), ...events.slice(0, turn)];
    expect(grouped(events, told)).toBe('aaaaaa');
    expect(grouped(events, told.toReversed())).toBe('aaaaaa');
    expect(bookOf(told).find(eventIdOf(told[0] as FlowEvent))?.events).toEqual(events);
  }
});

it('finds a flow by any of its events, and names it after the first', () => {
  const events = firstRead();
  const book = bookOf(events);
  const [first] = events;
  for (const event of events) expect(book.find(eventIdOf(event))?.id).toBe(eventIdOf(first as FlowEvent));
  expect(book.find('keyvault-1-0')).toBeUndefined();
});

it('makes flows of their own of what uses a token later, and of a token that is handed out again', () => {
  const used = { tokenId: 't1', caller: 'vm-app01' };
  const later = [
    happened('keyvault', 30, { clientRequestId: 'c2', ...used }),
    happened('imds', 40, used),
    happened('keyvault', 50, { clientRequestId: 'c3', ...used }),
    happened('blob', 60, used),
  ];
  expect(grouped([...firstRead(), ...later])).toBe('aaaaaabccd');
});

it('says because of which request a service asked another one', () => {
  const imds = happened('imds', 0, { durationMs: 20, clientId: 'one' });
  const other = happened('imds', 1, { durationMs: 18, clientId: 'other' });
  const refused = happened('entra', 2, { caller: 'imds', clientId: 'one', status: 400 });
  const keys = happened('entra', 50, { caller: 'keyvault', operation: 'GetKeys' });
  const secret = happened('keyvault', 49, { durationMs: 5, virtualMachine: 'vm-app01' });
  for (const events of [
    [imds, other, refused, keys, secret],
    [secret, keys, refused, other, imds],
  ]) {
    const book = bookOf(events);
    expect(book.parentOf(eventIdOf(refused))).toBe(eventIdOf(imds));
    expect(book.parentOf(eventIdOf(keys))).toBe(eventIdOf(secret));
    expect(book.flowIdOf(eventIdOf(other))).toBe(eventIdOf(other));
  }
});

it('ties together what a client tries again, and not what another machine does meanwhile', () => {
  const asks = (atMs: number, name: string, status: number) =>
    happened('imds', atMs, { virtualMachine: name, caller: name, status, audience: 'https://vault.azure.net' });
  const events = [
    asks(0, 'vm-app01', 503),
    asks(500, 'vm-app02', 200),
    asks(1_000, 'vm-app01', 503),
    asks(3_000, 'vm-app01', 200),
    asks(9_000, 'vm-app01', 200),
  ];
  expect(grouped(events)).toBe('abaac');
});

it('keeps a challenge and the refusal of a token together, also where nobody knows who sent the challenge', () => {
  const refused = { status: 400, errorCode: 'invalid_request' };
  const challenge = happened('keyvault', 0, { clientRequestId: 'c1', ...CHALLENGE });
  expect(grouped([challenge, happened('imds', 100, { virtualMachine: 'vm-app01', ...refused })])).toBe('aa');
  expect(grouped([challenge, happened('imds', 9_000, { virtualMachine: 'vm-app01', ...refused })])).toBe('ab');
});

it('knows who looks a name up by the address, and nobody who is not known', () => {
  const lookup = { host: 'kv-lab.vault.azure.net', method: 'UDP' };
  const asked = { host: 'KV-lab.vault.azure.net:443' };
  const events = [
    happened('dns', 0, { ...lookup, caller: 'vm-app01' }),
    happened('keyvault', 1, { ...asked, caller: 'outsider' }),
    happened('keyvault', 2, { ...asked, caller: 'vm-app01' }),
    happened('keyvault', 3, { ...asked, caller: 'vm-app01' }),
  ];
  expect(grouped(events)).toBe('abac');
  expect(grouped([happened('dns', 0, lookup), happened('keyvault', 1, asked)])).toBe('ab');
});

it('reads what Entra publishes as a part of what it is read for', () => {
  const discovery = happened('entra', 0, { operation: 'GetOpenIdConfiguration', caller: 'pod-app01' });
  const token = happened('entra', 30, { operation: 'IssueToken', caller: 'pod-app01', tokenId: 't1' });
  const secret = happened('keyvault', 60, { tokenId: 't1', caller: 'pod-app01' });
  expect(grouped([discovery, token, secret])).toBe('aaa');
});

it('takes one trace for one flow, and a request id that comes back later for another', () => {
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
  expect(grouped([happened('blob', 0, { traceparent }), happened('keyvault', 900, { traceparent })])).toBe('aa');
  const events = [0, 100, 200_000].map((atMs) => happened('blob', atMs, { clientRequestId: 'always' }));
  expect(grouped(events)).toBe('aab');
});

it('remembers the newest only, and takes an event once', () => {
  const events = firstRead();
  const [, , , token, entra, secret] = events as [FlowEvent, FlowEvent, FlowEvent, FlowEvent, FlowEvent, FlowEvent];
  const book = bookOf([...events, secret], 3);
  expect(book.find(eventIdOf(secret))?.events).toEqual([token, entra, secret]);
  expect(book.find(eventIdOf(events[0] as FlowEvent))).toBeUndefined();
});

it('takes ten thousand events in no time that a person would notice', () => {
  const events = Array.from({ length: 1_700 }, (_, index) =>
    firstRead().map((event) => ({
      ...event,
      at: new Date(Date.parse(event.at) + index * 100).toISOString(),
      ...(event.clientRequestId !== undefined && { clientRequestId: `c${index}` }),
      ...(event.tokenId !== undefined && { tokenId: `t${index}` }),
    })),
  ).flat();
  const started = performance.now();
  const book = bookOf(events, 10_000);
  expect(performance.now() - started).toBeLessThan(2_000);
  expect(book.flows().length).toBeGreaterThan(1_600);
  expect(book.flows()[0]?.events).toHaveLength(6);
});
