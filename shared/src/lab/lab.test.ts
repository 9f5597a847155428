import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Kind, ResourceOf } from '../feed/resources.ts';
import { labFileJsonSchema } from './lab-file.ts';
import { loadLab } from './load-lab.ts';
import { resolveLab } from './resolve-lab.ts';
import { secretsFrom } from './secrets.ts';
import { readTopology } from './topology.ts';

const root = new URL('../../../', import.meta.url);
const text = (name: string) => readFileSync(new URL(name, root), 'utf8');
const topology = readTopology(text('docker-compose.yml'));
const secrets = secretsFrom({ operators: new Map(), identityHeaders: new Map() }, 1_700_000_000);
const resolveAll = (yaml: string) => resolveLab(loadLab(yaml), topology, secrets);
const resolve = (yaml: string) => resolveAll(yaml).resources;

/** Values of one kind that come of a file, in its order. */
const valuesOf = <K extends Kind>(yaml: string, kind: K): ResourceOf<K>[] =>
  resolve(yaml).flatMap((resource) => (resource.kind === kind ? [resource.value as ResourceOf<K>] : []));

const AUDIENCE = 'api://AzureADTokenExchange';
const CONDITION = "@Resource[Microsoft.Storage/storageAccounts/blobServices/containers:name] StringEquals 'samples'";

const inGroup = (rest: string) => `tenants:
  - name: contoso
    subscriptions:
      - name: s1
        resourceGroups:
          - name: rg1
${rest}`;

it('accepts the lab file and the topology that the project comes with', () => {
  const kinds = resolve(text('lab.yaml')).map(({ kind }) => kind);
  expect(kinds.filter((kind) => kind === 'tenant')).toHaveLength(2);
  expect(kinds.filter((kind) => kind === 'vault')).toHaveLength(2);
});

it('gives the same ids every time', () => {
  expect(resolve(text('lab.yaml'))).toEqual(resolve(text('lab.yaml')));
  expect(resolve(text('lab.yaml')).find(({ kind }) => kind === 'tenant')?.id).toBe(
    'a93ae60a-4be8-5fd6-9168-a883069ac35f',
  );
});

it('has a JSON Schema that is up to date, for editors', () => {
  expect(JSON.parse(text('lab.schema.json'))).toEqual(labFileJsonSchema());
});

it.each([
  ['a tab', 'tenants:\n\t- name: x', /^lab\.yaml:2: /],
  ['an unknown word', 'tenants:\n  - name: contoso\n    subscription: []', /^lab\.yaml:3: tenants\.0\.subscription: /],
  ['a wrong type', 'tenants:\n  - name: contoso\n    subscriptions: 7', /^lab\.yaml:3: tenants\.0\.subscriptions: /],
  ['nothing', '', /^lab\.yaml:1: tenants: /],
  ['the same key twice', 'tenants: []\ntenants: []', /^lab\.yaml:2: /],
  ['an alias of nothing', 'tenants:\n  - *contoso', /^lab\.yaml:2: Unresolved alias/],
  [
    'aliases of aliases without end',
    `a: &a [x, x]\n${[...'bcdefghij'].map((letter, index) => `${letter}: &${letter} [${`*${'abcdefghij'[index]}, `.repeat(9)}]`).join('\n')}`,
    /^lab\.yaml:2: Excessive alias count/,
  ],
])('names the line of %s', (_, yaml, message) => expect(() => loadLab(yaml)).toThrow(message));

it('names a hundred mistakes, and how many more there are', () => {
  expect(() => loadLab(`tenants:\n${'  - 7\n'.repeat(150)}`)).toThrow(/^(lab\.yaml:\d+: .*\n){100}and 50 more$/);
});

it.each([
  [
    'a virtual machine',
    '            virtualMachines:\n              - name: vm-else',
    /lab\.yaml:8: .*vm-else has no place in the topology/,
  ],
  [
    'a function app',
    '            functionApps:\n              - name: func-else',
    /lab\.yaml:8: .*func-else has no place in the topology/,
  ],
  [
    'a pod',
    `            userAssignedIdentities: [{ name: id-one }]
            managedClusters:
              - { name: aks, serviceAccounts: [{ name: sa-one, pod: pod-else, identity: id-one }] }`,
    /lab\.yaml:9: .*pod-else has no place in the topology/,
  ],
  [
    'a cluster in a location',
    '            location: northeurope\n            managedClusters:\n              - name: aks',
    /lab\.yaml:9: .*northeurope\.oic\.prod-aks\.azure\.com to the aliases of cluster/,
  ],
])('refuses %s that has no place in the topology', (_, yaml, message) =>
  expect(() => resolve(inGroup(yaml))).toThrow(message),
);

it('takes vaults and accounts of any name: the name server knows them as soon as they exist', () => {
  const yaml = '            vaults: [{ name: kv-else }]\n            storageAccounts: [{ name: stelse }]';
  expect(valuesOf(inGroup(yaml), 'vault')).toMatchObject([{ host: 'kv-else.vault.azure.net' }]);
  expect(valuesOf(inGroup(yaml), 'storageAccount')).toMatchObject([{ host: 'stelse.blob.core.windows.net' }]);
});

it('refuses a fifth virtual machine with a sentence', () => {
  const yaml = inGroup(
    `            virtualMachines: [${[1, 2, 3, 4, 5].map((number) => `{ name: vm-0${number} }`).join(', ')}]`,
  );
  const places = [1, 2, 3, 4, 5].map(
    (number) =>
      `  s${number}: { hostname: vm-0${number}, networks: { vm: { ipv4_address: 169.254.169.25${number - 1} } } }`,
  );
  const wide = readTopology(`services:\n${places.join('\n')}`);
  const mistakes = () => resolveLab(loadLab(yaml), wide, secrets);
  expect(mistakes).toThrow(
    /^lab\.yaml:7: tenants\.0\S+virtualMachines\.4: the lab has room for 4 virtual machines \(169\.254\.169\.250 to 169\.254\.169\.253\), and vm-05 is one more\.$/,
  );
});

it('refuses an address that is not for virtual machines', () => {
  const odd = readTopology('services: { s: { hostname: vm-01, networks: { vm: { ipv4_address: 169.254.169.249 } } } }');
  const yaml = inGroup('            virtualMachines: [{ name: vm-01 }]');
  expect(() => resolveLab(loadLab(yaml), odd, secrets)).toThrow(/vm-01 has the address 169\.254\.169\.249/);
});

it('refuses two virtual machines of one name, in whatever tenants, since they would share an address', () => {
  const tenant = (name: string) =>
    `  - { name: ${name}, subscriptions: [{ name: s1, resourceGroups: [{ name: rg1, virtualMachines: [{ name: vm-app01 }] }] }] }`;
  expect(() => resolve(`tenants:\n${tenant('contoso')}\n${tenant('fabrikam')}`)).toThrow(
    /another virtual machine of the lab is called vm-app01/,
  );
});

it('gives a user-assigned identity its federated credentials, those of a cluster by name', () => {
  const yaml = inGroup(`            userAssignedIdentities:
              - name: id-one
                clientId: 11111111-2222-3333-4444-55555555555A
                federatedCredentials:
                  - { name: ours, cluster: AKS, serviceAccount: orders/sa-one }
                  - { name: theirs, issuer: https://token.actions.githubusercontent.com, subject: 'repo:x/y:ref:refs/heads/main' }
            managedClusters:
              - { name: aks, serviceAccounts: [{ namespace: orders, name: sa-one, pod: pod-app01, identity: id-one }] }`);
  const [cluster] = resolveAll(yaml).clusters;
  const clientId = '11111111-2222-3333-4444-55555555555a';
  expect(valuesOf(yaml, 'servicePrincipal')).toMatchObject([{ clientId, identityType: 'UserAssigned' }]);
  expect(valuesOf(yaml, 'federatedCredential')).toMatchObject([
    { clientId, issuer: cluster?.issuer, subject: 'system:serviceaccount:orders:sa-one', audiences: [AUDIENCE] },
    { clientId, issuer: 'https://token.actions.githubusercontent.com', audiences: [AUDIENCE] },
  ]);
  expect(cluster?.serviceAccounts).toMatchObject([{ pod: 'pod-app01', clientId }]);
});

it.each([
  ['a cluster', '{ name: fic, cluster: other, serviceAccount: orders/sa }', /no managed cluster called other/],
  [
    'a service account',
    '{ name: fic, cluster: aks, serviceAccount: orders/sa }',
    /no service account called orders\/sa/,
  ],
  ['nothing', '{ name: fic }', /expected name, and either issuer and subject or cluster and serviceAccount/],
])('refuses a federated credential of %s that is not there', (_, credential, message) => {
  const yaml = inGroup(`            managedClusters: [{ name: aks }]
            userAssignedIdentities: [{ name: id-one, federatedCredentials: [${credential}] }]`);
  expect(() => resolve(yaml)).toThrow(message);
});

it('knows the roles that the tenant defines, where they can be assigned, and who has them', () => {
  const yaml = `tenants:
  - name: contoso
    roleDefinitions:
      - { name: Secret Lister, dataActions: [Microsoft.KeyVault/vaults/secrets/readMetadata/action], assignableScopes: [s1/rg1] }
    subscriptions:
      - { name: s1, resourceGroups: [{ name: rg1, userAssignedIdentities: [{ name: id-one }], roleAssignments: [{ principal: id-one, role: secret lister }] }] }
  - name: fabrikam
`;
  const [role] = valuesOf(yaml, 'roleDefinition');
  expect(role).toMatchObject({
    roleName: 'Secret Lister',
    roleType: 'CustomRole',
    assignableScopes: [expect.stringMatching(/\/resourceGroups\/rg1$/)],
  });
  expect(valuesOf(yaml, 'roleAssignment').filter(({ roleDefinitionId }) => roleDefinitionId === role?.id)).toHaveLength(
    1,
  );
  expect(() => resolve(yaml.replace('assignableScopes: [s1', 'assignableScopes: [s2'))).toThrow(
    /no subscription called s2/,
  );
  expect(() => resolve(yaml.replaceAll(/secret lister/gi, 'Owner'))).toThrow(/there is a role called Owner already/);
});

it('reads conditions and deny assignments where they apply', () => {
  const yaml = inGroup(`            userAssignedIdentities: [{ name: id-one }]
            storageAccounts:
              - name: stlab
                roleAssignments:
                  - { principal: id-one, role: Storage Blob Data Reader, condition: "${CONDITION}", description: Only samples }
                denyAssignments:
                  - { name: nobody deletes, principals: [everyone], excludedPrincipals: [operator], dataActions: ['*/delete'] }`);
  expect(valuesOf(yaml, 'roleAssignment')).toContainEqual(
    expect.objectContaining({ condition: CONDITION, conditionVersion: '2.0', description: 'Only samples' }),
  );
  const [operator] = valuesOf(yaml, 'application');
  expect(valuesOf(yaml, 'denyAssignment')).toMatchObject([
    {
      denyAssignmentName: 'nobody deletes',
      scope: expect.stringMatching(/storageAccounts\/stlab$/),
      principalIds: ['00000000-0000-0000-0000-000000000000'],
      excludedPrincipalIds: [operator?.principalId],
      dataActions: ['*/delete'],
    },
  ]);
});

it('refuses a condition that cannot be parsed: ignored, it would grant more than was meant', () => {
  const yaml = inGroup(`            userAssignedIdentities: [{ name: id-one }]
            roleAssignments: [{ principal: id-one, role: Reader, condition: "@Resource[] StringEquals 'x'" }]`);
  expect(() => resolve(yaml)).toThrow(/^lab\.yaml:8: \S+\.condition: not a condition: /);
});

describe('a participant', () => {
  const place = (participant: string, rest = '') =>
    inGroup(`            participant: ${participant}\n            virtualMachines: [{ name: vm-app01 }]\n${rest}`);

  it('is an application of their own, Owner of their group and of nothing else, who cannot delete the group', () => {
    const yaml = place('{ name: ana, machine: vm-app01 }');
    const [group] = valuesOf(yaml, 'resourceGroup');
    const application = valuesOf(yaml, 'application').find(({ displayName }) => displayName === 'operator-ana');
    expect(application).toMatchObject({ secrets: [], graphRoles: [] });
    const principalId = application?.principalId;
    expect(group?.participant).toEqual({
      name: 'ana',
      machine: 'vm-app01',
      principalId,
      clientId: application?.clientId,
    });
    expect(valuesOf(yaml, 'roleAssignment').filter((one) => one.principalId === principalId)).toMatchObject([
      { scope: group?.resourceId, roleDefinitionId: '8e3af657-a8ff-443c-a75c-2fe8c4bcb635' },
    ]);
    expect(valuesOf(yaml, 'denyAssignment')).toMatchObject([
      {
        scope: group?.resourceId,
        principalIds: [principalId],
        actions: ['Microsoft.Resources/subscriptions/resourceGroups/delete'],
        doNotApplyToChildScopes: true,
      },
    ]);
  });

  it('sits at a machine of their group', () => {
    expect(() => resolve(place('{ name: ana, machine: vm-app02 }'))).toThrow(
      /^lab\.yaml:7: \S+\.participant\.machine: the resource group rg1 has no virtual machine called vm-app02\.$/,
    );
  });

  it('has a name that no other has', () => {
    const other = `          - name: rg2
            participant: { name: ana, machine: vm-app02 }
            virtualMachines: [{ name: vm-app02 }]`;
    expect(() => resolve(place('{ name: ana, machine: vm-app01 }', other))).toThrow(
      /another participant is called ana/,
    );
    expect(() => resolve(place('{ name: Ana!, machine: vm-app01 }'))).toThrow(/participant\.name: 1 to 12 lower-case/);
  });
});

it('makes an operator in each tenant, Owner of its subscriptions, whom the file can name', () => {
  const yaml = inGroup(
    '            vaults: [{ name: kv-one, roleAssignments: [{ principal: operator, role: Key Vault Reader }] }]',
  );
  const [operator] = valuesOf(yaml, 'application');
  const roles = valuesOf(yaml, 'roleAssignment').map(({ principalId, roleDefinitionId }) => [
    principalId,
    roleDefinitionId,
  ]);
  expect(roles).toEqual([
    [operator?.principalId, '8e3af657-a8ff-443c-a75c-2fe8c4bcb635'],
    [operator?.principalId, '21090545-7ca7-4776-b22c-e363652d74d2'],
  ]);
  expect(() => resolve(inGroup('            userAssignedIdentities: [{ name: Operator }]'))).toThrow(
    /another identity of this tenant is called Operator/,
  );
});

it('refuses a role assignment of a principal or role that nobody knows', () => {
  const yaml = inGroup(`            vaults:
              - name: kv-lab
                roleAssignments:
                  - { principal: nobody, role: King }`);
  expect(() => resolve(yaml)).toThrow(/no identity called nobody[\s\S]*no built-in role called King/);
});

it('refuses an identity of another tenant', () => {
  const yaml = `tenants:
  - name: contoso
    subscriptions: [{ name: s1, resourceGroups: [{ name: rg1, userAssignedIdentities: [{ name: id-one }] }] }]
  - name: fabrikam
    subscriptions: [{ name: s1, resourceGroups: [{ name: rg1, virtualMachines: [{ name: vm-app01, userAssignedIdentities: [id-one] }] }] }]`;
  expect(() => resolve(yaml)).toThrow(/no user-assigned identity called id-one/);
});

it('finds the directories of the state that services mount, so that a further machine needs no code', () => {
  const further = `services:
  app07:
    volumes:
      - { type: volume, source: state, target: /run/agent, volume: { subpath: agents/app07 } }
      - { type: volume, source: other, target: /x, volume: { subpath: elsewhere } }
      - { type: volume, source: state, target: /y, volume: { subpath: ../outside } }`;
  const { stateDirectories } = readTopology(text('docker-compose.yml'), further);
  expect(stateDirectories).toContain('agents/app');
  expect(stateDirectories).toContain('agents/app07');
  expect(stateDirectories.filter((path) => /elsewhere|\.\./.test(path))).toEqual([]);
});

it('accepts the lab file of workshops, with a place for each of four', () => {
  const groups = valuesOf(text('lab.workshop.yaml'), 'resourceGroup');
  expect(groups.flatMap(({ participant }) => (participant ? [participant.machine] : []))).toEqual([
    'vm-app01',
    'vm-app02',
    'vm-app03',
    'vm-app04',
  ]);
});
