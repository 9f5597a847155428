import { createPublicKey, randomUUID } from 'node:crypto';
import { TokenFailure } from '@lab/shared/tokens/claims.ts';
import { tokenVerifier } from '@lab/shared/tokens/verify.ts';
import { thumbprints } from '@lab/shared/x509/certificates.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { graphOf, OPERATOR, OPERATOR_CHANGE, OPERATOR_SECRET } from '../graph/testing.ts';
import {
  AUTHORITY,
  claimsOf,
  clientAssertion,
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

let app: PublicApp;
let graph: ReturnType<typeof graphOf>;
beforeAll(async () => {
  app = await startPublicApp();
  app.follow(OPERATOR_CHANGE);
  graph = graphOf(app);
});
afterAll(() => app.close());

type Fields = Record<string, string | undefined>;
const NO_ASSERTION = { client_assertion: undefined, client_assertion_type: undefined };
const askWith = (fields: Fields, { tenant = TENANT.tenantId, path = '/oauth2/v2.0/token', headers = {} } = {}) =>
  send(`${app.origin}/${tenant}${path}`, { method: 'POST', body: tokenForm(fields), headers });
const withSecret = (clientId: string, secret: string, more: Fields = {}) =>
  askWith({ ...NO_ASSERTION, client_id: clientId, client_secret: secret, ...more });
const asOperator = (more: Fields = {}) => withSecret(OPERATOR.clientId, OPERATOR_SECRET, more);
const codesOf = async (answer: ReturnType<typeof askWith>) => (await answer).body.error_codes ?? 'token';
/** An application that has a secret, as Graph shows it. */
const withNewSecret = async (wish: object = {}) => {
  const made = await graph.createApplication();
  const path = `/applications/${made.application.id}/addPassword`;
  const { body } = await graph.ask('POST', path, { passwordCredential: wish });
  return {
    ...made,
    secret: body.secretText as string,
    keyId: body.keyId as string,
    clientId: made.application.appId as string,
  };
};
const at = (epochSeconds: number) => new Date(epochSeconds * 1000).toISOString();

describe('a client secret', () => {
  it('of the operator gives a token for an hour, of an application', async () => {
    const { status, body } = await asOperator();
    expect([status, body.expires_in]).toEqual([200, 3_600]);
    const claims = claimsOf(body.access_token);
    expect(claims).toMatchObject({
      aud: 'https://vault.azure.net',
      iat: NOW - 300,
      nbf: NOW - 300,
      exp: NOW - 300 + 3_900,
      appid: OPERATOR.clientId,
      appidacr: '1',
      oid: OPERATOR.principalId,
      sub: OPERATOR.principalId,
      idtyp: 'app',
    });
    expect(claims).not.toHaveProperty('xms_mirid');
    expect(claims).not.toHaveProperty('roles');
  });

  it('may come in the Authorization header, form-encoded or not', async () => {
    const { clientId, secret } = await withNewSecret();
    for (const pair of [`${clientId}:${secret}`, `${clientId}:${encodeURIComponent(secret).replace('~', '%7E')}`]) {
      const headers = { Authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
      expect((await askWith({ ...NO_ASSERTION, client_id: undefined }, { headers })).status).toBe(200);
      expect((await askWith({ ...NO_ASSERTION, client_id: clientId }, { headers })).status).toBe(200);
      const both = await askWith({ ...NO_ASSERTION, client_id: clientId, client_secret: secret }, { headers });
      expect(both.body.error_codes).toEqual([9002313]);
      const other = await askWith({ ...NO_ASSERTION, client_id: OPERATOR.clientId }, { headers });
      expect(other.body.error_codes).toEqual([9002313]);
    }
  });

  it.each([
    ['another one', (secret: string) => `${secret.slice(0, -1)}!`],
    ['one in another case', (secret: string) => secret.toUpperCase()],
    ['a part of it', (secret: string) => secret.slice(0, 39)],
    ['more than it', (secret: string) => `${secret}x`],
    ['white space around it', (secret: string) => ` ${secret} `],
    ['its hash', () => OPERATOR.secrets[0]?.sha256 ?? ''],
    ['its id', () => OPERATOR.secrets[0]?.keyId ?? ''],
  ])('is refused: %s', async (_, change) => {
    const { status, body } = await withSecret(OPERATOR.clientId, change(OPERATOR_SECRET));
    expect([status, body.error, body.error_codes]).toEqual([401, 'invalid_client', [7000215]]);
    expect(body.error_description).toContain(
      'AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret ' +
        `value, not the client secret ID, for a secret added to app '${OPERATOR.clientId}'.`,
    );
    expect(JSON.stringify(app.events.since(0).at(-1))).not.toContain(change(OPERATOR_SECRET).trim());
  });

  it('of one application is none of another', async () => {
    const { clientId } = await withNewSecret();
    expect(await codesOf(withSecret(clientId, OPERATOR_SECRET))).toEqual([7000215]);
  });

  it('expires with the clock, to the second, and says so', async () => {
    const { clientId, secret } = await withNewSecret({ startDateTime: at(NOW), endDateTime: at(NOW + 60) });
    app.clock.advance(59);
    expect(await codesOf(withSecret(clientId, secret))).toBe('token');
    app.clock.advance(1);
    const { status, body } = await withSecret(clientId, secret);
    app.clock.advance(-60);
    expect([status, body.error, body.error_codes]).toEqual([401, 'invalid_client', [7000222]]);
    expect(body.error_description).toContain(
      `AADSTS7000222: The provided client secret keys for app '${clientId}' are expired. Visit the Azure portal to ` +
        'create new keys for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for ' +
        'added security: https://aka.ms/certCreds.',
    );
  });

  it('opens nothing before its time', async () => {
    const { clientId, secret } = await withNewSecret({ startDateTime: at(NOW + 60), endDateTime: at(NOW + 120) });
    expect(await codesOf(withSecret(clientId, secret))).toEqual([7000215]);
  });

  it('of the service principal is as good as one of the application, and ends with its removal', async () => {
    const { application, principal } = await graph.createApplication();
    const path = `/servicePrincipals/${principal.id}`;
    const { body } = await graph.ask('POST', `${path}/addPassword`, {});
    expect(await codesOf(withSecret(application.appId, body.secretText))).toBe('token');
    expect((await graph.ask('POST', `${path}/removePassword`, { keyId: body.keyId })).status).toBe(204);
    expect(await codesOf(withSecret(application.appId, body.secretText))).toEqual([7000215]);
  });

  it('ends when the lab declares another one; one that Graph made stays', async () => {
    const added = await graph.ask('POST', `/applications/${OPERATOR.objectId}/addPassword`, {});
    app.follow({ kind: 'application', id: OPERATOR.clientId, value: { ...OPERATOR, secrets: [] } });
    expect(await codesOf(asOperator())).toEqual([7000215]);
    expect(await codesOf(withSecret(OPERATOR.clientId, added.body.secretText))).toBe('token');
    app.follow(OPERATOR_CHANGE);
    expect(await codesOf(asOperator())).toBe('token');
  });
});

describe('an application', () => {
  it('is unknown in another tenant', async () => {
    const answer = await askWith(
      { ...NO_ASSERTION, client_id: OPERATOR.clientId, client_secret: OPERATOR_SECRET },
      { tenant: OTHER_TENANT.tenantId },
    );
    expect([answer.status, answer.body.error_codes]).toEqual([400, [700016]]);
  });

  it.each([
    ['without service principal', 'DELETE', undefined, 7000229],
    ['whose service principal is disabled', 'PATCH', { accountEnabled: false }, 7000112],
  ])('gets no token %s', async (_, method, body, code) => {
    const { clientId, secret, principal } = await withNewSecret();
    await graph.ask(method, `/servicePrincipals/${principal.id}`, body);
    const answer = await withSecret(clientId, secret);
    expect([answer.status, answer.body.error, answer.body.error_codes]).toEqual([400, 'unauthorized_client', [code]]);
  });

  it('gets no token once it is deleted', async () => {
    const { clientId, secret, application } = await withNewSecret();
    await graph.ask('DELETE', `/applications/${application.id}`);
    expect(await codesOf(withSecret(clientId, secret))).toEqual([700016]);
  });

  it('that the lab no longer declares is gone', async () => {
    app.follow({ kind: 'application', id: OPERATOR.clientId, value: null });
    expect(await codesOf(asOperator())).toEqual([700016]);
    app.follow(OPERATOR_CHANGE);
  });

  it('gets a long token where it can be told of a revocation, for services of Azure only', async () => {
    const claims = JSON.stringify({ access_token: { xms_cc: { values: ['CP1'] } } });
    const { body } = await asOperator({ claims });
    expect(body.expires_in).toBe(86_400);
    expect(claimsOf(body.access_token).xms_cc).toEqual(['CP1']);
    const own = await asOperator({ claims, scope: `${OPERATOR.clientId}/.default` });
    expect(own.body.expires_in).toBe(3_600);
  });

  it('proves itself with its certificate, in the time that Graph was told', async () => {
    const key = IDENTITY.cert.replace(/-----[A-Z ]+-----/g, '');
    const times = { startDateTime: at(NOW - 60), endDateTime: at(NOW + 3_600) };
    const { application } = await graph.createApplication({ keyCredentials: [{ key, ...times }] });
    const { appId } = application;
    const ask = (keyPair = IDENTITY, header = {}) => {
      const assertion = clientAssertion({
        keyPair,
        header,
        claims: { iss: appId, sub: appId, exp: NOW + 86_400, nbf: undefined },
      });
      return askWith({ client_id: appId, client_assertion: assertion });
    };
    const { body } = await ask();
    expect(claimsOf(body.access_token)).toMatchObject({ appid: appId, appidacr: '2', exp: NOW + 3_600 });
    expect(await codesOf(ask(STRANGER))).toEqual([700027]);
    const thumbprint = thumbprints(IDENTITY.cert).sha256.toString('base64url');
    expect(await codesOf(ask(STRANGER, { 'x5t#S256': thumbprint }))).toEqual([700027]);
    app.clock.advance(3_601);
    expect(await codesOf(ask())).toEqual([700027]);
    app.clock.advance(-3_601);
    await graph.ask('PATCH', `/applications/${application.id}`, { keyCredentials: [] });
    expect(await codesOf(ask())).toEqual([700027]);
  });
});

describe("a token for one of the tenant's own applications", () => {
  const ROLES = ['Tasks.Read', 'Tasks.Write'].map((value) => ({
    id: randomUUID(),
    value,
    displayName: value,
    description: value,
    allowedMemberTypes: ['Application'],
  }));
  const makeApi = async (body: object = {}) => {
    const uri = `api://${randomUUID()}`;
    const made = await graph.createApplication({ identifierUris: [uri], appRoles: ROLES, ...body });
    return { ...made, uri, appId: made.application.appId as string };
  };
  const grant = (resourceId: string, appRoleId: string, principalId = OPERATOR.principalId) =>
    graph.ask('POST', `/servicePrincipals/${resourceId}/appRoleAssignedTo`, { principalId, resourceId, appRoleId });

  it.each([
    ['v1.0 where nothing is said', null, '1.0'],
    ['v1.0', 1, '1.0'],
    ['v2.0', 2, '2.0'],
  ])('is %s, by URI and by client id', async (_, requestedAccessTokenVersion, version) => {
    const { uri, appId } = await makeApi({ api: { requestedAccessTokenVersion } });
    for (const asked of [uri, appId]) {
      const claims = claimsOf((await asOperator({ scope: `${asked}/.default` })).body.access_token);
      expect(claims.ver).toBe(version);
      expect(claims.aud).toBe(version === '2.0' ? appId : asked);
      expect(claims[version === '2.0' ? 'azp' : 'appid']).toBe(OPERATOR.clientId);
      expect(claims[version === '2.0' ? 'azpacr' : 'appidacr']).toBe('1');
      expect(claims).not.toHaveProperty('roles');
    }
  });

  it('says the app roles that are granted, and no longer once they are taken back', async () => {
    const { uri, principal } = await makeApi();
    const rolesOf = async () => claimsOf((await asOperator({ scope: `${uri}/.default` })).body.access_token).roles;
    await grant(principal.id, ROLES[1]?.id ?? '');
    expect(await rolesOf()).toEqual(['Tasks.Write']);
    const made = await grant(principal.id, ROLES[0]?.id ?? '');
    expect(await rolesOf()).toEqual(['Tasks.Read', 'Tasks.Write']);
    await graph.ask('DELETE', `/servicePrincipals/${principal.id}/appRoleAssignedTo/${made.body.id}`);
    expect(await rolesOf()).toEqual(['Tasks.Write']);
  });

  it('has a role no longer that the application has disabled, or has no more, though it is granted still', async () => {
    const { uri, principal, application } = await makeApi();
    const rolesOf = async () => claimsOf((await asOperator({ scope: `${uri}/.default` })).body.access_token).roles;
    for (const { id } of ROLES) await grant(principal.id, id);
    const [first, second] = ROLES;
    const change = (appRoles: readonly object[]) => graph.ask('PATCH', `/applications/${application.id}`, { appRoles });
    await change([{ ...first, isEnabled: false }, { ...second }]);
    expect(await rolesOf()).toEqual(['Tasks.Write']);
    await change([{ ...second }]);
    expect(await rolesOf()).toEqual(['Tasks.Write']);
    await change([{ ...second, value: 'Tasks.Other' }]);
    expect(await rolesOf()).toEqual(['Tasks.Other']);
  });

  it('has no role that another client was granted', async () => {
    const { uri, principal } = await makeApi();
    await grant(principal.id, ROLES[0]?.id ?? '', PRINCIPAL.principalId);
    expect(claimsOf((await asOperator({ scope: `${uri}/.default` })).body.access_token)).not.toHaveProperty('roles');
  });

  it('has no role that was granted on another application', async () => {
    const [granted, asked] = [await makeApi(), await makeApi()];
    await grant(granted.principal.id, ROLES[0]?.id ?? '');
    expect(claimsOf((await asOperator({ scope: `${asked.uri}/.default` })).body.access_token)).not.toHaveProperty(
      'roles',
    );
  });

  it('of a managed identity lives for a day, has its roles, and does not name its resource', async () => {
    const { uri, principal } = await makeApi();
    await grant(principal.id, ROLES[0]?.id ?? '', PRINCIPAL.principalId);
    const { body } = await askWith({ scope: `${uri}/.default` });
    expect(body.expires_in).toBe(86_400);
    expect(claimsOf(body.access_token)).toMatchObject({ aud: uri, roles: ['Tasks.Read'], appid: PRINCIPAL.clientId });
    expect(claimsOf(body.access_token)).not.toHaveProperty('xms_mirid');
  });

  it('needs a role where the application requires one', async () => {
    const { uri, principal, application } = await makeApi();
    await graph.ask('PATCH', `/servicePrincipals/${principal.id}`, { appRoleAssignmentRequired: true });
    const refused = await asOperator({ scope: `${uri}/.default` });
    expect([refused.status, refused.body.error, refused.body.error_codes]).toEqual([400, 'invalid_grant', [501051]]);
    expect(refused.body.error_description).toContain(
      `AADSTS501051: Application '${OPERATOR.clientId}'(operator) is not assigned to a role for the application '${uri}'(${application.displayName}).`,
    );
    await grant(principal.id, '00000000-0000-0000-0000-000000000000');
    expect(await codesOf(asOperator({ scope: `${uri}/.default` }))).toBe('token');
  });

  it.each([
    ['nobody has', () => 'api://nobody'],
    ['an application of another tenant has', () => OPERATOR.clientId],
  ])('is refused for a name that %s', async (_, asked) => {
    const tenant = OTHER_TENANT.tenantId;
    app.follow({ kind: 'servicePrincipal', id: OTHER.principalId, value: OTHER });
    app.follow({
      kind: 'identityCertificates',
      id: OTHER.clientId,
      value: { clientId: OTHER.clientId, certificates: [IDENTITY.cert] },
    });
    const aud = `${AUTHORITY}/${tenant}/oauth2/v2.0/token`;
    const assertion = clientAssertion({ claims: { iss: OTHER.clientId, sub: OTHER.clientId, aud } });
    const answer = await askWith(
      { client_id: OTHER.clientId, client_assertion: assertion, scope: `${asked()}/.default` },
      { tenant },
    );
    expect([answer.status, answer.body.error, answer.body.error_codes]).toEqual([400, 'invalid_resource', [500011]]);
  });
  const OTHER = { ...PRINCIPAL, principalId: randomUUID(), clientId: randomUUID(), tenantId: OTHER_TENANT.tenantId };

  it('is refused once the application has no service principal', async () => {
    const { uri, principal } = await makeApi();
    await graph.ask('DELETE', `/servicePrincipals/${principal.id}`);
    expect(await codesOf(asOperator({ scope: `${uri}/.default` }))).toEqual([500011]);
  });
});

it('gives the operator a token that Graph accepts, with the roles that the lab declares', async () => {
  const { body } = await asOperator({ scope: 'https://graph.microsoft.com//.default' });
  const token = String(body.access_token);
  expect([...(claimsOf(token).roles as string[])].sort()).toEqual([...OPERATOR.graphRoles].sort());
  expect((await graph.ask('GET', '/applications', undefined, { token })).status).toBe(200);
  const identity = await askWith({ scope: 'https://graph.microsoft.com/.default' });
  const denied = await graph.ask('GET', '/applications', undefined, { token: String(identity.body.access_token) });
  expect(denied.body.error.code).toBe('Authorization_RequestDenied');
});

it('follows the lab on where the operator was deleted through Graph and made anew: it is the declared one again', async () => {
  await graph.ask('DELETE', `/servicePrincipals/${OPERATOR.principalId}`);
  expect((await asOperator()).status).toBe(400);
  const { body } = await graph.ask('POST', '/servicePrincipals', { appId: OPERATOR.clientId });
  expect(claimsOf((await asOperator()).body.access_token).oid).toBe(body.id);
  app.follow(OPERATOR_CHANGE);
  expect(claimsOf((await asOperator()).body.access_token).oid).toBe(OPERATOR.principalId);
  expect((await graph.ask('GET', `/servicePrincipals/${body.id}`)).status).toBe(404);
});

it('signs for applications with the same keys, so that every service can tell', async () => {
  const { body } = await asOperator();
  const verify = tokenVerifier({
    clock: app.clock,
    keyFor: async (kid) => {
      const jwk = app.keys.published().find((key) => key.kid === kid);
      return jwk && createPublicKey({ key: { kty: jwk.kty, n: jwk.n, e: jwk.e }, format: 'jwk' });
    },
  });
  const token = String(body.access_token);
  const audiences = ['https://vault.azure.net'];
  await expect(verify(token, { tenantId: TENANT.tenantId, audiences })).resolves.toMatchObject({
    appid: OPERATOR.clientId,
  });
  await expect(verify(token, { tenantId: OTHER_TENANT.tenantId, audiences })).rejects.toThrow(TokenFailure);
});
