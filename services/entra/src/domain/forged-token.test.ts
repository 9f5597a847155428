import { createPublicKey } from 'node:crypto';
import { fixedClock } from '@lab/shared/clock.ts';
import { TokenFailure } from '@lab/shared/tokens/claims.ts';
import { tokenVerifier } from '@lab/shared/tokens/verify.ts';
import { expect, it } from 'vitest';
import { NOW, normalClaims, OTHER_TENANT, PRINCIPAL, TENANT } from '../testing.ts';
import { tokenHeader } from './access-token.ts';
import { ForgeRequest, forgeToken } from './forged-token.ts';
import { generateSigningKey, toSigningKey } from './signing-key.ts';

const AUDIENCE = 'https://vault.azure.net';
const { kid, privateKey: pem } = await generateSigningKey(NOW);
const { privateKey } = toSigningKey(kid, pem);
const clock = fixedClock(NOW);
const verify = tokenVerifier({
  clock,
  keyFor: async (wanted) => (wanted === kid ? createPublicKey(privateKey) : undefined),
});

function forge(wishes: Record<string, unknown>) {
  const request = ForgeRequest.parse({ principalId: PRINCIPAL.principalId, audience: AUDIENCE, ...wishes });
  const claims = normalClaims(request.audience);
  return forgeToken(request, { header: tokenHeader('1.0', kid), claims, privateKey, now: NOW });
}

/** `accepted`, or the check that the lab's services refuse it by. */
const verdict = (wishes: Record<string, unknown>): Promise<string> =>
  verify(forge(wishes).token, { tenantId: TENANT.tenantId, audiences: [AUDIENCE] }).then(
    () => 'accepted',
    (failure) => (failure instanceof TokenFailure ? failure.check : Promise.reject(failure)),
  );

it.each([
  ['nothing wrong', {}, 'accepted'],
  ['tampered claims', { tamperedClaims: { oid: OTHER_TENANT.tenantId } }, 'signature'],
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
  ['a foreign issuer', { claims: { iss: `https://sts.windows.net/${OTHER_TENANT.tenantId}/` } }, 'issuer'],
  ['a foreign tenant', { claims: { tid: OTHER_TENANT.tenantId } }, 'tenant'],
  ['another audience', { audience: 'https://storage.azure.com' }, 'audience'],
  ['no oid', { removeClaims: ['oid'] }, 'claims'],
])('makes a token with %s', async (_, wishes, expected) => expect(await verdict(wishes)).toBe(expected));

it('says what is in the token', () => {
  const { token, header, claims } = forge({ claims: { extra: 1 }, header: { typ: 'x' } });
  const parts = token.split('.').map((part) => Buffer.from(part, 'base64url').toString());
  expect([JSON.parse(parts[0] ?? ''), JSON.parse(parts[1] ?? '')]).toEqual([header, claims]);
  expect(claims.extra).toBe(1);
});

it('refuses wishes that it does not know, so that a misspelt one fails its test', () => {
  expect(ForgeRequest.safeParse({ principalId: PRINCIPAL.principalId, audience: AUDIENCE, sign: 'none' }).success).toBe(
    false,
  );
});
