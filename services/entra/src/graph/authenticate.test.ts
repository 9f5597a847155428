import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NOW, OTHER_TENANT, PRINCIPAL, type PublicApp, startPublicApp, TENANT } from '../testing.ts';
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
