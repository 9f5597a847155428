import type { FlowEvent } from '@lab/shared/events.ts';
import { expect, it } from 'vitest';
import { happened, passedIn, tokenGiven } from '../testing/evidence.ts';
import { clientSecret } from './client-secret.ts';

const at = (minute: number) => `2026-01-01T00:0${minute}:00.000Z`;
const facts = { declared: 'operator orders-api' };
const resources = [
  { kind: 'application', id: 'operator', clientId: 'operator' },
  { kind: 'application', id: 'job', clientId: 'job' },
];
const signIn = (minute: number, what: Partial<FlowEvent> = {}) =>
  happened('entra', { operation: 'IssueToken', clientId: 'job', at: at(minute), tokenId: `job-${minute}`, ...what });
const EXPIRED = { status: 401, errorCode: 'AADSTS7000222' } satisfies Partial<FlowEvent>;
const goesOn = (minute: number, what: Partial<FlowEvent> = {}) => [
  tokenGiven('vm-app01', 'mine', { at: at(minute) }),
  happened('keyvault', {
    ...{ operation: 'GetSecret', virtualMachine: 'vm-app01', caller: 'vm-app01', tokenId: 'mine', at: at(minute) },
    ...what,
  }),
];

it('is passed by a secret that worked and expired, and a managed identity that goes on', () => {
  const events = [signIn(1), signIn(2, EXPIRED), ...goesOn(3)];
  expect(passedIn(clientSecret, { facts, resources, events })).toEqual([
    'application',
    'signed-in',
    'expired',
    'goes-on',
  ]);
});

it('is not passed by an application that the lab file declares', () => {
  const events = [signIn(1, { clientId: 'operator' }), signIn(2, { clientId: 'operator', ...EXPIRED }), ...goesOn(3)];
  expect(passedIn(clientSecret, { facts, resources: resources.slice(0, 1), events })).toEqual([]);
});

it.each([
  ['was wrong', { ...EXPIRED, errorCode: 'AADSTS7000215' }],
  ['still works', {}],
])('is not passed by a secret that %s', (_, what) => {
  const events = [signIn(1), signIn(2, what), ...goesOn(3)];
  expect(passedIn(clientSecret, { facts, resources, events })).toEqual(['application', 'signed-in']);
});

it('is not passed by a secret that never worked', () => {
  expect(passedIn(clientSecret, { facts, resources, events: [signIn(2, EXPIRED)] })).toEqual(['application']);
});

it.each([
  ['before the secret expired', goesOn(1)],
  ['in vain', goesOn(3, { status: 401 })],
  ['with the token of another machine', goesOn(3, { virtualMachine: 'vm-app02' })],
])('is not passed by a managed identity that reads %s', (_, more) => {
  const events = [signIn(1), signIn(2, EXPIRED), ...more];
  expect(passedIn(clientSecret, { facts, resources, events })).toEqual(['application', 'signed-in', 'expired']);
});

it('remembers at its start which applications are declared', async () => {
  const lab = { resources: async () => resources } as unknown as Parameters<
    NonNullable<typeof clientSecret.prepare>
  >[0];
  expect(await clientSecret.prepare?.(lab)).toEqual({ declared: 'operator job' });
});
