import type { Resource } from '@managed-identity-lab/client';
import { expect, it } from 'vitest';
import { type Entry, isWithin, toModel } from './model.ts';

const SUBSCRIPTION = '/subscriptions/s1';
const GROUP = `${SUBSCRIPTION}/resourceGroups/rg`;
const VAULT = `${GROUP}/providers/Microsoft.KeyVault/vaults/kv`;
const ACCOUNT = `${GROUP}/providers/Microsoft.Storage/storageAccounts/st`;
const CONTAINER = `${ACCOUNT}/blobServices/default/containers/c`;
const VM = `${GROUP}/providers/Microsoft.Compute/virtualMachines/vm`;

const RESOURCES: Resource[] = [
  { kind: 'tenant', id: 't1', tenantId: 't1', name: 'contoso' },
  { kind: 'tenant', id: 't2', tenantId: 't2', name: 'fabrikam' },
  { kind: 'subscription', id: SUBSCRIPTION, tenantId: 't1', displayName: 'apps' },
  { kind: 'resourceGroup', id: GROUP, name: 'rg' },
  { kind: 'resourceGroup', id: `${GROUP}-other`, name: 'rg-other' },
  { kind: 'virtualMachine', id: VM, name: 'vm', identities: [] },
  { kind: 'vault', id: VAULT, name: 'kv' },
  { kind: 'vault', id: `${VAULT}-gone`, name: 'kv-gone', deletedAt: 1 },
  { kind: 'secret', id: `${VAULT}/secrets/a`, vaultId: VAULT.toUpperCase(), name: 'a' },
  { kind: 'storageAccount', id: ACCOUNT, name: 'st' },
  { kind: 'container', id: CONTAINER, accountId: ACCOUNT, name: 'c' },
  { kind: 'blob', id: `${CONTAINER}/blobs/x/y.txt`, accountId: ACCOUNT, container: 'c', name: 'x/y.txt' },
  {
    ...{ kind: 'servicePrincipal', id: 'p1', principalId: 'p1', clientId: 'c1', tenantId: 't1' },
    ...{ displayName: 'vm', identityType: 'SystemAssigned', resourceId: VM },
  },
  { kind: 'application', id: 'c2', clientId: 'c2', principalId: 'p2', tenantId: 't1', displayName: 'operator' },
  { kind: 'application', id: 'c3', clientId: 'c3', tenantId: 't1', displayName: 'nobody yet' },
  { kind: 'roleDefinition', id: 'r1', roleName: 'AAA own role', description: 'Of the lab.' },
];

const shape = ({ name, children }: Entry): unknown => (children.length === 0 ? name : { [name]: children.map(shape) });

it('nests what there is as Azure does, and leaves out what is deleted', () => {
  expect(toModel(RESOURCES).tenants.map(shape)).toEqual([
    {
      contoso: [
        { apps: [{ rg: ['vm', { kv: ['a'] }, { st: [{ c: ['x/y.txt'] }] }] }, 'rg-other'] },
        'operator',
        'nobody yet',
      ],
    },
    'fabrikam',
  ]);
});

it('finds things by their ids in any case, and the way to them', () => {
  const model = toModel(RESOURCES);
  expect(model.find(VAULT.toUpperCase())?.name).toBe('kv');
  expect(model.find('VM')?.id).toBe(VM);
  expect(model.pathTo(`${VAULT}/secrets/A`).map(({ name }) => name)).toEqual(['contoso', 'apps', 'rg', 'kv', 'a']);
  expect(model.pathTo('nothing')).toEqual([]);
  expect(model.subscriptionOf(VAULT)).toBe('apps');
  expect(model.subscriptionOf('/subscriptions/other/x')).toBe('other');
});

it('knows everybody who can have a role, and all roles', () => {
  const model = toModel(RESOURCES);
  expect(model.principals.map(({ name, kind }) => [name, kind])).toEqual([
    ['vm', 'systemAssigned'],
    ['operator', 'operator'],
  ]);
  expect(model.principal('P1')?.entryId).toBe(VM);
  expect(model.roles[0]).toEqual({ id: 'r1', name: 'AAA own role', description: 'Of the lab.' });
  expect(model.roles.some(({ name }) => name === 'Key Vault Secrets User')).toBe(true);
});

it.each([
  [GROUP, GROUP, true],
  [VM, GROUP.toUpperCase(), true],
  [`${GROUP}-other`, GROUP, false],
  [VM, '/', true],
])('%s lies within %s: %s', (id, place, expected) => expect(isWithin(id, place)).toBe(expected));
