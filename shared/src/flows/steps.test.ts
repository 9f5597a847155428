import { expect, it } from 'vitest';
import type { CheckName } from '../event-words.ts';
import type { FlowEvent } from '../events.ts';
import { eventIdOf } from './event-id.ts';
import { flowBook } from './flow-book.ts';
import { summaryOf } from './flow-summary.ts';
import { toMermaid } from './mermaid.ts';
import { messagesOf } from './messages.ts';
import { SENTENCE_KEYS, sentenceOf } from './sentences.ts';
import { stepsOf } from './steps.ts';
import { firstRead, happened } from './testing/happened.ts';

const flowOf = (events: readonly FlowEvent[]) => {
  const book = flowBook<FlowEvent>();
  for (const event of events) book.add(event);
  const flow = book.find(eventIdOf(events[0] as FlowEvent));
  if (!flow) throw new Error('no flow');
  return { flow, steps: stepsOf(flow.events, book.parentOf) };
};

it('says of each step who asked whom, when, what came of it, and in which sentence', () => {
  const { steps } = flowOf(firstRead());
  expect(
    steps.map(({ number, source, target, outcome, sentence }) => [number, source, target, outcome, sentence.key]),
  ).toEqual([
    [1, 'vm-app01', 'dns', 'succeeded', 'name-found'],
    [2, 'vm-app01', 'keyvault', 'challenged', 'token-asked-for'],
    [3, 'vm-app01', 'imds', 'challenged', 'imds-probe'],
    [4, 'vm-app01', 'imds', 'succeeded', 'imds-token'],
    [5, 'imds', 'entra', 'succeeded', 'entra-token'],
    [6, 'vm-app01', 'keyvault', 'succeeded', 'access-granted'],
  ]);
  expect(steps.map(({ offsetMs }) => offsetMs)).toEqual([0, 2, 5, 7, 9, 20]);
  expect(steps[4]?.parent).toBe(steps[3]?.id);
  expect(steps[5]?.sentence.values).toMatchObject({ role: 'Key Vault Secrets User', operation: 'GetSecret' });
});

it('takes the machine of the token for who asked where addresses say nothing', () => {
  const events = firstRead()
    .slice(1)
    .map(({ caller, workload: _, ...event }) => ({ ...event, ...(caller === 'imds' && { caller }) }));
  expect(flowOf(events).steps.map(({ source }) => source)).toEqual([
    ...['vm-app01', 'vm-app01', 'vm-app01', 'imds', 'vm-app01'],
  ]);
  expect(stepsOf([happened('blob', 0)])[0]?.source).toBe('unknown');
});

it('names who replays a token, not who it was issued to', () => {
  const stolen = happened('keyvault', 0, { caller: 'outsider', workload: 'outsider', virtualMachine: 'vm-app01' });
  expect(flowOf([stolen]).steps[0]?.source).toBe('outsider');
  expect(summaryOf(flowOf([stolen]).flow).workload).toBe('outsider');
});

const failed = (check: CheckName) => ({ checks: [{ check, outcome: 'failed' as const, reason: 'No.' }] });
it.each([
  ['name-unknown', happened('dns', 0, { status: 404 })],
  ['imds-forwarded', happened('imds', 0, { status: 400, ...failed('x-forwarded-for') })],
  ['imds-token-cached', happened('imds', 0, { operation: 'GetManagedIdentityToken', note: 'answered from the cache' })],
  ['imds-token-refused', happened('imds', 0, { operation: 'GetManagedIdentityToken', status: 400 })],
  ['imds-metadata', happened('imds', 0, { operation: 'GetInstanceMetadata' })],
  ['request-refused', happened('imds', 0, { status: 403, ...failed('source address') })],
  ['entra-token-refused', happened('entra', 0, { operation: 'IssueToken', status: 401 })],
  ['keys-read', happened('entra', 0, { operation: 'GetKeys' })],
  ['keys-read', happened('cluster', 0, { operation: 'GetSigningKeys' })],
  ['discovery-read', happened('entra', 0, { operation: 'GetOpenIdConfiguration' })],
  ['token-refused', happened('keyvault', 0, { status: 401, ...failed('audience') })],
  ['access-denied', happened('blob', 0, { status: 403 })],
  ['not-found', happened('arm', 0, { status: 404 })],
  ['throttled', happened('imds', 0, { status: 429 })],
  ['service-failed', happened('imds', 0, { status: 500 })],
  ['connection-cut', happened('blob', 0, { status: 499 })],
  ['request-refused', happened('blob', 0, { status: 409 })],
  ['access-allowed', happened('api', 0, { principalId: 'p' })],
  ['request-answered', happened('api', 0)],
])('has a sentence for %s', (key, event) => {
  expect(sentenceOf(event).key).toBe(key);
  expect(SENTENCE_KEYS).toContain(key);
});

it('names what a check failed on', () => {
  expect(sentenceOf(happened('keyvault', 0, { status: 401, ...failed('audience') })).values.check).toBe('audience');
});

it('sums a flow up by what the client was after', () => {
  expect(summaryOf(flowOf(firstRead()).flow)).toMatchObject({
    workload: 'vm-app01',
    services: ['dns', 'keyvault', 'imds', 'entra'],
    steps: 6,
    durationMs: 24,
    outcome: 'succeeded',
    title: { key: 'access-granted', values: { operation: 'GetSecret' } },
  });
});

it('sums a flow that came to no token up by why it came to none', () => {
  const [, challenge, probe] = firstRead();
  const refused = happened('imds', 8, {
    ...{ caller: 'vm-app01', virtualMachine: 'vm-app01', status: 400, errorCode: 'invalid_request' },
    operation: 'GetManagedIdentityToken',
  });
  const { flow } = flowOf([challenge, probe, refused] as FlowEvent[]);
  expect(summaryOf(flow)).toMatchObject({ outcome: 'failed', title: { key: 'imds-token-refused' }, steps: 3 });
});

it('puts the answer of a step after the steps that were taken for it', () => {
  const rows = messagesOf(flowOf(firstRead()).steps).map(({ step, part, depth }) => [step.number, part, depth]);
  expect(rows).toEqual([
    [1, 'both', 0],
    [2, 'both', 0],
    [3, 'both', 0],
    [4, 'question', 0],
    [5, 'both', 1],
    [4, 'answer', 0],
    [6, 'both', 0],
  ]);
});

it('draws a diagram that Mermaid reads, with nothing in it that would end a message', () => {
  const events = [
    ...firstRead().slice(3),
    happened('keyvault', 22, { clientRequestId: 'c1', path: '/a;b#c\n<d>', status: 403, errorCode: 'Forbidden' }),
  ];
  expect(toMermaid(flowOf(events).steps)).toBe(`sequenceDiagram
  participant p1 as vm-app01
  participant p2 as imds
  participant p3 as entra
  participant p4 as keyvault
  p1->>p2: 1. GET /
  p2->>p3: 2. POST /
  p3-->>p2: 200
  p2-->>p1: 200
  p1->>p4: 3. GET /secrets/a
  p4-->>p1: 200
  p1->>p4: 4. GET /a#59;b#35;c #60;d#62;
  p4--xp1: 403 Forbidden
`);
});
