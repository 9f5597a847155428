import { expect, it } from 'vitest';
import type { ResourceOf } from '../../feed/resources.ts';
import { loadLab } from '../load-lab.ts';
import { resolveLab } from '../resolve-lab.ts';
import { secretsFrom } from '../secrets.ts';
import { readTopology } from '../topology.ts';

const topology = readTopology('services: {}');
const secrets = secretsFrom({ operators: new Map(), identityHeaders: new Map() }, 1_700_000_000);

/** The lab of a tenant with one identity, `id-one`, and these applications. */
const labWith = (applications: string) => `tenants:
  - name: contoso
    subscriptions: [{ name: s1, resourceGroups: [{ name: rg1, userAssignedIdentities: [{ name: id-one }] }] }]
    applications: [${applications}]
  - name: fabrikam
`;
const resolve = (applications: string) => resolveLab(loadLab(labWith(applications)), topology, secrets).resources;
const apisOf = (applications: string) =>
  resolve(applications).flatMap(({ kind, value }) =>
    kind === 'application' && 'api' in value ? [value as ResourceOf<'application'>] : [],
  );

const ORDERS = `{ name: orders-api, identifierUris: [api://orders-api], appRoles: [{ value: Orders.Read, displayName: Read orders }, { value: Orders.Write }],
      appRoleAssignments: [{ principal: id-one, role: Orders.Read }, { principal: id-one, role: Orders.Read }, { principal: operator, role: Orders.Write }] }`;

it('declares applications with the roles that they offer, and who has them', () => {
  const [identity] = resolve('').filter(({ kind }) => kind === 'servicePrincipal');
  const [operator] = resolve('').filter(({ kind }) => kind === 'application');
  const [orders] = apisOf(ORDERS);
  expect(orders).toMatchObject({
    displayName: 'orders-api',
    secrets: [],
    graphRoles: [],
    api: {
      identifierUris: ['api://orders-api'],
      requestedAccessTokenVersion: 1,
      appRoleAssignmentRequired: false,
      appRoles: [
        { value: 'Orders.Read', displayName: 'Read orders', assignedTo: [identity?.id] },
        { value: 'Orders.Write', displayName: 'Orders.Write' },
      ],
    },
  });
  expect(orders?.api?.appRoles[1]?.assignedTo).toEqual([
    (operator?.value as ResourceOf<'application'> | undefined)?.principalId,
  ]);
  expect(apisOf(ORDERS)).toEqual([orders]);
});

it.each([
  [
    'an assignment to nobody',
    '{ name: one, appRoles: [{ value: R }], appRoleAssignments: [{ principal: nobody, role: R }] }',
    /lab\.yaml:4: \S+principal: this tenant has no identity called nobody/,
  ],
  [
    'a role that it has not',
    '{ name: one, appRoleAssignments: [{ principal: id-one, role: R }] }',
    /one has no app role called R/,
  ],
  ['a role twice', '{ name: one, appRoles: [{ value: R }, { value: R }] }', /there is a role called R already/],
  ['one name twice', '{ name: one }, { name: one }', /another identity has the client id/],
  [
    'one URI twice',
    '{ name: one, identifierUris: [api://x] }, { name: two, identifierUris: [api://X/] }',
    /this tenant has an application api:\/\/X\/ already/,
  ],
  ['the name of a service of Azure', '{ name: one, identifierUris: [https://vault.azure.net] }', /api:\/\//],
  [
    'the client id of a service of Azure',
    '{ name: one, clientId: CFA8B339-82a2-471a-a3c9-0fc0be7a4093 }',
    /lab\.yaml:4: \S+: a service of Azure has the client id cfa8b339/,
  ],
  ['the token exchange', '{ name: one, identifierUris: [api://AzureADTokenExchange/] }', /Azure's own/],
  ['the operator', '{ name: operator }', /already/],
])('refuses an application with %s', (_, applications, message) =>
  expect(() => resolve(applications)).toThrow(message),
);

it('has the client id that the file gives', () => {
  const clientId = '11111111-2222-3333-4444-55555555555A';
  expect(apisOf(`{ name: one, clientId: ${clientId} }`)[0]?.clientId).toBe(clientId.toLowerCase());
});
