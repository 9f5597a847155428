import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { expect, it } from 'vitest';
import { fixedClock } from '../clock.ts';
import { issuersOf, TokenFailure } from '../tokens/claims.ts';
import { tokenVerifier } from '../tokens/verify.ts';
import { FLAW_NAMES, FLAWS, type FlawName } from './flaws.ts';
import { ForgeRequest } from './forge-request.ts';
import { forgeToken } from './forge-token.ts';

const NOW = 1_790_000_000;
const TENANT = 'aaaa1111-1111-4111-8111-11111111aaaa';
const OTHER_TENANT = '22222222-2222-4222-8222-222222222222';
const AUDIENCE = 'https://vault.azure.net';
const KID = 'published';
const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const verify = tokenVerifier({
  clock: fixedClock(NOW),
  keyFor: async (wanted) => (wanted === KID ? createPublicKey(privateKey) : undefined),
});

function forge(wishes: Record<string, unknown>, version: '1.0' | '2.0' = '1.0') {
  const { audience, ...changes } = ForgeRequest.parse({ principal: 'vm-app01', audience: AUDIENCE, ...wishes });
  const header = { typ: 'JWT', alg: 'RS256', kid: KID, ...(version === '1.0' && { x5t: KID }) };
  const client = version === '1.0' ? { appid: 'app' } : { azp: 'app' };
  const times = { iat: NOW - 300, nbf: NOW - 300, exp: NOW + 86_000 };
  const ids = { iss: issuersOf(TENANT)[version], tid: TENANT, oid: 'oid', ...client, ver: version };
  return forgeToken(changes, { header, claims: { aud: audience, ...times, ...ids }, privateKey, now: NOW });
}

/** `accepted`, or the check that the lab's services refuse it by. */
const verdict = async (wishes: Record<string, unknown>, version?: '1.0' | '2.0'): Promise<string> =>
  verify((await forge(wishes, version)).token, { tenantId: TENANT, audiences: [AUDIENCE] }).then(
    () => 'accepted',
    (failure) => (failure instanceof TokenFailure ? failure.check : Promise.reject(failure)),
  );

it.each([
  ['nothing wrong', {}, 'accepted'],
  ['tampered claims', { tamperedClaims: { oid: OTHER_TENANT } }, 'signature'],
  ['an exp in the past', { lifetime: { expires: -1 } }, 'expiry'],
  ['an nbf in the future', { lifetime: { notBefore: 60 } }, 'not-before'],
  ['alg none', { signWith: 'none' }, 'algorithm'],
  ['alg NoNe', { signWith: 'none', header: { alg: 'NoNe' } }, 'algorithm'],
  ['an HMAC with the public key', { signWith: 'hmac-public-key' }, 'algorithm'],
  ['no kid', { removeHeader: ['kid'] }, 'kid'],
  ['an unknown kid', { header: { kid: 'x' } }, 'key'],
  ['an unknown kid and its own key', { header: { kid: 'x' }, signWith: 'foreign' }, 'key'],
  ["somebody else's key under a known kid", { signWith: 'foreign' }, 'signature'],
  ['an embedded jwk', { signWith: 'embedded-jwk' }, 'header'],
  ['a jku', { header: { jku: 'https://127.0.0.1:1/keys' } }, 'header'],
  ['an x5u', { header: { x5u: 'https://127.0.0.1:1/cert' } }, 'header'],
  ['a foreign issuer', { claims: { iss: `https://sts.windows.net/${OTHER_TENANT}/` } }, 'issuer'],
  ['a foreign tenant', { claims: { tid: OTHER_TENANT } }, 'tenant'],
  ['another audience', { audience: 'https://storage.azure.com' }, 'audience'],
  ['no oid', { removeClaims: ['oid'] }, 'claims'],
])('makes a token with %s', async (_, wishes, expected) => expect(await verdict(wishes)).toBe(expected));

const REFUSED_BY: Readonly<Record<FlawName, string>> = {
  'alg-none': 'algorithm',
  'alg-none-mixed-case': 'algorithm',
  'empty-signature': 'signature',
  'hs256-with-public-key': 'algorithm',
  'other-algorithm': 'algorithm',
  'foreign-key': 'signature',
  'unknown-kid': 'key',
  'no-kid': 'kid',
  'path-as-kid': 'key',
  'jwk-header': 'header',
  'x5c-header': 'header',
  'jku-header': 'header',
  'x5u-header': 'header',
  'crit-header': 'header',
  'tampered-payload': 'signature',
  expired: 'expiry',
  'not-yet-valid': 'not-before',
  'no-expiry': 'claims',
  'expiry-as-text': 'claims',
  'wrong-issuer': 'issuer',
  'no-issuer': 'claims',
  'issuer-of-other-version': 'issuer',
  'wrong-tenant': 'tenant',
  'other-tenant': 'issuer',
  'no-tenant': 'claims',
  'wrong-audience': 'audience',
  'no-audience': 'claims',
  'no-principal': 'claims',
};

it.each(FLAW_NAMES)('makes a token that is wrong by name, and refused for that: %s', async (flaw) => {
  for (const version of ['1.0', '2.0'] as const) expect(await verdict({ flaw }, version)).toBe(REFUSED_BY[flaw]);
});

it('says of each flaw what it is, and of no two the same', () => {
  expect(new Set(FLAWS.map(({ description }) => description)).size).toBe(FLAW_NAMES.length);
});

it('signs what is not about the signature with the published key', async () => {
  for (const flaw of ['no-kid', 'crit-header', 'expired', 'wrong-issuer', 'other-tenant', 'no-audience'] as const) {
    const [head, payload, signature = ''] = (await forge({ flaw })).token.split('.');
    const { subtle } = crypto;
    const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
    const key = await subtle.importKey('jwk', publicKey.export({ format: 'jwk' }), algorithm, false, ['verify']);
    const bytes = Buffer.from(`${head}.${payload}`);
    expect(await subtle.verify(algorithm, key, Buffer.from(signature, 'base64url'), bytes), flaw).toBe(true);
  }
});

it('lays what else is asked for over a flaw', async () => {
  const { header, claims } = await forge({ flaw: 'wrong-tenant', claims: { extra: 1 }, header: { kid: 'x' } });
  expect([header.kid, claims.extra, claims.tid === TENANT]).toEqual(['x', 1, false]);
  expect(await verdict({ flaw: 'foreign-key', signWith: 'current' })).toBe('accepted');
});

it('says what is in the token', async () => {
  const { token, header, claims } = await forge({ claims: { extra: 1 }, header: { typ: 'x' } });
  const parts = token.split('.').map((part) => Buffer.from(part, 'base64url').toString());
  expect([JSON.parse(parts[0] ?? ''), JSON.parse(parts[1] ?? '')]).toEqual([header, claims]);
  expect(claims.extra).toBe(1);
});

it.each([
  ['a misspelt wish', { principal: 'x', audience: AUDIENCE, sign: 'none' }],
  ['nobody in particular', { audience: AUDIENCE }],
  ['two principals', { principal: 'x', principalId: TENANT, audience: AUDIENCE }],
  ['claims that nobody could write', { principal: 'x', audience: AUDIENCE, claims: nested(40) }],
])('takes no request for %s', (_, request) => expect(ForgeRequest.safeParse(request).success).toBe(false));

function nested(levels: number): object {
  return levels === 0 ? {} : { inner: nested(levels - 1) };
}
