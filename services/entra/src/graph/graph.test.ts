import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  IDENTITY,
  NOW,
  OTHER_TENANT,
  PRINCIPAL,
  type PublicApp,
  STRANGER,
  send,
  startPublicApp,
  TENANT,
  tokenForm,
} from '../testing.ts';
import { graphOf, OPERATOR, OPERATOR_CHANGE } from './testing.ts';

let app: PublicApp;
let ask: ReturnType<typeof graphOf>['ask'];
let tokenWith: ReturnType<typeof graphOf>['tokenWith'];
let createApplication: ReturnType<typeof graphOf>['createApplication'];
beforeAll(async () => {
  app = await startPublicApp();
  app.follow(OPERATOR_CHANGE);
  ({ ask, tokenWith, createApplication } = graphOf(app));
});
afterAll(() => app.close());

const filtered = (collection: string, filter: string) =>
  ask('GET', `/${collection}?$filter=${encodeURIComponent(filter)}`);
const der = (pem: string) => pem.replace(/-----[A-Z ]+-----/g, '').trim();
const hours = (n: number) => new Date((NOW + n * 3_600) * 1000).toISOString().replace(/\.\d+Z/, 'Z');

describe('az ad sp create-for-rbac', () => {
  it('finds nothing, makes application, secret and service principal, and the secret signs in', async () => {
    const name = 'az-made';
    expect((await filtered('servicePrincipals', `displayName eq '${name}'`)).body.value).toEqual([]);
    expect((await filtered('applications', `startswith(displayName,'${name}')`)).body).toEqual({
      '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#applications',
      value: [],
    });
    const made = await ask('POST', '/applications', { displayName: name, keyCredentials: [] });
    expect(made.status).toBe(201);
    expect(made.headers).toMatchObject({
      'content-type':
        'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8',
      'odata-version': '4.0',
      location: expect.stringContaining(`/directoryObjects/${made.body.id}/Microsoft.DirectoryServices.Application`),
    });
    expect(made.body).toMatchObject({
      '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#applications/$entity',
      appId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      displayName: name,
      identifierUris: [],
      passwordCredentials: [],
      keyCredentials: [],
      publisherDomain: TENANT.domain,
      signInAudience: 'AzureADMyOrg',
      api: { requestedAccessTokenVersion: null, oauth2PermissionScopes: [] },
    });
    const password = await ask('POST', `/applications/${made.body.id}/addPassword`, {
      passwordCredential: { displayName: 'rbac', startDateTime: hours(0), endDateTime: hours(8_760) },
    });
    expect([password.status, password.body]).toEqual([
      200,
      {
        '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#microsoft.graph.passwordCredential',
        customKeyIdentifier: null,
        displayName: 'rbac',
        endDateTime: hours(8_760),
        hint: password.body.secretText.slice(0, 3),
        keyId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        secretText: expect.stringMatching(/^[A-Za-z0-9]{3}8Q~[\w-]{34}$/),
        startDateTime: hours(0),
      },
    ]);
    const principal = await ask('POST', '/servicePrincipals', { appId: made.body.appId, accountEnabled: true });
    expect(principal.status).toBe(201);
    expect(principal.body).toMatchObject({
      appId: made.body.appId,
      accountEnabled: true,
      displayName: name,
      servicePrincipalNames: [made.body.appId],
      servicePrincipalType: 'Application',
      appOwnerOrganizationId: TENANT.tenantId,
    });
    const form = tokenForm({
      client_id: made.body.appId,
      client_assertion: undefined,
      client_assertion_type: undefined,
      client_secret: password.body.secretText,
    });
    const url = `${app.origin}/${TENANT.tenantId}/oauth2/v2.0/token`;
    expect((await send(url, { method: 'POST', body: form })).status).toBe(200);

    const shown = await ask('GET', `/applications/${made.body.id}`);
    expect(shown.body.passwordCredentials).toEqual([
      expect.objectContaining({ displayName: 'rbac', secretText: null, hint: password.body.hint }),
    ]);
    expect(shown.text).not.toContain(password.body.secretText);
  });

  it('says what az waits for when the application does not exist, and what there is twice', async () => {
    const appId = randomUUID();
    const missing = await ask('POST', '/servicePrincipals', { appId });
    expect([missing.status, missing.body.error?.code, missing.body.error?.message]).toEqual([
      400,
      'Request_BadRequest',
      `The appId '${appId}' of the service principal does not reference a valid application object.`,
    ]);
    const again = await ask('POST', '/servicePrincipals', { appId: OPERATOR.clientId });
    expect([again.status, again.body.error?.code]).toEqual([409, 'Request_MultipleObjectsWithSameKeyValue']);
  });
});

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

describe('applications', () => {
  it('are changed member by member', async () => {
    const { application } = await createApplication();
    const role = {
      id: randomUUID(),
      displayName: 'Read',
      description: 'Reads',
      value: 'Tasks.Read',
      allowedMemberTypes: ['Application'],
    };
    const uri = `api://${application.appId}`;
    const patch = { identifierUris: [uri], appRoles: [role], api: { requestedAccessTokenVersion: 2 }, notes: 'x' };
    expect((await ask('PATCH', `/applications/${application.id}`, patch)).status).toBe(204);
    const { body } = await ask('GET', `/applications/${application.id}`);
    expect(body).toMatchObject({
      displayName: application.displayName,
      identifierUris: [uri],
      appRoles: [{ ...role, isEnabled: true }],
      api: { requestedAccessTokenVersion: 2, knownClientApplications: [] },
      notes: 'x',
    });
    expect((await filtered('applications', `identifierUris/any(s:s eq '${uri}')`)).body.value).toHaveLength(1);
  });

  it.each([
    ['the name of a service of Azure', 'https://vault.azure.net', 'HostNameNotOnVerifiedDomain'],
    ["a host of somebody else's", 'https://evil.example/api', 'HostNameNotOnVerifiedDomain'],
    ['a host that only ends alike', `https://evil${TENANT.domain}`, 'HostNameNotOnVerifiedDomain'],
    ['the token exchange', 'api://AzureADTokenExchange', 'HostNameNotOnVerifiedDomain'],
    ['the name of another application', 'api://taken/', 'Request_MultipleObjectsWithSameKeyValue'],
  ])('cannot take %s', async (_, uri, code) => {
    if ((await filtered('applications', "identifierUris/any(s:s eq 'api://taken')")).body.value.length === 0) {
      await createApplication({ identifierUris: ['api://taken'] });
    }
    const { status, body } = await ask('POST', '/applications', { displayName: 'x', identifierUris: [uri] });
    expect([status, body.error?.code]).toEqual([400, code]);
  });

  it('take the certificates that az uploads, and keep those whose key is not repeated', async () => {
    const key = { type: 'AsymmetricX509Cert', usage: 'Verify', keyId: randomUUID(), displayName: null };
    const entry = { '@odata.type': '#microsoft.graph.keyCredential', ...key, key: der(IDENTITY.cert) };
    const { application } = await createApplication({ keyCredentials: [entry] });
    expect(application.keyCredentials).toEqual([
      expect.objectContaining({
        keyId: key.keyId,
        key: null,
        customKeyIdentifier: expect.stringMatching(/^[0-9A-F]{40}$/),
      }),
    ]);
    const other = { ...key, keyId: randomUUID(), key: der(STRANGER.cert) };
    const path = `/applications/${application.id}`;
    await ask('PATCH', path, { keyCredentials: [...application.keyCredentials, other] });
    const { body } = await ask('GET', `${path}?$select=keyCredentials`);
    expect(body.keyCredentials.map(({ key }: { key: string }) => key)).toEqual(
      [IDENTITY, STRANGER].map(({ cert }) => der(cert).replace(/\s/g, '')),
    );
    await ask('PATCH', path, { keyCredentials: [] });
    expect((await ask('GET', path)).body.keyCredentials).toEqual([]);
  });

  it.each([
    ['no name', {}],
    ['a name that is none', { displayName: 7 }],
    ['an unknown property', { displayName: 'x', hello: 1 }],
    ['a certificate that is none', { displayName: 'x', keyCredentials: [{ key: 'AAAA' }] }],
    ['a key of an unknown id', { displayName: 'x', keyCredentials: [{ keyId: randomUUID(), key: null }] }],
    [
      'a key for longer than its certificate',
      { displayName: 'x', keyCredentials: [{ key: der(IDENTITY.cert), endDateTime: hours(1e5) }] },
    ],
    [
      'two app roles of one value',
      {
        displayName: 'x',
        appRoles: ['a', 'b'].map(() => ({
          id: randomUUID(),
          value: 'v',
          displayName: 'v',
          allowedMemberTypes: ['Application'],
        })),
      },
    ],
    ['token version 3', { displayName: 'x', api: { requestedAccessTokenVersion: 3 } }],
    ['a secret of its own choice', { displayName: 'x', passwordCredentials: [{ secretText: 's3cret' }] }],
  ])('are refused with %s', async (_, body) => {
    const { status, body: answer } = await ask('POST', '/applications', body);
    expect([status, answer.error?.code]).toEqual([400, 'Request_BadRequest']);
    expect(JSON.stringify(answer)).not.toContain('s3cret');
  });
});

describe('federated credentials of an application', () => {
  const credential = {
    name: 'github',
    issuer: 'https://westeurope.oic.prod-aks.azure.com/x/y/',
    subject: 'system:serviceaccount:default:app',
    audiences: ['api://AzureADTokenExchange'],
  };

  it('are made, found by id and by name, changed and deleted', async () => {
    const { application } = await createApplication();
    const path = `/applications/${application.id}/federatedIdentityCredentials`;
    const made = await ask('POST', `/beta${path}`, { ...credential, description: 'x' });
    expect([made.status, made.body]).toEqual([
      201,
      {
        '@odata.context': `https://graph.microsoft.com/beta/$metadata#applications('${application.id}')/federatedIdentityCredentials/$entity`,
        id: expect.any(String),
        ...credential,
        description: 'x',
      },
    ]);
    expect((await ask('GET', path)).body.value).toHaveLength(1);
    for (const key of [made.body.id, 'GitHub']) expect((await ask('GET', `${path}/${key}`)).body.name).toBe('github');
    expect((await ask('PATCH', `${path}/github`, { subject: 'other' })).status).toBe(204);
    expect((await ask('GET', `${path}/github`)).body.subject).toBe('other');
    expect((await ask('DELETE', `${path}/${made.body.id}`)).status).toBe(204);
    expect((await ask('GET', `${path}/github`)).status).toBe(404);
  });

  it.each([
    ['two audiences', { audiences: ['a', 'b'] }],
    ['no audience', { audiences: [] }],
    ['an issuer without TLS', { issuer: 'http://issuer.example' }],
    ['a name with a slash', { name: 'a/b' }],
    ['no subject', { subject: '' }],
  ])('are refused with %s', async (_, change) => {
    const path = `/applications/${OPERATOR.objectId}/federatedIdentityCredentials`;
    expect((await ask('POST', path, { ...credential, ...change })).status).toBe(400);
  });
});

describe('lists', () => {
  it('come in pages, each object once, whatever is deleted meanwhile', async () => {
    const prefix = `page ${randomUUID()}`;
    const made = await Promise.all(
      Array.from({ length: 7 }, (_, n) => createApplication({ displayName: `${prefix} ${n}` })),
    );
    const query = `?$filter=${encodeURIComponent(`startswith(displayName,'${prefix}')`)}&$select=id&$top=3&$count=true`;
    const first = await ask('GET', `/applications${query}`, undefined, { headers: { ConsistencyLevel: 'eventual' } });
    expect(first.body['@odata.count']).toBe(7);
    expect(Object.keys(first.body.value[0])).toEqual(['id']);
    await ask('DELETE', `/applications/${first.body.value[2].id}`);
    const ids: string[] = first.body.value.map(({ id }: { id: string }) => id);
    for (let page = first; page.body['@odata.nextLink']; ) {
      const link = new URL(page.body['@odata.nextLink']);
      expect(link.origin).toBe('https://graph.microsoft.com');
      page = await ask('GET', link.pathname + link.search);
      ids.push(...page.body.value.map(({ id }: { id: string }) => id));
    }
    expect(ids.sort()).toEqual(made.map(({ application }) => application.id).sort());
  });

  it.each([
    ['$top=0'],
    ['$top=1000'],
    ['$skiptoken=x'],
    ['$filter=hello'],
    ['$filter=a eq 1&$filter=a eq 1'],
    ['$select=nope'],
    ["$select='"],
    ['$search=x'],
  ])('refuse %s', async (query) => {
    const { status, body } = await ask('GET', `/servicePrincipals?${query.replaceAll(' ', '%20')}`);
    expect([status, Object.keys(body.error)]).toEqual([400, ['code', 'message', 'innerError']]);
  });
});

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

describe('who may', () => {
  const READ = ['GET', '/applications'] as const;
  it.each<[string, () => string | null, number, string]>([
    ['no token', () => null, 401, 'Access token is empty.'],
    ['what is no token', () => 'nonsense', 401, 'IDX14100'],
    [
      'a token for Key Vault',
      () => tokenWith(['Application.Read.All'], { asked: 'https://vault.azure.net' }),
      401,
      'Invalid audience',
    ],
    ['a token that has expired', () => tokenWith(['Application.Read.All'], { now: NOW - 90_000 }), 401, 'expired'],
    [
      'a tampered token',
      () => tokenWith(['User.Read.All']).replace(/\.([^.]+)\./, (_, claims) => `.${withRoles(claims)}.`),
      401,
      'Signature',
    ],
    ['no role', () => tokenWith([]), 403, 'Insufficient privileges to complete the operation.'],
    ['a role for something else', () => tokenWith(['User.Read.All']), 403, 'Insufficient privileges'],
  ])('not with %s', async (_, token, status, message) => {
    const answer = await ask(...READ, undefined, { token: token() });
    expect([answer.status, answer.body.error?.code]).toEqual([
      status,
      status === 401 ? 'InvalidAuthenticationToken' : 'Authorization_RequestDenied',
    ]);
    expect(answer.body.error?.message).toContain(message);
    expect(answer.body.error.innerError).toEqual({
      date: new Date(NOW * 1000).toISOString().slice(0, 19),
      'request-id': answer.headers['request-id'],
      'client-request-id': answer.headers['client-request-id'],
    });
    if (status === 401) expect(answer.headers['www-authenticate']).toContain('authorization_uri=');
  });
  const withRoles = (claims: string) => {
    const parsed = JSON.parse(Buffer.from(claims, 'base64url').toString());
    return Buffer.from(JSON.stringify({ ...parsed, roles: ['Application.Read.All'] })).toString('base64url');
  };

  it.each([
    ['Application.Read.All', [200, 403, 403]],
    ['Directory.Read.All', [200, 403, 403]],
    ['Application.ReadWrite.All', [200, 201, 403]],
    ['AppRoleAssignment.ReadWrite.All', [403, 403, 201]],
  ])('with %s: list, create, grant', async (role, statuses) => {
    const token = tokenWith([role]);
    const { principal } = await createApplication({
      appRoles: [{ id: ROLE, value: 'v', displayName: 'v', allowedMemberTypes: ['Application'] }],
    });
    const grant = { principalId: OPERATOR.principalId, resourceId: principal.id, appRoleId: ROLE };
    const answers = [
      await ask('GET', '/servicePrincipals', undefined, { token }),
      await ask('POST', '/applications', { displayName: 'x' }, { token }),
      await ask('POST', `/servicePrincipals/${principal.id}/appRoleAssignedTo`, grant, { token }),
    ];
    expect(answers.map(({ status }) => status)).toEqual(statuses);
  });
  const ROLE = randomUUID();

  it('sees nothing of another tenant, by no way of asking', async () => {
    const token = tokenWith(OPERATOR.graphRoles, { tenantId: OTHER_TENANT.tenantId });
    const as = (method: string, path: string, body?: unknown) => ask(method, path, body, { token });
    const { application, principal } = await createApplication();
    expect((await as('GET', '/applications')).body.value).toEqual([]);
    const names = (await as('GET', '/servicePrincipals')).body.value.map(
      ({ servicePrincipalType, appOwnerOrganizationId }: Record<string, string>) => [
        servicePrincipalType,
        appOwnerOrganizationId,
      ],
    );
    expect(new Set(names.map(String))).toEqual(new Set(['Application,f8cdef31-a31e-4b4a-93e4-5f571e91255a']));
    for (const [method, path, body] of [
      ['GET', `/applications/${application.id}`, undefined],
      ['GET', `/applications(appId='${application.appId}')`, undefined],
      ['PATCH', `/applications/${application.id}`, { displayName: 'mine' }],
      ['DELETE', `/applications/${application.id}`, undefined],
      ['POST', `/applications/${application.id}/addPassword`, {}],
      ['GET', `/applications/${application.id}/federatedIdentityCredentials`, undefined],
      ['GET', `/servicePrincipals/${principal.id}`, undefined],
      ['GET', `/servicePrincipals/${PRINCIPAL.principalId}`, undefined],
      ['GET', `/servicePrincipals(appId='${PRINCIPAL.clientId}')`, undefined],
      ['PATCH', `/servicePrincipals/${principal.id}`, { accountEnabled: false }],
      ['DELETE', `/servicePrincipals/${principal.id}`, undefined],
      ['POST', `/servicePrincipals/${principal.id}/addPassword`, {}],
      ['GET', `/servicePrincipals/${principal.id}/appRoleAssignments`, undefined],
      ['GET', `/directoryObjects/${principal.id}`, undefined],
      ['GET', `/organization/${TENANT.tenantId}`, undefined],
    ] as const) {
      expect((await as(method, path, body)).status, `${method} ${path}`).toBe(404);
    }
    const ids = [application.id, principal.id, PRINCIPAL.principalId];
    expect((await as('POST', '/directoryObjects/getByIds', { ids })).body.value).toEqual([]);
    const foreign = await as('POST', '/servicePrincipals', { appId: application.appId });
    expect(foreign.body.error?.message).toContain('does not reference a valid application object');
    expect((await ask('GET', `/applications/${application.id}`)).body.displayName).toBe(application.displayName);
  });

  it('has no say in the tenant of a token by its claim alone', async () => {
    const [header, claims, signature] = tokenWith(['Application.Read.All']).split('.');
    const other = { ...JSON.parse(Buffer.from(claims ?? '', 'base64url').toString()), tid: OTHER_TENANT.tenantId };
    const token = [header, Buffer.from(JSON.stringify(other)).toString('base64url'), signature].join('.');
    expect((await ask(...READ, undefined, { token })).status).toBe(401);
  });
});

describe('bad input', () => {
  it.each<[string, string, string, unknown, Record<string, string>, number]>([
    ['malformed JSON', 'POST', '/applications', '{', {}, 400],
    ['a body that is no object', 'POST', '/applications', '[]', {}, 400],
    ['no body', 'POST', '/applications', undefined, {}, 400],
    ['a body over the limit', 'POST', '/applications', { displayName: 'x'.repeat(300_000) }, {}, 413],
    ['a compressed body', 'POST', '/applications', '{}', { 'Content-Encoding': 'gzip' }, 400],
    ['another version', 'GET', '/v1.0x', undefined, {}, 400],
    ['an unknown segment', 'GET', '/nothing', undefined, {}, 400],
    ['malformed percent-encoding', 'GET', '/applications/%ZZ', undefined, {}, 400],
    ['an encoded slash', 'GET', '/applications/a%2Fb', undefined, {}, 404],
    ['a member that is not emulated', 'GET', '/groups/x/$ref/y', undefined, {}, 404],
    ['an operation that is not emulated', 'POST', '/users', {}, {}, 501],
    ['batches', 'POST', '/$batch', {}, {}, 501],
    ['another method', 'PUT', '/applications', {}, {}, 501],
  ])('is refused in the words of Graph: %s', async (_, method, path, body, headers, status) => {
    const answer = await ask(method, path, body, { headers });
    expect([answer.status, Object.keys(answer.body.error)]).toEqual([status, ['code', 'message', 'innerError']]);
  });

  it.each([
    ['lists in lists', `{"displayName":"deep","addIns":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
    ['objects in objects', `{"displayName":"deep","api":${'{"a":'.repeat(40_000)}1${'}'.repeat(40_000)}}`],
  ])('is refused where it is nested too deeply: %s', async (_, text) => {
    const { status, body } = await ask('POST', '/applications', text);
    expect([status, body.error.message]).toEqual([400, 'The JSON content is nested too deeply.']);
    expect((await filtered('applications', "displayName eq 'deep'")).body.value).toEqual([]);
  });

  it('is refused before anything is written, and what cannot be selected is left out afterwards', async () => {
    const { application } = await createApplication();
    const path = `/applications/${application.id}`;
    expect((await ask('POST', `${path}/addPassword?$top=0`, {})).status).toBe(400);
    expect((await ask('GET', path)).body.passwordCredentials).toEqual([]);
    const { status, body } = await ask('POST', `${path}/addPassword?$select=secretText,nothing`, {});
    expect([status, Object.keys(body)]).toEqual([200, ['@odata.context', 'secretText']]);
    expect((await ask('GET', `${path}?$select=nothing`)).status).toBe(400);
  });

  it('names the operation that is not emulated', async () => {
    const { body } = await ask('POST', '/users', {});
    expect(body.error?.message).toBe('The lab does not emulate POST /users of Microsoft Graph.');
  });

  it('is served under its own name alone', async () => {
    const { status, body } = await send(`${app.origin}/v1.0/applications`);
    expect([status, body.error]).toEqual([404, 'invalid_request']);
  });
});

it('tells what was done in its events, and no secret', async () => {
  const { application } = await createApplication();
  const { body } = await ask('POST', `/applications/${application.id}/addPassword`, {});
  const events = app.events.since(0);
  expect(events.at(-1)).toMatchObject({
    operation: 'AddPassword',
    host: 'graph.microsoft.com',
    principalId: OPERATOR.principalId,
  });
  expect(JSON.stringify(events)).not.toContain(body.secretText);
  const rows = app.db.prepare('SELECT * FROM secrets').all();
  expect(JSON.stringify(rows)).not.toContain(body.secretText);
});
