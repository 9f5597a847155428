import { createHmac, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { fixedClock } from '@lab/shared/clock.ts';
import { tokenVerifier } from '@lab/shared/tokens/verify.ts';
import jwt from 'jsonwebtoken';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessToken, failure, OFFICER, startTestVault, TENANT, type TestVault } from '../testing.ts';

const CHALLENGE = `Bearer authorization="https://login.microsoftonline.com/${TENANT}", resource="https://vault.azure.net"`;
const OTHER_TENANT = '99999999-9999-4999-8999-999999999999';

const honest = generateKeyPairSync('rsa', { modulusLength: 2048 });
const foreign = generateKeyPairSync('rsa', { modulusLength: 2048 });
const publicPem = honest.publicKey.export({ type: 'spki', format: 'pem' }) as string;
const clock = fixedClock();

let vault: TestVault;
beforeAll(async () => {
  const keyFor = async (kid: string) => {
    if (kid === 'never-fetched') throw new Error('no signing keys have been fetched yet');
    return kid === 'honest' ? createPublicKey(publicPem) : undefined;
  };
  vault = await startTestVault({ verifyToken: tokenVerifier({ keyFor, clock }), clock });
  await vault.ask('PUT', '/secrets/db-pw', { token: sign(), body: { value: 'x' } });
});
afterAll(() => vault.close());

const claims = { ...accessToken(OFFICER), nbf: clock.now() - 300, exp: clock.now() + 86_400, xms_mirid: 'mirid' };
const sign = (
  change: object = {},
  { key = honest.privateKey, header = {} }: { key?: KeyObject; header?: object } = {},
) =>
  // By way of JSON: a claim that is undefined is one that is not there.
  jwt.sign(JSON.parse(JSON.stringify({ ...claims, ...change })), key, {
    algorithm: 'RS256',
    header: { alg: 'RS256', kid: 'honest', ...header },
  });
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const unsigned = (alg: string) => `${encode({ typ: 'JWT', alg, kid: 'honest' })}.${encode(claims)}`;
const hmac = () => {
  const input = unsigned('HS256');
  return `${input}.${createHmac('sha256', publicPem).update(input).digest('base64url')}`;
};
const ask = (token: string | null, more = {}) => vault.ask('GET', '/secrets/db-pw', { token, ...more });

it('accepts the token that each refused one below differs from in one property', async () => {
  expect((await ask(sign())).status).toBe(200);
});

it.each(['https://vault.azure.net', 'https://vault.azure.net/', 'cfa8b339-82a2-471a-a3c9-0fc0be7a4093'])(
  'accepts the audience %s',
  async (aud) => expect((await ask(sign({ aud }))).status).toBe(200),
);

it('expects the tenant of the vault and the audiences of Key Vault', async () => {
  const expected: unknown[] = [];
  const asked = await startTestVault({
    verifyToken: async (_token, expectation) => {
      expected.push(expectation);
      return accessToken(OFFICER);
    },
  });
  await asked.ask('GET', '/secrets');
  await asked.close();
  const audiences = ['https://vault.azure.net', 'https://vault.azure.net/', 'cfa8b339-82a2-471a-a3c9-0fc0be7a4093'];
  expect(expected).toEqual([{ tenantId: TENANT, audiences }]);
});

describe('challenge', () => {
  it('is the exact header and body of Azure', async () => {
    const { status, headers, text } = await ask(null, { headers: { 'x-ms-client-request-id': 'my-id' } });
    expect(status).toBe(401);
    expect(text).toBe(
      '{"error":{"code":"Unauthorized","message":"AKV10000: Request is missing a Bearer or PoP token."}}',
    );
    expect(headers).toMatchObject({
      'www-authenticate': CHALLENGE,
      'content-length': '97',
      'cache-control': 'no-cache',
      pragma: 'no-cache',
      expires: '-1',
      'x-content-type-options': 'nosniff',
      'strict-transport-security': 'max-age=31536000;includeSubDomains',
      'x-ms-keyvault-region': 'westeurope',
      'x-ms-client-request-id': 'my-id',
      'x-ms-keyvault-network-info': 'conn_type=Ipv4;addr=127.0.0.1;act_addr_fam=InterNetwork;',
      'x-ms-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
      'x-ms-keyvault-service-version': expect.stringMatching(/^1\.9\./),
    });
    expect(headers).not.toHaveProperty('etag');
    expect(headers).not.toHaveProperty('x-powered-by');
  });

  it.each([
    ['the probe: PUT without a body', 'PUT', '/secrets/db-pw', {}],
    ['a strange api-version', 'GET', '/secrets/db-pw', { query: 'api-version=nope' }],
    ['no query at all', 'GET', '/secrets/db-pw', { query: '' }],
    ['a repeated query name', 'GET', '/secrets/db-pw', { query: 'api-version=7.6&api-version=7.6' }],
    ['an invalid name', 'PUT', '/secrets/db.pw', {}],
    ['malformed JSON', 'PUT', '/secrets/db-pw', { rawBody: '{' }],
    ['an unknown collection', 'GET', '/nothing', {}],
    ['a method that is not there', 'HEAD', '/secrets', {}],
    ['malformed percent-encoding', 'GET', '/secrets/%ZZ', {}],
    ['another scheme', 'GET', '/secrets/db-pw', { headers: { authorization: 'Basic YTpi' } }],
    ['a bare scheme', 'GET', '/secrets/db-pw', { headers: { authorization: 'Bearer' } }],
  ])('comes first: %s', async (_, method, path, more) => {
    const answer = await vault.ask(method, path, { token: null, ...more });
    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate']).toBe(CHALLENGE);
    if (method !== 'HEAD') expect(answer.body.error.message).toMatch(/^AKV10000/);
  });
});

describe('refuses', () => {
  it.each([
    [
      'another audience',
      () => sign({ aud: 'https://storage.azure.com' }),
      'AKV10022: Invalid audience. Expected https://vault.azure.net, found: https://storage.azure.com.',
    ],
    [
      "the vault's own URL as audience",
      () => sign({ aud: 'https://kv-lab.vault.azure.net' }),
      'AKV10022: Invalid audience. Expected https://vault.azure.net, found: https://kv-lab.vault.azure.net.',
    ],
    [
      'another issuer',
      () => sign({ iss: `https://sts.windows.net/${OTHER_TENANT}/`, tid: OTHER_TENANT }),
      `AKV10032: Invalid issuer. Expected one of https://sts.windows.net/${TENANT}/, ` +
        `https://login.microsoftonline.com/${TENANT}/v2.0, found https://sts.windows.net/${OTHER_TENANT}/.`,
    ],
    ['another tenant', () => sign({ tid: OTHER_TENANT }), /S2S17001'\. Tenant validation failed/],
    ['an expired token', () => sign({ exp: clock.now() }), "[TokenExpired] Error validating token: 'S2S12086'."],
    [
      'a token that is not yet valid',
      () => sign({ nbf: clock.now() + 60 }),
      /^\[TokenNotYetValid\] Error validating token: 'S2S12085'\. .*not yet valid/,
    ],
    ['a missing oid', () => sign({ oid: undefined }), /S2S17001'\. Claims validation failed.*'oid'/],
    ['a missing tid', () => sign({ tid: undefined }), /S2S17001'\. Claims validation failed.*'tid'/],
    ['a missing exp', () => sign({ exp: undefined }), /S2S17001'\. Claims validation failed.*'exp'/],
    ['a key of somebody else', () => sign({}, { key: foreign.privateKey }), /S2S17001'\. Signature validation failed/],
    ['a tampered payload', () => tampered(), /S2S17001'\. Signature validation failed/],
    [
      'an unknown kid',
      () => sign({}, { header: { kid: 'unknown' } }),
      /^AKV10046: .*EncodedJwtHeader: 'eyJ[\w-]+'\..*kid/,
    ],
    ['a missing kid', () => sign({}, { header: { kid: undefined } }), /^AKV10046: .*The token has no kid\.$/],
    ['alg none', () => `${unsigned('none')}.`, /S2S17001'\. Algorithm validation failed/],
    ['alg nOnE', () => `${unsigned('nOnE')}.`, /S2S17001'\. Algorithm validation failed/],
    ['an HMAC keyed with the public key', () => hmac(), /S2S17001'\. Algorithm validation failed/],
    ['an embedded jwk', () => sign({}, { header: { jwk: {} } }), /S2S17001'\. Header validation failed.*jwk/],
    ['a jku', () => sign({}, { header: { jku: 'https://127.0.0.1:1/' } }), /S2S17001'\. Header validation failed.*jku/],
    ['what is no token', () => 'not-a-token', /S2S17001'\. Format validation failed/],
  ])('%s, naming the check', async (_, token, message) => {
    const answer = await ask(token());
    expect(failure(answer)).toBe('401 Unauthorized');
    if (typeof message === 'string') expect(answer.body.error.message).toBe(message);
    else expect(answer.body.error.message).toMatch(message);
    expect(answer.headers['www-authenticate']).toBe(CHALLENGE);
    expect(answer.text).not.toContain(token().split('.')[2] || 'no signature');
  });

  it('a repeated Authorization header, though the first one is good', async () => {
    const answer = await ask(null, { headers: { authorization: [`Bearer ${sign()}`, 'Bearer other'] } });
    expect(failure(answer)).toBe('401 Unauthorized');
    expect(answer.body.error.message).toContain('more than one Authorization header');
  });
});

const tampered = () => {
  const [header, , signature] = sign().split('.');
  return `${header}.${encode({ ...claims, oid: '00000000-0000-4000-8000-000000000000' })}.${signature}`;
};

it('answers 503, to be tried again, while the signing keys were never fetched', async () => {
  const answer = await ask(sign({}, { header: { kid: 'never-fetched' } }));
  expect(failure(answer)).toBe('503 ServiceUnavailable');
  expect(answer.headers['retry-after']).toBe('1');
  expect(answer.headers).not.toHaveProperty('www-authenticate');
});

it('records which checks a token passed, and which one refused it', async () => {
  const last = () => vault.events.since(0).at(-1);
  await ask(sign({ aud: 'https://storage.azure.com' }));
  expect(
    last()
      ?.checks?.map(({ check, outcome }) => `${check} ${outcome}`)
      .slice(-3),
  ).toEqual(['claims passed', 'issuer passed', 'audience failed']);
  expect(last()).toMatchObject({ status: 401, errorCode: 'Unauthorized' });
  await ask(sign());
  expect(last()?.checks).toHaveLength(12);
  expect(last()).toMatchObject({ principalId: OFFICER, tokenId: 'token-id', audience: 'https://vault.azure.net' });
});
