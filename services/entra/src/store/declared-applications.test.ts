import type { ResourceOf } from '@lab/shared/feed/resources.ts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { graphOf, OPERATOR_CHANGE } from '../graph/testing.ts';
import {
  claimsOf,
  clientAssertion,
  PRINCIPAL,
  type PublicApp,
  send,
  startPublicApp,
  TENANT,
  tokenForm,
} from '../testing.ts';

const READ = { id: 'dddddddd-0000-4000-8000-00000000000A', value: 'Orders.Read', displayName: 'Read orders' };
const WRITE = { id: 'dddddddd-0000-4000-8000-00000000000b', value: 'Orders.Write', displayName: 'Write orders' };
const API = {
  clientId: 'cccccccc-0000-4000-8000-000000000001',
  objectId: 'cccccccc-0000-4000-8000-000000000002',
  principalId: 'CCCCCCCC-0000-4000-8000-000000000003',
  tenantId: TENANT.tenantId,
  displayName: 'orders-api',
  secrets: [],
  graphRoles: [],
};
type Api = NonNullable<ResourceOf<'application'>['api']>;
const AS_USUAL = {
  requestedAccessTokenVersion: 1,
  appRoleAssignmentRequired: false,
} as const;

let app: PublicApp;
let graph: ReturnType<typeof graphOf>;
beforeAll(async () => {
  app = await startPublicApp();
  app.follow(OPERATOR_CHANGE);
  graph = graphOf(app);
});
afterAll(() => app.close());

/** Tells of the application as the lab now declares it. */
const declare = (readers: readonly string[], more: Partial<Api> = {}) => {
  const appRoles = [
    { ...READ, assignedTo: [...readers] },
    { ...WRITE, assignedTo: [] },
  ];
  app.follow({
    kind: 'application',
    id: API.clientId,
    value: { ...API, api: { ...AS_USUAL, identifierUris: ['api://orders-api'], ...more, appRoles } },
  });
};
const tokenFor = async (asked: string) => {
  const { body } = await send(`${app.origin}/${TENANT.tenantId}/oauth2/v2.0/token`, {
    method: 'POST',
    body: tokenForm({ client_assertion: clientAssertion(), scope: `${asked}/.default` }),
  });
  return body;
};
const rolesOf = async () => claimsOf(String((await tokenFor('api://orders-api')).access_token)).roles;

it('issues tokens for an application that the lab declares, with the roles that it declares', async () => {
  declare([PRINCIPAL.principalId.toUpperCase()]);
  expect(claimsOf(String((await tokenFor('api://orders-api')).access_token))).toMatchObject({
    aud: 'api://orders-api',
    ver: '1.0',
    roles: ['Orders.Read'],
  });
  declare([]);
  expect(await rolesOf()).toBeUndefined();
});

it('keeps a role that was granted through Graph when the lab says nothing of it', async () => {
  declare([]);
  const principalId = PRINCIPAL.principalId;
  const grant = { principalId, resourceId: API.principalId, appRoleId: WRITE.id };
  expect((await graph.ask('POST', `/servicePrincipals/${API.principalId}/appRoleAssignedTo`, grant)).status).toBe(201);
  declare([principalId]);
  expect(await rolesOf()).toEqual(['Orders.Read', 'Orders.Write']);
  declare([]);
  expect(await rolesOf()).toEqual(['Orders.Write']);
});

it('leaves what the operator may do in Graph as it is', async () => {
  declare([PRINCIPAL.principalId]);
  app.follow(OPERATOR_CHANGE);
  declare([]);
  expect((await graph.ask('GET', '/applications')).status).toBe(200);
});

it('issues tokens of the version, and to holders of a role only, where the lab says so', async () => {
  app.follow({ kind: 'application', id: API.clientId, value: null });
  const strict: Partial<Api> = { identifierUris: ['api://strict'], requestedAccessTokenVersion: 2 };
  declare([], { ...strict, appRoleAssignmentRequired: true });
  expect((await tokenFor('api://strict')).error_codes).toEqual([501051]);
  declare([PRINCIPAL.principalId], { ...strict, appRoleAssignmentRequired: true });
  expect(claimsOf(String((await tokenFor('api://strict')).access_token))).toMatchObject({
    ver: '2.0',
    aud: API.clientId,
    roles: ['Orders.Read'],
  });
  expect((await tokenFor('api://orders-api')).error_codes).toEqual([500011]);
});

it('gives the application the name that the lab declares, whoever took it through Graph', async () => {
  const other = await graph.createApplication({ identifierUris: ['api://taken', 'api://theirs'] });
  declare([], { identifierUris: ['api://Taken/'] });
  const { body } = await graph.ask('GET', `/applications/${other.application.id}`);
  expect(body.identifierUris).toEqual(['api://theirs']);
  expect((await tokenFor('api://taken')).access_token).toBeDefined();
});

it('has the application no longer that the lab declares no longer, nor roles on it', async () => {
  declare([PRINCIPAL.principalId]);
  app.follow({ kind: 'application', id: API.clientId, value: null });
  expect((await tokenFor('api://orders-api')).error_codes).toEqual([500011]);
  expect(app.registrations.assignmentsOf(PRINCIPAL.principalId)).toEqual([]);
});
