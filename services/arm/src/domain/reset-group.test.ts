import { AzureError } from '@lab/shared/azure-error.ts';
import type { Kind, Resource } from '@lab/shared/feed/resources.ts';
import { loadLab } from '@lab/shared/lab/load-lab.ts';
import { resolveLab } from '@lab/shared/lab/resolve-lab.ts';
import { secretsFrom } from '@lab/shared/lab/secrets.ts';
import type { Topology } from '@lab/shared/lab/topology.ts';
import { beforeEach, describe, expect, it } from 'vitest';
import { openArmDatabase } from '../store/database.ts';
import { withPolicy } from '../store/policy.ts';
import { sqliteResources } from '../store/resources.ts';
import { applyBuiltInRoles, applyLab } from './apply-lab.ts';
import { patchLab } from './patch-lab.ts';
import { emptyGroup, fillGroup, knownGroup, refillGroup, rehearseReset } from './reset-group.ts';
import type { Resources } from './resources.ts';

const LAB = `
tenants:
  - name: contoso
    subscriptions:
      - name: apps
        resourceGroups:
          - name: rg-ana
            participant: { name: ana, machine: vm-app01 }
            virtualMachines: [{ name: vm-app01, systemAssignedIdentity: true }]
            vaults:
              - name: kv-ana
                secrets: { Greeting: hello }
                roleAssignments: [{ principal: vm-app01, role: Key Vault Secrets User }]
          - name: rg-data
            vaults:
              - name: kv-lab
                secrets: { Shared: hello }
                roleAssignments: [{ principal: vm-app01, role: Key Vault Secrets User }]
    applications:
      - name: orders
        identifierUris: [api://orders]
        appRoles: [{ value: Read }]
        appRoleAssignments: [{ principal: vm-app01, role: Read }]
`;
const SLOTS = [{ address: '169.254.169.250', name: 'vm-app01' }, { address: '169.254.169.251' }];
const topology: Topology = {
  virtualMachines: new Map([['vm-app01', '169.254.169.250']]),
  functionApps: new Set(),
  appServiceAddress: undefined,
  hostNames: new Set(),
  publicNames: new Map(),
  stateDirectories: [],
};
const declared = resolveLab(
  loadLab(LAB),
  topology,
  secretsFrom({ operators: new Map(), identityHeaders: new Map() }, 0),
).resources;
const SUBSCRIPTION = declared.find(({ kind }) => kind === 'subscription')?.id;
const GROUP = `${SUBSCRIPTION}/resourceGroups/rg-ana`;
const VAULT = `${GROUP}/providers/Microsoft.KeyVault/vaults/kv-ana`;

let resources: Resources;
beforeEach(() => {
  const db = openArmDatabase(':memory:');
  resources = withPolicy(sqliteResources(db), db).resources;
  applyBuiltInRoles(resources);
  applyLab(resources, declared, SLOTS);
});

const KINDS = [...new Set(declared.map(({ kind }) => kind))];
const everything = () =>
  resources
    .changedSince(0, KINDS, 10_000)
    .filter(({ kind, value }) => value !== null && !(kind === 'roleDefinition'))
    .map(({ kind, id, value }) => JSON.stringify({ kind, id: id.toLowerCase(), value }))
    .toSorted();
const write = (work: (given: Resources) => unknown) => resources.transaction(() => work(resources));
const reset = () => {
  write(() => emptyGroup(resources, GROUP, 9));
  return resources.transaction(() => refillGroup(resources, GROUP, declared, { slots: SLOTS, now: 0 }));
};
const idsWithin = (place: string) =>
  (
    ['virtualMachine', 'vault', 'secret', 'roleAssignment', 'denyAssignment', 'storageAccount'] satisfies Kind[]
  ).flatMap((kind) => resources.within(kind, place).map(({ id }) => id));

it('makes a group as the lab file says it, whatever was done there', () => {
  const before = everything();
  write(() => {
    const [machine] = resources.all('virtualMachine');
    if (!machine) throw new Error('no machine');
    resources.remove('virtualMachine', machine.resourceId);
    resources.remove('servicePrincipal', machine.identities[0]?.principalId ?? '');
    for (const { id } of resources.within('roleAssignment', VAULT)) resources.remove('roleAssignment', id);
    const [vault] = resources.within('vault', VAULT);
    if (vault) resources.put({ kind: 'vault', id: vault.id, value: { ...vault.value, deletedAt: 3 } } as Resource);
    patchLab(
      resources,
      `tenants: [{ name: contoso, subscriptions: [{ name: apps, resourceGroups: [{ name: rg-ana, tags: { mine: "1" }, storageAccounts: [{ name: stana }] }] }] }]`,
      { slots: SLOTS, clusters: [], now: 5 },
    );
  });
  expect(everything()).not.toEqual(before);
  expect(reset()).toBe(true);
  expect(everything()).toEqual(before);
});

it('has nothing of a group in between, so that services forget what they had of it', () => {
  const group = resources.find('resourceGroup', GROUP);
  expect(resources.transaction(() => emptyGroup(resources, GROUP, 9))).toEqual(group);
  expect([resources.find('resourceGroup', GROUP), idsWithin(GROUP)]).toEqual([undefined, []]);
});

it('leaves the other groups as they are', () => {
  const shared = resources.all('vault').find(({ name }) => name === 'kv-lab');
  const changed = { ...shared, softDeleteRetentionInDays: 7 } as NonNullable<typeof shared>;
  write(() => resources.put({ kind: 'vault', id: changed.resourceId, value: changed }));
  reset();
  expect(resources.find('vault', changed.resourceId)).toEqual(changed);
});

it('gives the identities of the group back what they may do elsewhere', () => {
  const [machine] = resources.all('virtualMachine');
  const principalId = machine?.identities[0]?.principalId ?? '';
  const scopes = () => resources.findBy('roleAssignment', 'principalId', principalId).map(({ scope }) => scope);
  const before = scopes().toSorted();
  expect(before).toHaveLength(2);
  write(() => {
    for (const { id } of resources.findBy('roleAssignment', 'principalId', principalId))
      resources.remove('roleAssignment', id);
  });
  const { revision = 0 } =
    resources.entry('application', declared.find((one) => one.kind === 'application' && one.value.api)?.id ?? '') ?? {};
  reset();
  expect(scopes().toSorted()).toEqual(before);
  // Entra hears of the API again, and of who has its roles.
  const after = resources.changedSince(revision, ['application'], 10).map(({ id }) => id);
  expect(after).toContain(declared.find((one) => one.kind === 'application' && one.value.api)?.id);
});

it('is of no use to the lab file’s next change: what it declares there counts as applied', () => {
  reset();
  expect(applyLab(resources, declared, SLOTS)).toEqual({ changed: 0, removed: 0 });
});

it('takes away a group that the file knows nothing of, and says so', () => {
  const [, others] = [GROUP, declared.filter(({ id }) => !id.startsWith(GROUP))];
  write(() => emptyGroup(resources, GROUP, 9));
  expect(
    resources.transaction(() =>
      refillGroup(
        resources,
        GROUP,
        others.filter((one) => one.kind !== 'servicePrincipal'),
        { slots: SLOTS, now: 0 },
      ),
    ),
  ).toBe(false);
});

it('is refused where there is no such group, here or in the file', () => {
  expect(() => knownGroup(resources, GROUP.toUpperCase(), [])).not.toThrow();
  write(() => emptyGroup(resources, GROUP, 9));
  expect(() => knownGroup(resources, GROUP, declared)).not.toThrow();
  expect(() => knownGroup(resources, GROUP, [])).toThrow(expect.objectContaining({ code: 'ResourceGroupNotFound' }));
});

describe('a group that the lab file knows nothing of', () => {
  const around = { slots: [...SLOTS, { address: '169.254.169.252' }], clusters: [], now: 5 };
  const place = (inside: string) =>
    `tenants: [{ name: contoso, subscriptions: [{ name: apps, resourceGroups: [${inside}] }] }]`;
  const text = place(
    '{ name: rg-ben, participant: { name: ben, machine: vm-ben }, virtualMachines: [{ name: vm-ben, systemAssignedIdentity: true, userAssignedIdentities: [id-ben] }], userAssignedIdentities: [{ name: id-ben }], vaults: [{ name: kv-ben, secrets: { Mine: hello } }] }',
  );
  const id = `${SUBSCRIPTION}/resourceGroups/rg-ben`;
  const benReset = { id, declared, text };
  const resetBen = () => {
    rehearseReset(resources, benReset, around);
    write(() => emptyGroup(resources, id, 9));
    write(() => fillGroup(resources, benReset, around));
  };
  const names = () =>
    (['virtualMachine', 'vault', 'userAssignedIdentity'] as const)
      .flatMap((kind) => resources.within(kind, id).map(({ value: { name } }) => name))
      .toSorted();
  beforeEach(() => {
    write(() => patchLab(resources, text, around));
  });

  it('is filled again with what it was given', () => {
    write(() => patchLab(resources, place('{ name: rg-ben, storageAccounts: [{ name: stmine }] }'), around));
    resetBen();
    expect(names()).toEqual(['id-ben', 'kv-ben', 'vm-ben']);
    expect(resources.within('storageAccount', id)).toEqual([]);
    expect(resources.find('resourceGroup', id)?.participant).toMatchObject({ name: 'ben', machine: 'vm-ben' });
  });

  it.each([
    ['a vault', 'kv-ben', '{ name: rg-data, vaults: [{ name: kv-ben }] }'],
    ['an identity', 'id-ben', '{ name: rg-data, userAssignedIdentities: [{ name: id-ben }] }'],
    ['a machine', 'vm-ben', '{ name: rg-data, virtualMachines: [{ name: vm-ben }] }'],
  ])('is left as it is where somebody else has %s of a name that it needs', (_, name, taken) => {
    write(() => {
      for (const kind of ['vault', 'userAssignedIdentity', 'virtualMachine'] as const) {
        const own = resources.within(kind, id).find(({ value }) => value.name === name);
        if (!own) continue;
        resources.remove(kind, own.id);
        for (const { principalId } of resources.findBy('servicePrincipal', 'resourceId', own.id))
          resources.remove('servicePrincipal', principalId);
      }
      patchLab(resources, place(taken), around);
    });
    const before = everything();
    expect(resetBen).toThrow(AzureError);
    expect(everything()).toEqual(before);
    expect(names()).toHaveLength(2);
  });
});

it('is left as it is where the lab file names a vault that somebody else has made meanwhile', () => {
  write(() => {
    resources.remove('vault', VAULT);
    const other = '{ name: rg-data, vaults: [{ name: kv-ana }] }';
    const text = `tenants: [{ name: contoso, subscriptions: [{ name: apps, resourceGroups: [${other}] }] }]`;
    patchLab(resources, text, { slots: SLOTS, clusters: [], now: 5 });
  });
  const before = everything();
  const reset = { id: GROUP, declared, text: undefined };
  expect(() => rehearseReset(resources, reset, { slots: SLOTS, clusters: [], now: 9 })).toThrow(
    expect.objectContaining({ code: 'VaultAlreadyExists' }),
  );
  expect(everything()).toEqual(before);
});
