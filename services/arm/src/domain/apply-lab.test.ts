import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { Resource, ResourceOf } from '@lab/shared/feed/resources.ts';
import { openDatabase } from '@lab/shared/sqlite.ts';
import { beforeEach, describe, expect, it } from 'vitest';
import { sqliteResources } from '../store/resources.ts';
import { applyBuiltInRoles, applyLab } from './apply-lab.ts';
import { type AssignedIdentity, changeIdentities } from './identity.ts';
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
    resourceId:
      '/subscriptions/f3b1a6a0-0000-4000-8000-000000000004/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm-app01',
  },
};

const TENANT = 'f3b1a6a0-0000-4000-8000-000000000003';
const GROUP = '/subscriptions/f3b1a6a0-0000-4000-8000-000000000004/resourceGroups/rg';
const PRINCIPAL = principal.id;
const place = {
  tenantId: TENANT,
  subscriptionId: 'f3b1a6a0-0000-4000-8000-000000000004',
  resourceGroup: 'rg',
  location: 'westeurope',
};
const own: AssignedIdentity = {
  identityType: 'SystemAssigned',
  principalId: PRINCIPAL,
  clientId: 'f3b1a6a0-0000-4000-8000-000000000002',
  resourceId: `${GROUP}/providers/Microsoft.Compute/virtualMachines/vm-app01`,
};

function machine(more: Partial<ResourceOf<'virtualMachine'>> = {}): Extract<Resource, { kind: 'virtualMachine' }> {
  const resourceId = `${GROUP}/providers/Microsoft.Compute/virtualMachines/${more.name ?? 'vm-app01'}`;
  const value: ResourceOf<'virtualMachine'> = {
    ...place,
    resourceId,
    name: 'vm-app01',
    vmId: 'f3b1a6a0-0000-4000-8000-000000000005',
    vmSize: 'Standard_B2s',
    tags: {},
    privateIpAddress: '10.0.0.4',
    subnet: { address: '10.0.0.0', prefix: '24' },
    macAddress: '000D3A000000',
    identities: [own],
    ...more,
  };
  return { kind: 'virtualMachine', id: resourceId, value };
}

function identityOf(n: number): Extract<Resource, { kind: 'userAssignedIdentity' }> {
  const resourceId = `${GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-app`;
  const principalId = `f3b1a6a0-0000-4000-8000-0000000000${n}`;
  const clientId = `f3b1a6a0-0000-4000-8000-0000000001${n}`;
  const value = { ...place, resourceId, name: 'id-app', principalId, clientId };
  return { kind: 'userAssignedIdentity', id: resourceId, value };
}

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

it('dates role assignments and storage accounts by the first time that they were declared', () => {
  const id = `/subscriptions/${randomUUID()}/providers/Microsoft.Authorization/roleAssignments/${randomUUID()}`;
  const assigned = (description: string): Resource => ({
    kind: 'roleAssignment',
    id,
    value: {
      ...{ id, description, scope: id.split('/providers')[0] ?? '', principalType: 'ServicePrincipal' },
      principalId: randomUUID(),
      roleDefinitionId: randomUUID(),
    },
  });
  applyLab(resources, [assigned('first')], [], 100);
  expect(resources.find('roleAssignment', id)).toMatchObject({ createdAt: 100, updatedAt: 100 });
  applyLab(resources, [assigned('second')], [], 200);
  expect(resources.find('roleAssignment', id)).toMatchObject({ createdAt: 100, updatedAt: 200 });
});

it('leaves alone what the file never named', () => {
  resources.put(secret('by-hand', '1'));
  applyLab(resources, [secret('a', '1')]);
  applyLab(resources, []);
  expect(value('by-hand')).toBe('1');
});

it('forgets the certificates of an identity that has gone', () => {
  applyLab(resources, [principal, machine()]);
  const clientId = 'f3b1a6a0-0000-4000-8000-000000000002';
  for (const host of ['imds', 'appservice'] as const) {
    const id = certificatesId(clientId, host);
    resources.put({ kind: 'identityCertificates', id, value: { clientId, certificates: ['PEM'] } });
  }
  applyLab(resources, []);
  expect(resources.all('identityCertificates')).toEqual([]);
});

describe('after Resource Manager has changed what the file declares', () => {
  const principalIds = () => resources.all('servicePrincipal').map(({ principalId }) => principalId);
  const vm = () => resources.find('virtualMachine', own.resourceId);
  /** The system-assigned identity off and on again: other ids than the file's. */
  const renew = () => {
    const off = { system: false, user: false, named: [], removed: [], merges: true };
    changeIdentities(resources, machine().value, [own], off);
    const identities = changeIdentities(resources, machine().value, [], { ...off, system: true });
    resources.put(machine({ identities }));
    return identities[0]?.principalId;
  };

  it('keeps the new service principal while the entry says the same', () => {
    applyLab(resources, [principal, machine()]);
    const renewed = renew();
    applyLab(resources, [principal, machine()]);
    expect([principalIds(), vm()?.identities[0]?.principalId]).toEqual([[renewed], renewed]);
  });

  it("goes back to the file's service principal when the entry changes", () => {
    applyLab(resources, [principal, machine()]);
    renew();
    applyLab(resources, [principal, machine({ tags: { a: 'b' } })]);
    expect([principalIds(), vm()?.identities]).toEqual([[PRINCIPAL], [own]]);
  });

  it('takes the new service principal away with the machine', () => {
    applyLab(resources, [principal, machine()]);
    renew();
    applyLab(resources, []);
    expect([principalIds(), vm()]).toEqual([[], undefined]);
  });

  it('takes an identity that the file no longer has from the machines that were given it', () => {
    const identity = identityOf(21);
    const { principalId, clientId, resourceId } = identity.value;
    applyLab(resources, [identity]);
    resources.put(machine({ identities: [{ identityType: 'UserAssigned', principalId, clientId, resourceId }] }));
    applyLab(resources, []);
    expect([vm()?.identities, principalIds()]).toEqual([[], []]);
  });

  it('tells the machines and the federated credentials of an identity that was made anew', () => {
    const { principalId, clientId, resourceId } = identityOf(21).value;
    const assigned: AssignedIdentity = { identityType: 'UserAssigned', principalId, clientId, resourceId };
    const credential = `${resourceId}/federatedIdentityCredentials/fic`;
    const value = {
      resourceId: credential,
      name: 'fic',
      clientId,
      issuer: 'https://i',
      subject: 's',
      audiences: ['a'],
    };
    applyLab(resources, [identityOf(21)]);
    resources.put(machine({ identities: [assigned] }));
    resources.put({ kind: 'federatedCredential', id: credential, value });
    applyLab(resources, [identityOf(22)]);
    expect(principalIds()).toEqual([identityOf(22).value.principalId]);
    expect(vm()?.identities[0]?.clientId).toBe(identityOf(22).value.clientId);
    expect(resources.find('federatedCredential', credential)?.clientId).toBe(identityOf(22).value.clientId);
  });

  it('moves a machine out of the place that the file gives to another', () => {
    const slots = ['250', '251'].map((host) => ({ address: `169.254.169.${host}` }));
    resources.put(machine({ name: 'vm-a', identities: [], sourceAddress: '169.254.169.250' }));
    applyLab(resources, [machine({ name: 'vm-z', identities: [], sourceAddress: '169.254.169.250' })], slots);
    const addresses = resources.all('virtualMachine').map(({ name, sourceAddress }) => [name, sourceAddress]);
    expect(addresses).toEqual([
      ['vm-a', '169.254.169.251'],
      ['vm-z', '169.254.169.250'],
    ]);
  });

  it('takes with a group that has gone what was made in it since', () => {
    const group: Resource = { kind: 'resourceGroup', id: GROUP, value: { ...place, resourceId: GROUP, name: 'rg' } };
    applyLab(resources, [group]);
    resources.put(machine({ identities: [] }));
    applyLab(resources, []);
    expect(vm()).toBeUndefined();
  });
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
