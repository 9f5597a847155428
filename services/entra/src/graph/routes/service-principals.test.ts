import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PRINCIPAL, type PublicApp, startPublicApp, TENANT } from '../../testing.ts';
import { graphOf, OPERATOR, OPERATOR_CHANGE } from '../testing.ts';

let app: PublicApp;
let ask: ReturnType<typeof graphOf>['ask'];
let createApplication: ReturnType<typeof graphOf>['createApplication'];
let filtered: ReturnType<typeof graphOf>['filtered'];
beforeAll(async () => {
  app = await startPublicApp();
  app.follow(OPERATOR_CHANGE);
  ({ ask, createApplication, filtered } = graphOf(app));
});
afterAll(() => app.close());

describe('service principals', () => {
  it('are found by every name they have, those of managed identities and of Azure itself too', async () => {
    for (const name of [PRINCIPAL.clientId, OPERATOR.clientId.toUpperCase(), 'https://vault.azure.net']) {
      const { body } = await filtered('servicePrincipals', `servicePrincipalNames/any(c:c eq '${name}')`);
      expect(body.value, name).toHaveLength(1);
    }
    const [graph] = (await filtered('servicePrincipals', "displayName eq 'Microsoft Graph'")).body.value;
    expect(graph.appRoles).toContainEqual(
      expect.objectContaining({ id: '1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9', value: 'Application.ReadWrite.All' }),
    );
  });

  it('show a managed identity with the resource that it belongs to', async () => {
    const { body } = await ask('GET', `/servicePrincipals/${PRINCIPAL.principalId}`);
    expect(body).toMatchObject({
      id: PRINCIPAL.principalId,
      appId: PRINCIPAL.clientId,
      displayName: PRINCIPAL.displayName,
      servicePrincipalType: 'ManagedIdentity',
      alternativeNames: ['isExplicit=False', PRINCIPAL.resourceId],
      keyCredentials: [],
    });
  });

  it('show an application as one, whatever it calls itself', async () => {
    const { principal } = await createApplication();
    const path = `/servicePrincipals/${principal.id}`;
    const change = { servicePrincipalType: 'ManagedIdentity', notes: 'changed' };
    expect((await ask('PATCH', path, change)).status).toBe(204);
    expect((await ask('GET', path)).body).toMatchObject({ servicePrincipalType: 'Application', notes: 'changed' });
  });

  it.each([
    ['a managed identity', () => PRINCIPAL.principalId],
    ['a service of Azure', () => 'appId=00000003-0000-0000-c000-000000000000'],
  ])('refuse any change of %s', async (_, key) => {
    for (const [method, path, body] of [
      ['PATCH', '', { accountEnabled: false }],
      ['DELETE', '', undefined],
      ['POST', '/addPassword', {}],
      ['POST', '/removePassword', { keyId: randomUUID() }],
    ] as const) {
      const { status, body: answer } = await ask(method, `/servicePrincipals/${key()}${path}`, body);
      expect([status, answer.error?.code], `${method} ${path}`).toEqual([403, 'Authorization_RequestDenied']);
    }
  });

  it('can be named by client id in either of the ways of OData', async () => {
    for (const key of [
      `(appId='${OPERATOR.clientId}')`,
      `(appId%3D%27${OPERATOR.clientId}%27)`,
      `('${OPERATOR.principalId}')`,
      `/${OPERATOR.principalId.toUpperCase()}`,
    ]) {
      expect((await ask('GET', `/servicePrincipals${key}`)).body.id, key).toBe(OPERATOR.principalId);
    }
    expect((await ask('GET', `/applications(appId='${OPERATOR.clientId}')`)).body.id).toBe(OPERATOR.objectId);
    const secret = await ask('POST', `/applications(appId='${OPERATOR.clientId}')/microsoft.graph.addPassword`, {});
    expect(secret.status).toBe(200);
    const removed = await ask('POST', `/applications/${OPERATOR.objectId}/removePassword`, {
      keyId: secret.body.keyId,
    });
    expect(removed.status).toBe(204);
  });

  it('go with their application, and tokens with them at once', async () => {
    const { application, principal } = await createApplication();
    expect((await ask('DELETE', `/applications/${application.id}`)).status).toBe(204);
    const { status, body } = await ask('GET', `/servicePrincipals/${principal.id}`);
    expect([status, body.error?.code, body.error?.message]).toEqual([
      404,
      'Request_ResourceNotFound',
      `Resource '${principal.id}' does not exist or one of its queried reference-property objects are not present.`,
    ]);
  });
});

describe('app role assignments', () => {
  it('are granted, seen from both sides, and taken back', async () => {
    const { principal } = await createApplication();
    const graph = (await ask('GET', "/servicePrincipals(appId='00000003-0000-0000-c000-000000000000')")).body;
    const body = { principalId: principal.id, resourceId: graph.id, appRoleId: '9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30' };
    const path = `/servicePrincipals/${principal.id}/appRoleAssignments`;
    const made = await ask('POST', path, body);
    expect([made.status, made.body]).toEqual([
      201,
      expect.objectContaining({ ...body, principalType: 'ServicePrincipal', resourceDisplayName: 'Microsoft Graph' }),
    ]);
    expect((await ask('POST', path, body)).body.error?.message).toBe(
      'Permission being assigned already exists on the object',
    );
    const assigned = await ask('GET', `/servicePrincipals/${graph.id}/appRoleAssignedTo`);
    expect(assigned.body.value).toContainEqual(expect.objectContaining({ principalId: principal.id }));
    expect((await ask('DELETE', `${path}/${made.body.id}`)).status).toBe(204);
    expect((await ask('GET', path)).body.value).toEqual([]);
  });

  it.each([
    ['a role that the resource does not have', (ids: Ids) => ({ ...ids, appRoleId: randomUUID() }), 400],
    ['a principal that does not exist', (ids: Ids) => ({ ...ids, principalId: randomUUID() }), 400],
    ['a resource that does not exist', (ids: Ids) => ({ ...ids, resourceId: randomUUID() }), 404],
  ])('are refused for %s', async (_, change, status) => {
    const { principal } = await createApplication();
    const ids = { principalId: principal.id, resourceId: OPERATOR.principalId, appRoleId: randomUUID() };
    const answer = await ask('POST', `/servicePrincipals/${principal.id}/appRoleAssignments`, change(ids));
    expect(answer.status).toBe(status);
  });
});
type Ids = { principalId: string; resourceId: string; appRoleId: string };

describe('directory objects', () => {
  it('are looked up by their ids, with their type, for the names in role assignments', async () => {
    const ids = [PRINCIPAL.principalId, OPERATOR.principalId, OPERATOR.objectId, randomUUID(), 'nonsense'];
    const types = ['user', 'group', 'servicePrincipal', 'directoryObjectPartnerReference'];
    const { status, body } = await ask('POST', '/directoryObjects/getByIds', { ids, types });
    expect(status).toBe(200);
    expect(body.value.map((each: Record<string, unknown>) => [each['@odata.type'], each.id]).sort()).toEqual([
      ['#microsoft.graph.servicePrincipal', PRINCIPAL.principalId],
      ['#microsoft.graph.servicePrincipal', OPERATOR.principalId],
    ]);
  });

  it('are no people: lists are empty, nobody is found, and there is no me', async () => {
    expect((await filtered('users', "userPrincipalName eq 'a@b'")).body.value).toEqual([]);
    expect((await ask('GET', '/users/a@b')).body.error?.code).toBe('Request_ResourceNotFound');
    expect((await ask('GET', '/groups')).body.value).toEqual([]);
    const me = await ask('GET', '/me');
    expect([me.status, me.body.error?.code, me.body.error?.message]).toEqual([
      400,
      'BadRequest',
      '/me request is only valid with delegated authentication flow.',
    ]);
    expect((await ask('GET', '/organization')).body.value).toMatchObject([
      { id: TENANT.tenantId, displayName: TENANT.displayName, verifiedDomains: [{ name: TENANT.domain }] },
    ]);
    expect((await ask('GET', `/servicePrincipals/${OPERATOR.principalId}/owners`)).body.value).toEqual([]);
  });
});
