import { expect, it } from 'vitest';
import { rolesWithin } from './roles-within.ts';

const VAULT = '/subscriptions/s/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv-lab';
const decision = (grantedBy: string | null, ...scopes: string[]) => ({
  operation: 'Microsoft.KeyVault/vaults/secrets/getSecret/action',
  resourceId: VAULT,
  grantedBy,
  considered: scopes.map((scope) => ({
    assignmentId: 'a',
    roleName: 'Key Vault Secrets User',
    scope,
    verdict: 'other scope',
  })),
});

it('names what is within the resource, once, whatever its case', () => {
  const secret = `${VAULT.toUpperCase()}/secrets/One`;
  expect(rolesWithin(decision(null, secret, secret, `${VAULT}2/secrets/Two`, '/subscriptions/s'))).toEqual([
    'secrets/One',
  ]);
});

it('has nothing to say where the whole of it is allowed', () => {
  expect(rolesWithin(decision('a', `${VAULT}/secrets/One`))).toEqual([]);
});

it('has nothing to say where it is denied', () => {
  const { considered, ...rest } = decision(null, `${VAULT}/secrets/One`);
  const denial = { assignmentId: 'd', roleName: 'locked', scope: VAULT, verdict: 'denies' };
  expect(rolesWithin({ ...rest, considered: [denial, ...considered] })).toEqual([]);
});
