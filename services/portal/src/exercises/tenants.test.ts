import type { CheckName } from '@lab/shared/event-words.ts';
import type { FlowEvent } from '@lab/shared/events.ts';
import { expect, it } from 'vitest';
import { happened, passedIn } from '../testing/evidence.ts';
import { tenants } from './tenants.ts';

const CONTOSO = '00000000-0000-4000-8000-00000000000c';
const VAULT = '/subscriptions/data/resourceGroups/rg-data/providers/Microsoft.KeyVault/vaults/kv-lab';
const resources = [
  { kind: 'vault', id: VAULT, name: 'kv-lab' },
  { kind: 'virtualMachine', id: '/vm', name: 'vm-app01', tenantId: CONTOSO },
];
const decided = (resourceId: string) => ({ operation: 'GetSecret', resourceId, grantedBy: 'x', considered: [] });
const token = {
  header: {},
  claims: { tid: CONTOSO, iss: `https://sts.windows.net/${CONTOSO}/`, xms_mirid: '/x/virtualMachines/vm-app01' },
};
const OWN = happened('keyvault', {
  ...{ operation: 'GetSecret', caller: 'vm-app01', decision: decided(`${VAULT}/secrets/ConnectionString`), token },
});
const foreign = (check: CheckName, what: Partial<FlowEvent> = {}): FlowEvent =>
  happened('keyvault', {
    ...{ operation: 'GetSecret', caller: 'vm-app01', status: 401, token },
    ...{ checks: [{ check, outcome: 'failed', reason: 'Why.' }] },
    ...what,
  });

it('is passed by a secret of another subscription, and a vault of another tenant that refuses the token', () => {
  expect(passedIn(tenants, { resources, events: [OWN, foreign('issuer')] })).toEqual(['own-tenant', 'other-tenant']);
});

it('knows the machine by its token where all machines have one address', () => {
  const { caller: _, ...event } = foreign('issuer');
  expect(passedIn(tenants, { resources, events: [event] })).toEqual(['other-tenant']);
});

it.each([
  ['of another vault', { decision: decided(`${VAULT}2/secrets/x`) }],
  ['in vain', { status: 403 }],
  ['of another machine', { caller: 'outsider' }],
])('is not passed by a secret %s', (_, what) => {
  expect(passedIn(tenants, { resources, events: [{ ...OWN, ...what }] })).toEqual([]);
});

it.each([
  ['for its audience', foreign('audience')],
  [
    'because it was forged for another issuer',
    foreign('issuer', { token: { header: {}, claims: { ...token.claims, iss: 'https://sts.windows.net/x/' } } }),
  ],
  [
    'and is of another tenant itself',
    foreign('issuer', { token: { header: {}, claims: { ...token.claims, tid: 'x' } } }),
  ],
  ['and is of another machine', foreign('issuer', { caller: 'outsider' })],
])('is not passed by a token that is refused %s', (_, event) => {
  expect(passedIn(tenants, { resources, events: [event] })).toEqual([]);
});
