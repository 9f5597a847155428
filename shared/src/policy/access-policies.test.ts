import { expect, it } from 'vitest';
import { accessTokenOf } from '../testing/access-token.ts';
import { type AccessPolicy, decideByPolicies, explainPolicies, type SecretOperation } from './access-policies.ts';

const APPLICATION = '22222222-2222-4222-8222-222222222222';
const OTHER = '99999999-9999-4999-8999-999999999999';
const TENANT = '11111111-1111-4111-8111-111111111111';
const OFFICER = '33333333-3333-4333-8333-333333333333';
const STRANGER = '44444444-4444-4444-8444-444444444444';
const VAULT = {
  resourceId: '/subscriptions/s/resourceGroups/rg-lab/providers/Microsoft.KeyVault/vaults/kv-lab',
  name: 'kv-lab',
  host: 'kv-lab.vault.azure.net',
  tenantId: TENANT,
  location: 'westeurope',
  softDeleteRetentionInDays: 90,
  enablePurgeProtection: false,
};

const accessToken = (oid: string) => accessTokenOf({ aud: 'https://vault.azure.net', tid: TENANT, oid });

const policy = (secrets: string[], more: Partial<AccessPolicy> = {}): AccessPolicy => ({
  tenantId: TENANT,
  objectId: OFFICER,
  permissions: { secrets },
  ...more,
});
const isGranted = (
  operation: SecretOperation,
  accessPolicies: AccessPolicy[] | undefined,
  caller = accessToken(OFFICER),
) =>
  decideByPolicies(caller, { ...VAULT, enableRbacAuthorization: false, accessPolicies }, operation).grantedBy !==
  undefined;

it.each<[SecretOperation, string]>([
  ['GetSecret', 'get'],
  ['GetDeletedSecret', 'get'],
  ['GetSecrets', 'list'],
  ['GetSecretVersions', 'list'],
  ['GetDeletedSecrets', 'list'],
  ['SetSecret', 'set'],
  ['UpdateSecret', 'set'],
  ['DeleteSecret', 'delete'],
  ['RecoverDeletedSecret', 'recover'],
  ['PurgeDeletedSecret', 'purge'],
  ['BackupSecret', 'backup'],
  ['RestoreSecret', 'restore'],
])('%s takes the permission %s, and no other will do', (operation, permission) => {
  const every = ['get', 'list', 'set', 'delete', 'recover', 'purge', 'backup', 'restore'];
  expect(isGranted(operation, [policy([permission])])).toBe(true);
  expect(isGranted(operation, [policy(every.filter((name) => name !== permission))])).toBe(false);
});

it.each<[string, AccessPolicy[] | undefined, boolean]>([
  ['all of them, by one word', [policy(['all'])], true],
  ['in another case', [policy(['GET'])], true],
  ['by a second policy', [policy(['list']), policy(['get'])], true],
  ['to the application that is named', [policy(['get'], { applicationId: APPLICATION })], true],
  ['to another application only', [policy(['get'], { applicationId: OTHER })], false],
  ['to somebody else', [policy(['get'], { objectId: STRANGER })], false],
  ['by a policy of another tenant', [policy(['get'], { tenantId: OTHER })], false],
  ['for keys, and not for secrets', [policy([], { permissions: { keys: ['all'] } })], false],
  ['by no policy', [], false],
  ['where there are none', undefined, false],
])('permitted %s', (_, policies, expected) => expect(isGranted('GetSecret', policies)).toBe(expected));

it('speaks for the groups of the caller too', () => {
  const caller = { ...accessToken(STRANGER), groups: [OFFICER] };
  expect(isGranted('GetSecret', [policy(['get'])], caller)).toBe(true);
});

it('says of each policy why it does not grant', () => {
  const accessPolicies = [policy(['get'], { objectId: STRANGER }), policy(['list']), policy(['all'])];
  const { considered } = decideByPolicies(accessToken(OFFICER), { ...VAULT, accessPolicies }, 'GetSecret');
  expect(considered.map(({ verdict }) => verdict)).toEqual(['other principal', 'permission not in policy', 'grants']);
});

it('shows fifty of many policies, the one that grants among them, and says how many more there are', () => {
  const accessPolicies = [...Array(60).fill(policy(['get'], { objectId: STRANGER })), policy(['all'])];
  const vault = { ...VAULT, accessPolicies };
  const shown = explainPolicies(decideByPolicies(accessToken(OFFICER), vault, 'GetSecret'), vault);
  expect(shown.considered).toHaveLength(50);
  expect(shown.considered[0]).toMatchObject({ verdict: 'grants', assignmentId: shown.grantedBy });
  expect(shown.leftOut).toBe(11);
});
