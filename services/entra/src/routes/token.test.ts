import { createPublicKey } from 'node:crypto';
import { tokenVerifier } from '@lab/shared/tokens/verify.ts';
import { thumbprints } from '@lab/shared/x509/certificates.ts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  AUTHORITY,
  claimsOf,
  clientAssertion,
  headerOf,
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
beforeAll(async () => {
  app = await startPublicApp();
});
afterAll(() => app.close());

const V1 = '/oauth2/token';
const V2 = '/oauth2/v2.0/token';
type Fields = Record<string, string | undefined>;
const ask = (path: string, fields: Fields = {}, { tenant = TENANT.tenantId, headers = {} } = {}) =>
  send(`${app.origin}/${tenant}${path}`, { method: 'POST', body: tokenForm(fields), headers });
const lastEvent = () => app.events.since(0).at(-1);

it('answers v2 in numbers, and nothing besides', async () => {
  const { status, body } = await ask(V2);
  expect(status).toBe(200);
  expect(body).toEqual({
    token_type: 'Bearer',
    expires_in: 86_400,
    ext_expires_in: 86_400,
    access_token: expect.any(String),
  });
});

it('answers v1 in strings that agree with the token', async () => {
  const { status, body } = await ask(V1, { resource: 'https://vault.azure.net' });
  expect(status).toBe(200);
  expect(Object.keys(body)).toEqual([
    'token_type',
    'expires_in',
    'ext_expires_in',
    'expires_on',
    'not_before',
    'resource',
    'access_token',
  ]);
  const { exp, nbf } = claimsOf(body.access_token);
  expect(body).toMatchObject({
    expires_in: '86400',
    ext_expires_in: '86400',
    expires_on: String(exp),
    not_before: String(nbf),
    resource: 'https://vault.azure.net',
  });
});

it('issues v1.0 tokens with the claims of a managed identity', async () => {
  const { body } = await ask(V1, { resource: 'https://vault.azure.net' });
  const issuer = `https://sts.windows.net/${TENANT.tenantId}/`;
  expect(claimsOf(body.access_token)).toEqual({
    aud: 'https://vault.azure.net',
    iss: issuer,
    iat: NOW - 300,
    nbf: NOW - 300,
    exp: NOW + 86_400,
    aio: expect.any(String),
    appid: PRINCIPAL.clientId,
    appidacr: '2',
    idp: issuer,
    idtyp: 'app',
    oid: PRINCIPAL.principalId,
    rh: expect.stringMatching(/^1\.A/),
    sub: PRINCIPAL.principalId,
    tid: TENANT.tenantId,
    uti: expect.stringMatching(/^[\w-]{22}$/),
    ver: '1.0',
    xms_act_fct: expect.any(String),
    xms_ftd: expect.any(String),
    xms_idrel: expect.any(String),
    xms_mirid: PRINCIPAL.resourceId.replace('resourceGroups', 'resourcegroups'),
    xms_rd: expect.any(String),
    xms_sub_fct: expect.any(String),
    xms_tcdt: expect.any(Number),
  });
  const { kid } = app.keys.current();
  expect(headerOf(body.access_token)).toEqual({ typ: 'JWT', alg: 'RS256', x5t: kid, kid });
});

it('names the virtual machine in the tokens of a user-assigned identity, and in no other', async () => {
  const host =
    '/subscriptions/33333333-3333-4333-8333-333333333333/resourceGroups/RG-App/providers/X/virtualMachines/Vm';
  const userAssigned = { ...PRINCIPAL, identityType: 'UserAssigned' as const };
  const named = async (xms_az_rid: unknown) => {
    const { body } = await ask(V2, { client_assertion: clientAssertion({ claims: { xms_az_rid } }) });
    return claimsOf(body.access_token).xms_az_rid;
  };
  expect(await named(host)).toBeUndefined();
  app.directory.apply({ kind: 'servicePrincipal', id: PRINCIPAL.principalId, value: userAssigned });
  expect(await named(host)).toBe(host.replace('resourceGroups', 'resourcegroups'));
  for (const other of [undefined, 5, {}, 'vm', `${host}"`, host.padEnd(1_100, 'x')]) {
    expect(await named(other)).toBeUndefined();
  }
  app.directory.apply({ kind: 'servicePrincipal', id: PRINCIPAL.principalId, value: PRINCIPAL });
});

it('issues v2.0 tokens for the token exchange, from either endpoint', async () => {
  for (const answer of [
    await ask(V2, { scope: 'api://AzureADTokenExchange/.default' }),
    await ask(V1, { resource: 'api://AzureADTokenExchange' }),
  ]) {
    const claims = claimsOf(answer.body.access_token);
    expect(claims).toMatchObject({
      aud: 'fb60f99c-7a34-4190-8149-302f77469936',
      iss: `https://login.microsoftonline.com/${TENANT.tenantId}/v2.0`,
      azp: PRINCIPAL.clientId,
      azpacr: '2',
      sub: PRINCIPAL.principalId,
      ver: '2.0',
    });
    for (const name of ['appid', 'appidacr', 'idp']) expect(claims).not.toHaveProperty(name);
    expect(headerOf(answer.body.access_token)).not.toHaveProperty('x5t');
  }
});

it.each([
  'https://vault.azure.net',
  'https://vault.azure.net/',
  'cfa8b339-82a2-471a-a3c9-0fc0be7a4093',
  'https://storage.azure.com/',
  'https://management.core.windows.net/',
  'https://database.windows.net/',
])('keeps %s as the audience to the letter', async (resource) => {
  expect(claimsOf((await ask(V1, { resource })).body.access_token).aud).toBe(resource);
  expect(claimsOf((await ask(V2, { scope: `${resource}/.default` })).body.access_token).aud).toBe(resource);
});

it('gives every token an id of its own', async () => {
  const ids = await Promise.all(
    Array.from({ length: 20 }, async () => claimsOf((await ask(V2)).body.access_token).uti),
  );
  expect(new Set(ids).size).toBe(20);
});

it('signs with a key that the key set has, so that the lab accepts the token', async () => {
  const { body } = await ask(V2);
  const verify = tokenVerifier({
    clock: app.clock,
    keyFor: async (kid) => {
      const jwk = app.keys.published().find((key) => key.kid === kid);
      return jwk && createPublicKey({ key: { kty: jwk.kty, n: jwk.n, e: jwk.e }, format: 'jwk' });
    },
  });
  const expected = { tenantId: TENANT.tenantId, audiences: ['https://vault.azure.net'] };
  await expect(verify(String(body.access_token), expected)).resolves.toMatchObject({ oid: PRINCIPAL.principalId });
});

it('announces continuous access evaluation to clients that can', async () => {
  const claims = JSON.stringify({ access_token: { xms_cc: { values: ['cp1'] } } });
  expect(claimsOf((await ask(V2, { claims })).body.access_token).xms_cc).toEqual(['CP1']);
});

it.each([
  ['the domain', TENANT.domain],
  ['the domain in another case', 'Contoso.OnMicrosoft.com'],
  ['the GUID in another case', TENANT.tenantId.toUpperCase()],
])('takes %s for the tenant', async (_, tenant) => expect((await ask(V2, {}, { tenant })).status).toBe(200));

it('reads a path with an empty first segment, another case, or a slash at the end', async () => {
  for (const url of [
    `//${TENANT.tenantId}${V2}`,
    `/${TENANT.tenantId}/OAuth2/V2.0/Token`,
    `/${TENANT.tenantId}${V2}/`,
  ]) {
    expect((await send(app.origin + url, { method: 'POST', body: tokenForm() })).status, url).toBe(200);
  }
});

const UNKNOWN = '99999999-9999-4999-8999-999999999999';
const THUMBPRINT = thumbprints(IDENTITY.cert).sha256.toString('base64url');
it.each<[string, string, Fields, { tenant?: string }, [number, string, number]]>([
  ['no grant_type', V2, { grant_type: undefined }, {}, [400, 'invalid_request', 900144]],
  ['grant password', V2, { grant_type: 'password' }, {}, [400, 'unsupported_grant_type', 70003]],
  ['grant authorization_code', V1, { grant_type: 'authorization_code' }, {}, [400, 'unsupported_grant_type', 70003]],
  ['grant refresh_token', V2, { grant_type: 'refresh_token' }, {}, [400, 'unsupported_grant_type', 70003]],
  [
    'a device code',
    V2,
    { grant_type: 'urn:ietf:params:oauth:grant-type:device_code' },
    {},
    [400, 'unsupported_grant_type', 70003],
  ],
  ['no client_id', V2, { client_id: undefined }, {}, [400, 'invalid_request', 900144]],
  ['an unknown client', V2, { client_id: UNKNOWN }, {}, [400, 'unauthorized_client', 700016]],
  ['a client id that is no GUID', V2, { client_id: 'x'.repeat(5000) }, {}, [400, 'unauthorized_client', 700016]],
  ['a client of another tenant', V2, {}, { tenant: OTHER_TENANT.tenantId }, [400, 'unauthorized_client', 700016]],
  [
    'no credential',
    V2,
    { client_assertion: undefined, client_assertion_type: undefined },
    {},
    [401, 'invalid_client', 7000216],
  ],
  [
    'a secret',
    V2,
    { client_assertion: undefined, client_assertion_type: undefined, client_secret: 's3cret' },
    {},
    [401, 'invalid_client', 7000215],
  ],
  ['a secret and an assertion', V2, { client_secret: 's3cret' }, {}, [400, 'invalid_request', 9002313]],
  ['a type without assertion', V2, { client_assertion: undefined }, {}, [400, 'invalid_request', 900144]],
  ['no client_assertion_type', V2, { client_assertion_type: undefined }, {}, [400, 'invalid_request', 900144]],
  ['another client_assertion_type', V2, { client_assertion_type: 'saml' }, {}, [400, 'invalid_request', 50027]],
  ['an assertion that is none', V2, { client_assertion: 'x.y' }, {}, [400, 'invalid_request', 50027]],
  [
    "a stranger's assertion",
    V2,
    { client_assertion: clientAssertion({ keyPair: STRANGER }) },
    {},
    [401, 'invalid_client', 700027],
  ],
  [
    'an assertion that another key has signed',
    V2,
    { client_assertion: clientAssertion({ keyPair: STRANGER, header: { 'x5t#S256': THUMBPRINT } }) },
    {},
    [401, 'invalid_client', 700027],
  ],
  [
    'an assertion about another client',
    V2,
    { client_assertion: clientAssertion({ claims: { iss: UNKNOWN, sub: UNKNOWN } }) },
    {},
    [401, 'invalid_client', 700021],
  ],
  [
    'an expired assertion',
    V2,
    { client_assertion: clientAssertion({ claims: { exp: NOW - 400 } }) },
    {},
    [401, 'invalid_client', 700024],
  ],
  [
    'an assertion for another audience',
    V2,
    { client_assertion: clientAssertion({ claims: { aud: 'https://x' } }) },
    {},
    [401, 'invalid_client', 700023],
  ],
  ['no scope', V2, { scope: undefined }, {}, [400, 'invalid_request', 900144]],
  [
    'a scope without /.default',
    V2,
    { scope: 'https://vault.azure.net/user_impersonation' },
    {},
    [400, 'invalid_scope', 1002012],
  ],
  ['two scopes', V2, { scope: 'https://vault.azure.net/.default openid' }, {}, [400, 'invalid_scope', 70011]],
  ['a scope of nothing', V2, { scope: '/.default' }, {}, [400, 'invalid_scope', 70011]],
  [
    'resource at v2',
    V2,
    { scope: 'https://vault.azure.net/.default', resource: 'https://vault.azure.net' },
    {},
    [400, 'invalid_request', 901002],
  ],
  ['no resource at v1', V1, {}, {}, [400, 'invalid_request', 900144]],
  ['an unknown resource', V1, { resource: 'https://example.org' }, {}, [400, 'invalid_resource', 500011]],
  ['malformed claims', V2, { claims: '{' }, {}, [400, 'invalid_request', 9002313]],
  ['an unknown tenant', V2, {}, { tenant: UNKNOWN }, [400, 'invalid_request', 90002]],
  ['an unknown domain', V2, {}, { tenant: 'nobody.onmicrosoft.com' }, [400, 'invalid_request', 90002]],
  ['a tenant that is neither GUID nor domain', V2, {}, { tenant: 'contoso' }, [400, 'invalid_request', 900023]],
  ['an encoded slash in the tenant', V2, {}, { tenant: 'a%2Fb' }, [400, 'invalid_request', 900023]],
  ['the tenant common', V2, {}, { tenant: 'common' }, [400, 'invalid_request', 50059]],
  [
    'the tenant organizations',
    V1,
    { resource: 'https://vault.azure.net' },
    { tenant: 'organizations' },
    [400, 'invalid_request', 50059],
  ],
  ['malformed percent-encoding', V2, {}, { tenant: '%E0%A4%A' }, [400, 'invalid_request', 9002313]],
])('refuses %s', async (_, path, fields, options, [status, error, code]) => {
  const answer = await ask(path, fields, options);
  expect([answer.status, answer.body.error, answer.body.error_codes]).toEqual([status, error, [code]]);
});

it('writes errors as Entra does', async () => {
  const correlation = 'dddddddd-0000-4000-8000-000000000001';
  const { status, headers, body } = await ask(
    V2,
    { client_id: UNKNOWN },
    { headers: { 'client-request-id': correlation, 'return-client-request-id': 'true' } },
  );
  const trace = headers.get('x-ms-request-id');
  const timestamp = '2026-09-21 14:13:20Z';
  expect(status).toBe(400);
  expect(body).toEqual({
    error: 'unauthorized_client',
    error_description:
      `AADSTS700016: Application with identifier '${UNKNOWN}' was not found in the directory 'Contoso'. This can happen ` +
      'if the application has not been installed by the administrator of the tenant or consented to by any user in the ' +
      'tenant. You may have sent your authentication request to the wrong tenant. ' +
      `Trace ID: ${trace} Correlation ID: ${correlation} Timestamp: ${timestamp}`,
    error_codes: [700016],
    timestamp,
    trace_id: trace,
    correlation_id: correlation,
    error_uri: 'https://login.microsoftonline.com/error?code=700016',
  });
  expect(headers.get('client-request-id')).toBe(correlation);
  expect(headers.get('x-ms-clitelem')).toBe('1,700016,0,,');
});

it('takes the correlation id from the query and the form too, and makes one where it is no GUID', async () => {
  const id = 'dddddddd-0000-4000-8000-000000000002';
  const url = `${app.origin}/${TENANT.tenantId}${V2}?client-request-id=${id}`;
  expect((await send(url, { method: 'POST' })).body.correlation_id).toBe(id);
  expect((await ask(V2, { grant_type: 'x', 'client-request-id': id })).body.correlation_id).toBe(id);
  const other = await ask(V2, { grant_type: 'x' }, { headers: { 'client-request-id': 'a\tb' } });
  expect(other.body.correlation_id).toMatch(/^[0-9a-f-]{36}$/);
});

it('sends the headers of every answer', async () => {
  const { headers } = await ask(V2);
  expect(Object.fromEntries(headers)).toMatchObject({
    'cache-control': 'no-store, no-cache',
    pragma: 'no-cache',
    expires: '-1',
    'content-type': 'application/json; charset=utf-8',
    'strict-transport-security': 'max-age=31536000; includeSubDomains',
    'x-content-type-options': 'nosniff',
    'x-ms-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
    'x-ms-ests-server': expect.any(String),
    'x-ms-clitelem': '1,0,0,,',
  });
  expect(headers.has('x-powered-by') || headers.has('client-request-id')).toBe(false);
});

it('refuses a repeated form field, whatever its name', async () => {
  const form = tokenForm();
  form.append('client_id', PRINCIPAL.clientId);
  const { status, body } = await send(`${app.origin}/${TENANT.tenantId}${V2}`, { method: 'POST', body: form });
  expect([status, body.error_codes]).toEqual([400, [9000411]]);
});

it.each([
  ['JSON', 'application/json', JSON.stringify(Object.fromEntries(tokenForm()))],
  ['a body without type', '', tokenForm().toString()],
  ['a form in another charset', 'application/x-www-form-urlencoded; charset=klingon', 'grant_type=client_credentials'],
])('refuses %s', async (_, type, body) => {
  const url = `${app.origin}/${TENANT.tenantId}${V2}`;
  const answer = await send(url, { method: 'POST', body: Buffer.from(body), headers: { 'Content-Type': type } });
  expect([answer.status, answer.body.error]).toEqual([400, 'invalid_request']);
});

it('reads a form with the charset that JS adds', async () => {
  const url = `${app.origin}/${TENANT.tenantId}${V2}`;
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded;charset=utf-8' };
  expect((await send(url, { method: 'POST', body: tokenForm().toString(), headers })).status).toBe(200);
});

it('refuses a body over the limit, and one that is compressed', async () => {
  const large = await ask(V2, { extra: 'x'.repeat(200_000) });
  expect([large.status, large.body.error]).toEqual([413, 'invalid_request']);
  const packed = await ask(V2, {}, { headers: { 'Content-Encoding': 'gzip' } });
  expect([packed.status, packed.body.error]).toEqual([400, 'invalid_request']);
});

it.each([
  ['client id and secret', Buffer.from(`${PRINCIPAL.clientId}:s3cret`).toString('base64'), 401, 7000215],
  ['what is no base64', '§§', 400, 9002313],
])('reads Authorization: Basic with %s', async (_, credentials, status, code) => {
  const fields = { client_assertion: undefined, client_assertion_type: undefined, client_id: undefined };
  const headers = { Authorization: `Basic ${Buffer.from(credentials).toString('latin1')}` };
  const answer = await ask(V2, fields, { headers });
  expect([answer.status, answer.body.error_codes]).toEqual([status, [code]]);
});

it('takes no notice of a bearer token', async () => {
  expect((await ask(V2, {}, { headers: { Authorization: 'Bearer abc' } })).status).toBe(200);
});

it.each(['GET', 'PUT', 'DELETE', 'PATCH'])('refuses %s', async (method) => {
  const { status, headers, body } = await send(`${app.origin}/${TENANT.tenantId}${V2}`, { method });
  expect([status, body.error_codes, headers.get('allow')]).toEqual([405, [900561], 'POST, OPTIONS']);
  expect(body.error_description).toContain(
    `The endpoint only accepts POST, OPTIONS requests. Received a ${method} request.`,
  );
});

it('stops issuing tokens the moment the service principal is deleted, and starts again when it is back', async () => {
  app.directory.apply({ kind: 'servicePrincipal', id: PRINCIPAL.principalId, value: null });
  expect((await ask(V2)).body.error_codes).toEqual([700016]);
  app.directory.apply({ kind: 'servicePrincipal', id: PRINCIPAL.principalId, value: PRINCIPAL });
  expect((await ask(V2)).status).toBe(200);
});

it('asks to be tried again while it has not been told its tenants', async () => {
  const unsynced = await startPublicApp({ synced: false });
  const { status, body } = await send(`${unsynced.origin}/${TENANT.tenantId}${V2}`, {
    method: 'POST',
    body: tokenForm(),
  });
  await unsynced.close();
  expect([status, body.error, body.error_codes]).toEqual([503, 'temporarily_unavailable', [90033]]);
});

it('records what was asked, every check and the token id, and neither token nor assertion', async () => {
  const assertion = clientAssertion();
  const { body } = await ask(V1, { resource: 'https://vault.azure.net', client_assertion: assertion });
  const event = lastEvent();
  expect(event).toMatchObject({
    operation: 'IssueToken',
    clientId: PRINCIPAL.clientId,
    principalId: PRINCIPAL.principalId,
    audience: 'https://vault.azure.net',
    tokenId: claimsOf(body.access_token).uti,
    status: 200,
  });
  expect(event?.checks?.map(({ check, outcome }) => `${check}: ${outcome}`)).toEqual([
    'tenant: passed',
    'request: passed',
    'service principal: passed',
    'assertion format: passed',
    'assertion key: passed',
    'assertion signature: passed',
    'assertion client: passed',
    'time: passed',
    'audience: passed',
    'resource: passed',
  ]);
  const shown = JSON.stringify(app.events.since(0));
  for (const part of [...assertion.split('.'), ...String(body.access_token).split('.')].filter(
    (text) => text.length > 60,
  )) {
    expect(shown).not.toContain(part);
  }
});

it('records the check that refused', async () => {
  await ask(V2, { client_assertion: clientAssertion({ keyPair: STRANGER }) });
  expect(lastEvent()?.checks?.at(-1)).toMatchObject({ check: 'assertion key', outcome: 'failed' });
  expect(lastEvent()?.errorCode).toBe('AADSTS700027');
});

it(`names no authority but its own: ${AUTHORITY}`, async () => {
  expect((await ask(V2, {}, { headers: { Host: 'evil.example' } })).status).toBe(200);
});
