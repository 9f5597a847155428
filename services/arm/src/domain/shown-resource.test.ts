import type { Resource } from '@lab/shared/feed/resources.ts';
import { expect, it } from 'vitest';
import { toShownResource } from './shown-resource.ts';

const shown = (kind: Resource['kind'], value: object) => toShownResource({ kind, id: 'the-id', value } as Resource);

it.each([
  ['secret', { vaultId: '/v', name: 's', value: 'PLANTED' }],
  ['blob', { accountId: '/a', name: 'b', content: 'PLANTED' }],
  ['application', { displayName: 'operator', secrets: [{ sha256: 'PLANTED', hint: 'PLA' }] }],
  ['site', { name: 'func', identityHeaderSha256: 'PLANTED' }],
  ['virtualMachine', { name: 'vm', properties: { userData: 'PLANTED' } }],
] as const)('shows a %s without what is secret in it', (kind, value) => {
  expect(JSON.stringify(shown(kind, value))).not.toContain('PLA');
  expect(shown(kind, value)).toMatchObject({ kind, id: 'the-id' });
});

it('shows custom roles, and neither those of Azure nor what the lab keeps for itself', () => {
  expect(shown('roleDefinition', { roleName: 'King', roleType: 'CustomRole' })).toMatchObject({ roleName: 'King' });
  expect(shown('roleDefinition', { roleName: 'Reader' })).toBeUndefined();
  expect(shown('identityCertificates', { certificates: [] })).toBeUndefined();
  expect(shown('labClock', { offsetSeconds: 0, heldAt: null })).toBeUndefined();
});
