import type { Resource, ResourceOf } from '@lab/shared/feed/resources.ts';
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
import type { Resources } from './resources.ts';

const LAB = `
tenants:
  - name: contoso
    displayName: Contoso Ltd
    roleDefinitions: [{ name: Secret lister, dataActions: ["Microsoft.KeyVault/vaults/secrets/readMetadata/action"] }]
    subscriptions:
      - name: apps
        resourceGroups:
          - name: rg-apps
            location: northeurope
            tags: { env: lab }
            virtualMachines:
              - { name: vm-app01, systemAssignedIdentity: true, vmSize: Standard_D2s_v3, userAssignedIdentities: [id-orders], tags: { a: "1" } }
            userAssignedIdentities: [{ name: id-orders }]
            vaults:
              - name: kv-lab
                softDeleteRetentionInDays: 7
                secrets: { Greeting: hello }
`;
const SLOTS = [250, 251, 252, 253].map((host) => ({
  address: `169.254.169.${host}`,
  ...(host === 250 && { name: 'vm-app01' }),
}));
const topology: Topology = {
  virtualMachines: new Map([
    ['vm-app01', '169.254.169.250'],
    ['vm-app02', '169.254.169.251'],
  ]),
  functionApps: new Set(),
  appServiceAddress: undefined,
  hostNames: new Set(),
  publicNames: new Map(),
  stateDirectories: [],
};
const secrets = secretsFrom({ operators: new Map(), identityHeaders: new Map() }, 0);
const resolved = (text: string) => resolveLab(loadLab(text), topology, secrets).resources;

let resources: Resources;
beforeEach(() => {
  const db = openArmDatabase(':memory:');
  resources = withPolicy(sqliteResources(db), db).resources;
  applyBuiltInRoles(resources);
  applyLab(resources, resolved(LAB), SLOTS);
});

const patch = (text: string, slots = SLOTS) =>
  resources.transaction(() => patchLab(resources, text, { slots, clusters: [], now: 5 }));
/** A partial file that names the group, and what is in it. */
const inGroup = (entries: object) =>
  JSON.stringify({
    tenants: [
      { name: 'contoso', subscriptions: [{ name: 'apps', resourceGroups: [{ name: 'rg-apps', ...entries }] }] },
    ],
  });
const machine = (name: string) => resources.all('virtualMachine').find((one) => one.name === name);
const all = () =>
  resources
    .changedSince(
      0,
      [
        'virtualMachine',
        'vault',
        'secret',
        'roleAssignment',
        'servicePrincipal',
        'resourceGroup',
        'tenant',
        'subscription',
        'application',
        'roleDefinition',
      ],
      1e6,
    )
    .map(({ kind, id, value }) => [kind, id, value]);

it('adds a machine on a free address, with identities of its own and of those that are there', () => {
  const { added, changed, named } = patch(
    inGroup({
      virtualMachines: [{ name: 'vm-test', systemAssignedIdentity: true, userAssignedIdentities: ['id-orders'] }],
      vaults: [{ name: 'kv-lab', roleAssignments: [{ principal: 'vm-test', role: 'Key Vault Secrets User' }] }],
    }),
  );
  const made = machine('vm-test') as ResourceOf<'virtualMachine'>;
  expect([added, changed]).toEqual([3, 0]);
  expect([made.sourceAddress, made.privateIpAddress, made.location]).toEqual([
    '169.254.169.251',
    '10.0.0.5',
    'northeurope',
  ]);
  expect(made.identities.map(({ identityType }) => identityType)).toEqual(['SystemAssigned', 'UserAssigned']);
  const [own, shared] = made.identities;
  expect(shared?.principalId).toBe(resources.all('userAssignedIdentity')[0]?.principalId);
  expect(resources.find('servicePrincipal', own?.principalId ?? '')?.displayName).toBe('vm-test');
  expect(resources.findBy('roleAssignment', 'principalId', own?.principalId ?? '')).toHaveLength(1);
  expect(named.map(({ kind }) => kind)).toContain('virtualMachine');
});

it('changes what it says, and leaves all else of a resource as it is', () => {
  const before = machine('vm-app01') as ResourceOf<'virtualMachine'>;
  patch(inGroup({ virtualMachines: [{ name: 'vm-app01', tags: { b: '2' } }], tags: { more: 'x' } }));
  expect(machine('vm-app01')).toEqual({ ...before, tags: { a: '1', b: '2' } });
  expect(resources.all('resourceGroup')[0]).toMatchObject({ location: 'northeurope', tags: { env: 'lab', more: 'x' } });
  patch(inGroup({ vaults: [{ name: 'kv-lab', secrets: { Other: 'value' } }] }));
  expect(resources.all('vault')[0]?.softDeleteRetentionInDays).toBe(7);
  expect(resources.all('secret').map(({ name }) => name)).toEqual(['Greeting', 'Other']);
});

it('does nothing the second time', () => {
  const text = inGroup({ virtualMachines: [{ name: 'vm-test', systemAssignedIdentity: true }] });
  patch(text);
  const before = all();
  expect(patch(text)).toMatchObject({ added: 0, changed: 0 });
  expect(patch(LAB)).toMatchObject({ added: 0, changed: 0 });
  expect(all()).toEqual(before);
});

it('keeps the ids of an identity that was turned on through Resource Manager', () => {
  const id = resources.all('virtualMachine')[0]?.resourceId ?? '';
  const value = resources.find('virtualMachine', id) as ResourceOf<'virtualMachine'>;
  const [own, ...others] = value.identities;
  const again = { ...own, principalId: crypto.randomUUID(), clientId: crypto.randomUUID() } as NonNullable<typeof own>;
  resources.remove('servicePrincipal', own?.principalId ?? '');
  const principal = { ...again, tenantId: value.tenantId, displayName: 'vm-app01' };
  resources.put({ kind: 'servicePrincipal', id: again.principalId, value: principal });
  resources.put({ kind: 'virtualMachine', id, value: { ...value, identities: [again, ...others] } });
  patch(inGroup({ virtualMachines: [{ name: 'vm-app01', systemAssignedIdentity: true }] }));
  expect(machine('vm-app01')?.identities).toEqual([again, ...others]);
  expect(resources.all('servicePrincipal').map(({ principalId }) => principalId)).toContain(again.principalId);
  expect(resources.all('servicePrincipal')).toHaveLength(2);
});

it('gives roles to whom it does not name, by built-in roles and by those of the tenant', () => {
  patch(
    inGroup({
      vaults: [
        {
          name: 'kv-new',
          roleAssignments: ['vm-app01', 'id-orders', 'operator'].map((principal) => ({
            principal,
            role: 'secret LISTER',
          })),
        },
      ],
    }),
  );
  expect(resources.within('roleAssignment', resources.all('vault').at(-1)?.resourceId ?? '')).toHaveLength(3);
});

it('adds an API with a role, and then who has it, and another role', () => {
  const application = (entry: object) =>
    patch(JSON.stringify({ tenants: [{ name: 'contoso', applications: [{ name: 'orders-api', ...entry }] }] }));
  application({
    identifierUris: ['api://orders'],
    appRoles: [{ value: 'Orders.Read' }],
    requestedAccessTokenVersion: 2,
  });
  application({
    appRoles: [{ value: 'Orders.Write' }],
    appRoleAssignments: [{ principal: 'vm-app01', role: 'Orders.Read' }],
  });
  const api = resources.all('application').find(({ displayName }) => displayName === 'orders-api')?.api;
  const own = machine('vm-app01')?.identities[0]?.principalId;
  expect(api).toMatchObject({ identifierUris: ['api://orders'], requestedAccessTokenVersion: 2 });
  expect(api?.appRoles.map(({ value, assignedTo }) => [value, assignedTo])).toEqual([
    ['Orders.Read', [own]],
    ['Orders.Write', []],
  ]);
  expect(() => application({ name: 'other-api', identifierUris: ['api://ORDERS/'] })).toThrow(/api:\/\/ORDERS/);
});

it('adds a subscription with its operator, and a role that can be assigned in all of them', () => {
  patch(
    'tenants: [{ name: contoso, subscriptions: [{ name: more }], roleDefinitions: [{ name: King, actions: ["*"] }] }]',
  );
  const added = resources.all('subscription').find(({ displayName }) => displayName === 'more');
  expect(resources.within('roleAssignment', `/subscriptions/${added?.subscriptionId}`)).toHaveLength(1);
  expect(resources.all('roleDefinition').find(({ roleName }) => roleName === 'King')?.assignableScopes).toHaveLength(2);
});

describe('the lab file afterwards', () => {
  const patched = () => patch(inGroup({ virtualMachines: [{ name: 'vm-test' }], vaults: [{ name: 'kv-new' }] }));
  const names = () => resources.all('virtualMachine').map(({ name }) => name);

  it('removes nothing that was added, when it changes', () => {
    patched();
    applyLab(resources, resolved(LAB.replace('a: "1"', 'a: "2"')), SLOTS);
    expect(names()).toEqual(['vm-app01', 'vm-test']);
    expect(machine('vm-test')?.sourceAddress).toBe('169.254.169.251');
  });

  it('brings nothing back that was removed since', () => {
    patched();
    resources.remove('virtualMachine', machine('vm-test')?.resourceId ?? '');
    applyLab(resources, resolved(LAB.replace('a: "1"', 'a: "2"')), SLOTS);
    expect(names()).toEqual(['vm-app01']);
  });
});

describe('refused, and nothing of it applied', () => {
  it.each([
    ['no YAML', 'tenants: [', /^lab\.yaml:1: /],
    ['a word that there is not', 'tenants:\n  - name: contoso\n    colour: red', /^lab\.yaml:3: tenants\.0\.colour: /],
    ['a new tenant', 'tenants:\n  - name: other', /^lab\.yaml:2: tenants\.0\.name: there is no such tenant/],
    [
      'a principal that there is not',
      inGroup({ roleAssignments: [{ principal: 'nobody', role: 'Reader' }] }),
      /this tenant has no identity called nobody/,
    ],
    ['a function app', inGroup({ functionApps: [{ name: 'func-new' }] }), /no place in the topology/],
    ['a cluster', inGroup({ managedClusters: [{ name: 'aks' }] }), /gets no new managed cluster/],
    ['another location', inGroup({ location: 'westeurope' }), /is in northeurope, and stays there/],
    [
      'a name that another identity has',
      inGroup({ userAssignedIdentities: [{ name: 'vm-app01' }] }),
      /another identity of this tenant is called vm-app01/,
    ],
    [
      'another client id',
      inGroup({ userAssignedIdentities: [{ name: 'id-orders', clientId: crypto.randomUUID() }] }),
      /and keeps it/,
    ],
    [
      'a fifth machine',
      inGroup({ virtualMachines: ['one1', 'two2', 'three3', 'four4'].map((name) => ({ name })) }),
      /four4 is one more/,
    ],
    [
      'a vault whose name is taken',
      'tenants: [{ name: contoso, subscriptions: [{ name: apps, resourceGroups: [{ name: rg-2, vaults: [{ name: KV-LAB }] }] }] }]',
      /another vault of the lab is called KV-LAB/,
    ],
  ])('%s', (_, text, message) => {
    const before = all();
    let refusal: unknown;
    try {
      patch(text);
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toMatchObject({ kind: 'invalid', code: 'InvalidLabFile', message: expect.stringMatching(message) });
    expect(all()).toEqual(before);
  });
});

it('has room in the embedded lab as well, where machines have no address', () => {
  patch(inGroup({ virtualMachines: [{ name: 'vm-test' }] }), []);
  expect(machine('vm-test')).toMatchObject({ privateIpAddress: '10.0.0.5' });
  expect(machine('vm-test')).not.toHaveProperty('sourceAddress');
});

it('recovers a deleted vault that it names', () => {
  const vault = resources.all('vault')[0] as Extract<Resource, { kind: 'vault' }>['value'];
  resources.put({ kind: 'vault', id: vault.resourceId, value: { ...vault, deletedAt: 4 } });
  patch(inGroup({ vaults: [{ name: 'kv-lab' }] }));
  expect(resources.all('vault')).toEqual([vault]);
});
