import { X509Certificate } from 'node:crypto';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type PublicApp, send, startPublicApp, TENANT } from '../testing.ts';

let app: PublicApp;
beforeAll(async () => {
  app = await startPublicApp();
});
afterAll(() => app.close());

const get = (path: string, init?: RequestInit) => send(`${app.origin}${path}`, init);
const ORIGIN = 'https://login.microsoftonline.com';
const BASE = `${ORIGIN}/${TENANT.tenantId}`;
const UNKNOWN = '99999999-9999-4999-8999-999999999999';

it.each([TENANT.tenantId, TENANT.domain, TENANT.tenantId.toUpperCase()])(
  'shows v2 configuration of %s by GUID',
  async (tenant) => {
    const { status, headers, body } = await get(`/${tenant}/v2.0/.well-known/openid-configuration`);
    expect([status, headers.get('cache-control'), headers.get('pragma')]).toEqual([
      200,
      'max-age=86400, private',
      null,
    ]);
    expect(body).toMatchObject({
      issuer: `${BASE}/v2.0`,
      token_endpoint: `${BASE}/oauth2/v2.0/token`,
      authorization_endpoint: `${BASE}/oauth2/v2.0/authorize`,
      jwks_uri: `${BASE}/discovery/v2.0/keys`,
    });
  },
);

it('shows v1 configuration', async () => {
  expect((await get(`/${TENANT.domain}/.well-known/openid-configuration`)).body).toMatchObject({
    issuer: `https://sts.windows.net/${TENANT.tenantId}/`,
    token_endpoint: `${BASE}/oauth2/token`,
    authorization_endpoint: `${BASE}/oauth2/authorize`,
    jwks_uri: `${ORIGIN}/common/discovery/keys`,
    userinfo_endpoint: `${BASE}/openid/userinfo`,
    scopes_supported: ['openid'],
    microsoft_multi_refresh_token: true,
  });
});

it.each([
  ['/common/v2.0', `${ORIGIN}/{tenantid}/v2.0`, `${ORIGIN}/common/oauth2/v2.0/token`],
  ['/organizations/v2.0', `${ORIGIN}/{tenantid}/v2.0`, `${ORIGIN}/organizations/oauth2/v2.0/token`],
  ['/common', 'https://sts.windows.net/{tenantid}/', `${ORIGIN}/common/oauth2/token`],
])('shows the literal template as issuer at %s', async (path, issuer, tokenEndpoint) => {
  const { body } = await get(`${path}/.well-known/openid-configuration`);
  expect([body.issuer, body.token_endpoint]).toEqual([issuer, tokenEndpoint]);
});

it.each([
  ['/v2.0/.well-known/openid-configuration'],
  ['/.well-known/openid-configuration'],
  ['/discovery/v2.0/keys'],
  ['/discovery/keys'],
])('refuses unknown tenants at %s', async (path) => {
  const unknown = await get(`/${UNKNOWN}${path}`);
  expect([unknown.status, unknown.body.error, unknown.body.error_codes]).toEqual([400, 'invalid_tenant', [90002]]);
  const nonsense = await get(`/contoso${path}`);
  expect([nonsense.status, nonsense.body.error_codes]).toEqual([400, [900023]]);
});

type Jwks = { keys: Record<string, unknown>[] };
const keysAt = async (path: string) => (await get(path)).body as unknown as Jwks;

it('publishes the current and the next key, public members only', async () => {
  const { keys } = await keysAt(`/${TENANT.tenantId}/discovery/keys`);
  expect(keys).toHaveLength(2);
  for (const key of keys) {
    expect(Object.keys(key)).toEqual(['kty', 'use', 'kid', 'x5t', 'n', 'e', 'x5c']);
    const [der] = key.x5c as string[];
    const { fingerprint } = new X509Certificate(Buffer.from(String(der), 'base64'));
    expect(key.kid).toBe(Buffer.from(fingerprint.replaceAll(':', ''), 'hex').toString('base64url'));
    expect(String(key.kid)).toHaveLength(27);
    expect(key.x5t).toBe(key.kid);
  }
});

it('adds issuer and cloud to the v2 list: the GUID of a tenant, the template of common', async () => {
  const ofTenant = await keysAt(`/${TENANT.domain}/discovery/v2.0/keys`);
  const ofCommon = await keysAt('/common/discovery/v2.0/keys');
  for (const [set, issuer] of [
    [ofTenant, `${BASE}/v2.0`],
    [ofCommon, `${ORIGIN}/{tenantid}/v2.0`],
  ] as const) {
    for (const key of set.keys) expect(key).toMatchObject({ issuer, cloud_instance_name: 'microsoftonline.com' });
  }
});

it('publishes what a rotation brings at once, and keeps what it retires', async () => {
  const before = await keysAt('/common/discovery/keys');
  const [current, next] = before.keys.map(({ kid }) => kid);
  const kids = await app.keys.rotate();
  const after = await keysAt('/common/discovery/keys');
  expect(kids).toEqual({ current: next, next: expect.any(String), retired: [current] });
  expect(after.keys.map(({ kid }) => kid)).toEqual([next, kids.next, current]);
});

const instance = (endpoint: string, version = '1.1') =>
  get(`/common/discovery/instance?api-version=${version}&authorization_endpoint=${endpoint}`);

it('answers instance discovery for the hosts that clients know', async () => {
  for (const version of ['1.0', '1.1']) {
    const { status, headers, body } = await instance(`${BASE}/oauth2/v2.0/authorize`, version);
    expect([status, headers.get('cache-control')]).toEqual([200, 'max-age=86400, private']);
    expect(headers.get('set-cookie')).toMatch(/^fpc=/);
    expect(body.tenant_discovery_endpoint).toBe(`${BASE}/v2.0/.well-known/openid-configuration`);
    expect((body.metadata as unknown[])[0]).toEqual({
      preferred_network: 'login.microsoftonline.com',
      preferred_cache: 'login.windows.net',
      aliases: ['login.microsoftonline.com', 'login.windows.net', 'login.microsoft.com', 'sts.windows.net'],
    });
  }
});

it('names the v1 document for a v1 authorization endpoint, percent-encoded or not', async () => {
  const { body } = await instance(encodeURIComponent('https://login.windows.net/common/oauth2/authorize'));
  expect(body.tenant_discovery_endpoint).toBe('https://login.windows.net/common/.well-known/openid-configuration');
});

it.each([
  'https://evil.example/common/oauth2/authorize',
  'https://login.microsoftonline.com.evil.example/common/oauth2/authorize',
  'https://login.microsoftonline.com:444/common/oauth2/authorize',
  'https://user@login.microsoftonline.com/common/oauth2/authorize',
  'http://login.microsoftonline.com/common/oauth2/authorize',
  'nonsense',
])('calls %s an invalid instance', async (endpoint) => {
  const { status, body } = await instance(endpoint);
  expect([status, body.error, body.error_codes]).toEqual([400, 'invalid_instance', [50049]]);
});

it.each([
  ['no authorization_endpoint', '?api-version=1.1', 900144],
  ['another api-version', `?api-version=9&authorization_endpoint=${BASE}`, 9002313],
  ['a repeated name', `?api-version=1.1&authorization_endpoint=${BASE}&api%2Dversion=1.0`, 9000411],
  ['what is no tenant', `?api-version=1.1&authorization_endpoint=${ORIGIN}/a%20b/authorize`, 900023],
])('refuses instance discovery with %s', async (_, query, code) => {
  const { status, body } = await get(`/common/discovery/instance${query}`);
  expect([status, body.error_codes]).toEqual([400, [code]]);
});

it.each(['POST', 'PUT', 'DELETE'])('refuses %s on documents', async (method) => {
  for (const path of [
    '/common/discovery/keys',
    '/common/v2.0/.well-known/openid-configuration',
    '/common/discovery/instance',
  ]) {
    const { status, body } = await get(path, { method });
    expect([status, body.error_codes]).toEqual([405, [900561]]);
  }
});

it.each([
  '/',
  '/unknown',
  '/common/unknown',
  '/a/b/c/d/e',
  `/${TENANT.tenantId}/oauth2/authorize`,
  '/common%2Fdiscovery%2Fkeys',
])('answers 404 at %s', async (path) => {
  const { status, body } = await get(path);
  expect([status, body.error]).toEqual([404, 'invalid_request']);
});

it('answers pages of any origin, as documents and keys are public', async () => {
  expect((await get('/common/discovery/keys')).headers.get('access-control-allow-origin')).toBe('*');
  expect((await get('/common/discovery/keys', { method: 'OPTIONS' })).status).toBe(200);
});

it('outlives a request that ends half-way', async () => {
  const port = Number(new URL(app.origin).port);
  await new Promise<void>((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      const head = `POST /${TENANT.tenantId}/oauth2/token HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n`;
      socket.write(`${head}Content-Type: application/x-www-form-urlencoded\r\n\r\ngrant_type=`, () => socket.destroy());
    });
    socket.once('close', () => resolve());
  });
  expect((await get('/common/discovery/keys')).status).toBe(200);
});

it('answers 408 to a body that stops coming', async () => {
  const impatient = await startPublicApp({ silenceMs: 30 });
  const answer = await new Promise<string>((resolve) => {
    let text = '';
    const socket = connect(Number(new URL(impatient.origin).port), '127.0.0.1', () => {
      const head = `POST /${TENANT.tenantId}/oauth2/token HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n`;
      socket.write(`${head}Content-Type: application/x-www-form-urlencoded\r\n\r\ngrant_type=`);
    });
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.on('error', () => {});
    socket.once('close', () => resolve(text));
  });
  await impatient.close();
  expect(answer).toMatch(/^HTTP\/1\.1 408 /);
  expect(answer).toContain('AADSTS9002313');
});

it("says the lab's time to who verifies tokens, each time, and makes no event of it", async () => {
  const before = app.events.since(0).length;
  const { status, headers, body } = await get('/lab/clock');
  expect([status, headers.get('cache-control'), body]).toEqual([200, 'no-store', { now: app.clock.now() }]);
  expect((await get('/lab/clock', { method: 'POST' })).status).toBe(404);
  expect(app.events.since(0)).toHaveLength(before + 1);
});
