import { createHmac, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { describe, expect, it } from 'vitest';
import { fixedClock } from '../clock.ts';
import { TokenFailure } from './claims.ts';
import { tokenVerifier } from './verify.ts';

const honest = generateKeyPairSync('rsa', { modulusLength: 2048 });
const foreign = generateKeyPairSync('rsa', { modulusLength: 2048 });
const clock = fixedClock();
const tenantId = '11111111-1111-4111-8111-111111111111';
const expected = { tenantId, audiences: ['https://vault.azure.net'] };
const publicPem = honest.publicKey.export({ type: 'spki', format: 'pem' }) as string;

const verify = tokenVerifier({
  keyFor: async (kid) => (kid === 'honest' ? createPublicKey(publicPem) : undefined),
  clock,
});

const claims = {
  iss: `https://sts.windows.net/${tenantId}/`,
  aud: 'https://vault.azure.net',
  tid: tenantId,
  oid: '22222222-2222-4222-8222-222222222222',
  appid: '33333333-3333-4333-8333-333333333333',
  ver: '1.0',
  nbf: clock.now() - 300,
  iat: clock.now() - 300,
  exp: clock.now() + 86_400,
};

const sign = (
  change: object = {},
  { key = honest.privateKey, header = {} }: { key?: KeyObject; header?: object } = {},
) =>
  jwt.sign({ ...claims, ...change }, key, { algorithm: 'RS256', header: { alg: 'RS256', kid: 'honest', ...header } });

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const unsigned = (header: object, signature = '') => `${encode(header)}.${encode(claims)}.${signature}`;

/** The check that refuses the token; the accepted one differs from each refused one in a single property. */
const refusedBy = (token: string) =>
  verify(token, expected).then(
    () => 'accepted',
    (error) => (error instanceof TokenFailure ? error.check : Promise.reject(error)),
  );

it('accepts an honest token', async () => {
  expect(await verify(sign(), expected)).toMatchObject({ oid: claims.oid, appid: claims.appid, tid: tenantId });
});

describe('refuses', () => {
  it.each([
    ['another issuer', { iss: 'https://sts.windows.net/99999999-9999-4999-8999-999999999999/' }, 'issuer'],
    ['the v2.0 issuer in a v1.0 token', { iss: `https://login.microsoftonline.com/${tenantId}/v2.0` }, 'issuer'],
    ['an issuer without its slash', { iss: `https://sts.windows.net/${tenantId}` }, 'issuer'],
    ['another audience', { aud: 'https://storage.azure.com' }, 'audience'],
    ['a list of audiences', { aud: ['https://vault.azure.net'] }, 'claims'],
    ['another tenant', { tid: '99999999-9999-4999-8999-999999999999' }, 'tenant'],
    ['an expired token', { exp: clock.now() }, 'expiry'],
    ['a token that is not yet valid', { nbf: clock.now() + 1 }, 'not-before'],
    ['a time that is text', { exp: String(clock.now() + 60) as unknown as number }, 'claims'],
  ])('%s', async (_, change, check) => {
    const header = encode({ alg: 'RS256', kid: 'honest' });
    const payload = encode({ ...claims, ...change });
    const { createSign } = await import('node:crypto');
    const signature = createSign('RSA-SHA256').update(`${header}.${payload}`).sign(honest.privateKey, 'base64url');
    expect(await refusedBy(`${header}.${payload}.${signature}`)).toBe(check);
  });

  it.each(['iss', 'aud', 'tid', 'oid', 'appid', 'ver', 'nbf', 'exp'])('a token without %s', async (name) => {
    const { [name as 'iss']: _left, ...rest } = claims;
    const token = jwt.sign(rest, honest.privateKey, { algorithm: 'RS256', keyid: 'honest', noTimestamp: true });
    expect(await refusedBy(token)).toBe('claims');
  });

  it.each(['none', 'None', 'NONE', 'nOnE'])('alg %s', async (alg) => {
    expect(await refusedBy(unsigned({ alg, kid: 'honest' }))).toBe('algorithm');
  });

  it('an HMAC keyed with the public key', async () => {
    const input = unsigned({ alg: 'HS256', kid: 'honest' }).replace(/\.$/, '');
    const signature = createHmac('sha256', publicPem).update(input).digest('base64url');
    expect(await refusedBy(`${input}.${signature}`)).toBe('algorithm');
  });

  it('an alg that is no text', async () => {
    for (const alg of [{ toString: 1 }, [['RS256']], null]) {
      expect(await refusedBy(unsigned({ alg, kid: 'honest' }))).toBe('algorithm');
    }
  });

  it('other RSA algorithms than RS256', async () => {
    const token = jwt.sign(claims, honest.privateKey, { algorithm: 'PS256', keyid: 'honest' });
    expect(await refusedBy(token)).toBe('algorithm');
  });

  it('a token without kid', async () => {
    expect(await refusedBy(jwt.sign(claims, honest.privateKey, { algorithm: 'RS256' }))).toBe('kid');
  });

  it('an unknown kid', async () => {
    expect(await refusedBy(sign({}, { header: { kid: 'other' } }))).toBe('key');
  });

  it('a signature of another key', async () => {
    expect(await refusedBy(sign({}, { key: foreign.privateKey }))).toBe('signature');
  });

  it('a tampered payload', async () => {
    const [header, , signature] = sign().split('.');
    expect(await refusedBy(`${header}.${encode({ ...claims, oid: claims.tid })}.${signature}`)).toBe('signature');
  });

  it.each(['jwk', 'jku', 'x5u', 'x5c', 'crit'])('a header that brings its own %s', async (name) => {
    expect(await refusedBy(sign({}, { header: { [name]: 'x' } }))).toBe('header');
  });

  it.each(['', 'a', 'a.b', 'a.b.c', '..', 'e30.e30.', `${'x'.repeat(50)}.y.z`])(
    'what is no token: "%s"',
    async (token) => {
      expect(await refusedBy(token)).toMatch(/format|algorithm/);
    },
  );
});
