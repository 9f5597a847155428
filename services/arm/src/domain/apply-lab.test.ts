import { fileURLToPath } from 'node:url';
import type { Resource } from '@lab/shared/feed/resources.ts';
import { openDatabase } from '@lab/shared/sqlite.ts';
import { beforeEach, expect, it } from 'vitest';
import { sqliteResources } from '../store/resources.ts';
import { applyBuiltInRoles, applyLab } from './apply-lab.ts';
import { certificatesId } from './identity-certificates.ts';
import type { Resources } from './resources.ts';

const VAULT = '/subscriptions/s/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv-lab';
const secret = (name: string, value: string): Resource => ({
  kind: 'secret',
  id: `${VAULT}/secrets/${name}`,
  value: { vaultId: VAULT, name, value },
});
const principal: Resource = {
  kind: 'servicePrincipal',
  id: 'f3b1a6a0-0000-4000-8000-000000000001',
  value: {
    principalId: 'f3b1a6a0-0000-4000-8000-000000000001',
    clientId: 'f3b1a6a0-0000-4000-8000-000000000002',
    tenantId: 'f3b1a6a0-0000-4000-8000-000000000003',
    displayName: 'vm-app01',
    identityType: 'SystemAssigned',
    resourceId: '/subscriptions/s/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm-app01',
  },
};

let resources: Resources;
beforeEach(() => {
  resources = sqliteResources(openDatabase(':memory:', fileURLToPath(new URL('../store/migrations', import.meta.url))));
});

const value = (name: string) => resources.find('secret', `${VAULT}/secrets/${name}`)?.value;

it('adds what is new and removes what has gone', () => {
  applyLab(resources, [secret('a', '1'), secret('b', '1')]);
  expect(applyLab(resources, [secret('b', '1'), secret('c', '1')])).toEqual({ changed: 1, removed: 1 });
  expect([value('a'), value('b'), value('c')]).toEqual([undefined, '1', '1']);
});

it('undoes nothing that was changed or removed since, while the entry says the same', () => {
  applyLab(resources, [secret('a', '1'), secret('b', '1')]);
  resources.put(secret('a', 'changed by hand'));
  resources.remove('secret', `${VAULT}/secrets/b`);
  const before = resources.revision();
  expect(applyLab(resources, [secret('a', '1'), secret('b', '1')])).toEqual({ changed: 0, removed: 0 });
  expect([value('a'), value('b')]).toEqual(['changed by hand', undefined]);
  expect(resources.revision()).toBe(before);
});

it('applies an entry that the file changes', () => {
  applyLab(resources, [secret('a', '1')]);
  resources.put(secret('a', 'changed by hand'));
  applyLab(resources, [secret('a', '2')]);
  expect(value('a')).toBe('2');
});

it('leaves alone what the file never named', () => {
  resources.put(secret('by-hand', '1'));
  applyLab(resources, [secret('a', '1')]);
  applyLab(resources, []);
  expect(value('by-hand')).toBe('1');
});

it('forgets the certificates of an identity that has gone', () => {
  applyLab(resources, [principal]);
  const clientId = 'f3b1a6a0-0000-4000-8000-000000000002';
  for (const host of ['imds', 'appservice'] as const) {
    const id = certificatesId(clientId, host);
    resources.put({ kind: 'identityCertificates', id, value: { clientId, certificates: ['PEM'] } });
  }
  applyLab(resources, []);
  expect(resources.all('identityCertificates')).toEqual([]);
});

it('knows the built-in roles, and writes them once', () => {
  applyBuiltInRoles(resources);
  const before = resources.revision();
  applyBuiltInRoles(resources);
  expect(resources.revision()).toBe(before);
  expect(resources.find('roleDefinition', '4633458b-17de-408a-b874-0445c86b69e6')?.roleName).toBe(
    'Key Vault Secrets User',
  );
});

it('finds ids whatever their case', () => {
  applyLab(resources, [secret('a', '1')]);
  expect(resources.find('secret', `${VAULT}/secrets/A`.toUpperCase())?.value).toBe('1');
});
