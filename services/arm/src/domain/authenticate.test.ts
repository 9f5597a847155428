import { generateKeyPairSync } from 'node:crypto';
import { AzureError } from '@lab/shared/azure-error.ts';
import { fixedClock } from '@lab/shared/clock.ts';
import { tokenVerifier } from '@lab/shared/tokens/verify.ts';
import jwt from 'jsonwebtoken';
import { expect, it } from 'vitest';
import { authenticate } from './authenticate.ts';

const [CONTOSO, FABRIKAM, NOWHERE] = [1, 2, 3].map((digit) => `${digit}0000000-0000-4000-8000-000000000000`) as [
  string,
  string,
  string,
];
const signing = generateKeyPairSync('rsa', { modulusLength: 2048 });
const clock = fixedClock();
const verifyToken = tokenVerifier({
  keyFor: async (kid) => {
    if (kid === 'never fetched') throw new Error('no signing keys have been fetched yet');
    return signing.publicKey;
  },
  clock,
});

const tokenOf = (tenantId: string, change: object = {}, keyid = 'k1') => {
  const claims = {
    iss: `https://sts.windows.net/${tenantId}/`,
    aud: 'https://management.azure.com/',
    tid: tenantId,
    oid: '40000000-0000-4000-8000-000000000000',
    appid: '50000000-0000-4000-8000-000000000000',
    ver: '1.0',
    nbf: clock.now(),
    exp: clock.now() + 60,
    ...change,
  };
  return jwt.sign(claims, signing.privateKey, { algorithm: 'RS256', keyid, noTimestamp: true });
};
/** `accepted`, or the code that refuses the token. */
const outcome = (token: string, tenantIds = [CONTOSO, FABRIKAM]) =>
  authenticate(token, verifyToken, tenantIds).then(
    () => 'accepted',
    (error) => (error instanceof AzureError ? error.code : Promise.reject(error)),
  );

it.each([CONTOSO, FABRIKAM])('accepts a token of a tenant of the lab: %s', async (tenantId) => {
  expect(await outcome(tokenOf(tenantId))).toBe('accepted');
});

it('refuses a tenant that the lab has not, though the token is signed and says so itself', async () => {
  expect(await outcome(tokenOf(NOWHERE))).toBe('InvalidAuthenticationTokenTenant');
  expect(await outcome(tokenOf(CONTOSO), [])).toBe('InvalidAuthenticationTokenTenant');
});

it("refuses one tenant's issuer with another one's tid", async () => {
  expect(await outcome(tokenOf(CONTOSO, { tid: FABRIKAM }))).toBe('InvalidAuthenticationTokenTenant');
});

it('refuses a token for Key Vault', async () => {
  expect(await outcome(tokenOf(CONTOSO, { aud: 'https://vault.azure.net' }))).toBe(
    'InvalidAuthenticationTokenAudience',
  );
});

it.each([
  ['an expired token', tokenOf(CONTOSO, { exp: clock.now() }), 'ExpiredAuthenticationToken'],
  ['what is no token', 'a.b.c', 'InvalidAuthenticationToken'],
  ['a changed token', `${tokenOf(CONTOSO).slice(0, -4)}AAAA`, 'InvalidAuthenticationToken'],
  ['any token while no key was ever fetched', tokenOf(CONTOSO, {}, 'never fetched'), 'ServiceUnavailable'],
])('refuses %s', async (_, token, code) => expect(await outcome(token)).toBe(code));

it('refuses what is in three parts and no token', async () => {
  const part = (text: string) => Buffer.from(text).toString('base64url');
  const header = part('{"alg":"RS256","typ":"JWT","kid":"k1"}');
  expect(await outcome(`${header}.${part('not JSON')}.AAAA`)).toBe('InvalidAuthenticationToken');
  expect(await outcome(`${header}.${part('null')}.AAAA`)).toBe('InvalidAuthenticationToken');
});
