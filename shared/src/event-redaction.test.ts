import { generateKeyPairSync } from 'node:crypto';
import { expect, it } from 'vitest';
import { MOST_PER_EVENT, withoutSecrets, withoutTokens } from './event-redaction.ts';
import type { FlowEvent } from './events.ts';

const SIGNATURE = 'c2lnbmF0dXJl'.repeat(8);
const HEADER = Buffer.from('{"alg":"RS256","typ":"JWT"}').toString('base64url');
const PAYLOAD = Buffer.from('{"oid":"somebody"}').toString('base64url');
const SPACED = Buffer.from(' { "alg":"RS256"}').toString('base64url');

const event: FlowEvent = {
  sequence: 1,
  service: 'keyvault',
  at: '2026-01-01T00:00:00.000Z',
  durationMs: 1,
  remoteAddress: '10.88.0.130',
  method: 'GET',
  host: 'kv-lab.vault.azure.net',
  path: '/secrets/a',
  status: 403,
};

it.each([
  ['as it is', `${HEADER}.${PAYLOAD}.${SIGNATURE}`],
  ['with its dots encoded', `${HEADER}%2E${PAYLOAD}%2e${SIGNATURE}`],
  ['with a header that begins with a space', `${SPACED}.${PAYLOAD}.${SIGNATURE}`],
  ['cut off within its signature', `${HEADER}.${PAYLOAD}.c2lnbmF0`],
  ['encrypted, in five parts', `${HEADER}.${PAYLOAD}.iv.text.${SIGNATURE}`],
])('keeps no token: %s', (_, token) => {
  const text = withoutTokens(`/secrets/${token}/versions`);
  expect(text).toBe('/secrets/(token)/versions');
});

/** The whole of it, also what needs no encoding. */
const percentEncoded = (text: string) => [...Buffer.from(text)].map((byte) => `%${byte.toString(16)}`).join('');

it.each([
  ['each character of it', percentEncoded(`${HEADER}.${PAYLOAD}.${SIGNATURE}`)],
  ['twice', encodeURIComponent(percentEncoded(`${HEADER}.${PAYLOAD}.${SIGNATURE}`))],
  ['seven times', percentEncoded(`${HEADER}.${PAYLOAD}.${SIGNATURE}`).replaceAll('%', `%${'25'.repeat(6)}`)],
  ['a name of its query', `%63lient_%73ecret=${SIGNATURE}`],
])('keeps no token that was percent-encoded: %s', (_, token) => {
  const text = withoutTokens(`/secrets/${token}/versions`);
  expect(text).toMatch(/^\/secrets\/(client_secret=)?\((token|secret)\)/);
});

it.each([
  ['the token of the lab API, a session, a signature of 32 bytes', 'x5Jk0aZ_pQ7v-LmN3bYt8RcW2dGhE6sUfI1oKjV9nXA'],
  ['a signature alone', 'Qm9Xd0ZzN1VqLVh0X3BLclZ5TGFNZzJFOGJDaVRuUW9Sd0R4S2ZZdkhsSmVBcDVzMEd1'],
  ['a client secret', 'aB38Q~x5Jk0aZ_pQ7v-LmN3bYt8RcW2dGhE6sUfI'],
  ['the secret of a function app', '9F86D081884C7D659A2FEAA0C55AD015'],
  ['a token in base64', Buffer.from(`${HEADER}.${PAYLOAD}.x`).toString('base64')],
])('keeps nothing that is a secret by its looks: %s', (_, secret) => {
  expect(withoutTokens(`/secrets/${secret}/versions`)).toBe('/secrets/(secret)/versions');
  expect(withoutTokens(`There is no '${secret}'.`)).toBe("There is no '(secret)'.");
});

it('keeps neither name nor password of who is named in a URL', () => {
  expect(withoutTokens('https://me:hush@stlab.blob.core.windows.net/a')).toBe(
    'https://(secret)@stlab.blob.core.windows.net/a',
  );
});

it.each(['sig=hush', 'client_assertion=hush', 'client_secret%3Dhush', 'SIG=hush%2F&se=1'])(
  'keeps no value of a parameter that is a secret, wherever it stands: %s',
  (query) => expect(withoutTokens(`/docs/a%3F${query}`)).not.toContain('hush'),
);

it('keeps no private key', () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
  expect(withoutTokens(`before ${pem} after`)).toBe('before (key)\n after');
  expect(withoutTokens(pem.slice(0, 80))).toBe('(key)');
});

it('leaves alone what only looks a little like it', () => {
  for (const text of [
    'Caller: appid=b0ca1b0a-29b4-5a8e-8e1a-000000000001;oid=b0ca1b0a-29b4-5a8e-8e1a-000000000002;iss=https://sts.windows.net/',
    '/subscriptions/b0ca1b0a-29b4-5a8e-8e1a-000000000001/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv',
    '/secrets/ConnectionStringOfTheDatabaseInProduction/0f1e2d3c4b5a69788796a5b4c3d2e1f0',
    '/keys/secret-B0CA1B0A-29B4-5A8E-8E1A-000000000001',
    '/docs/M%C3%BCnchen%20and%20elsewhere.txt',
    'managed-identity-lab.a-very-long-name-of-an-account-that-is-no-signature.blob.core.windows.net',
  ]) {
    expect(withoutTokens(text)).toBe(text);
  }
});

it('takes no longer for a text that was made to be slow', () => {
  const started = performance.now();
  for (const text of [
    'a'.repeat(32_768),
    'eyJ'.repeat(10_000),
    'aaaaaaaa.'.repeat(3_600),
    '-----BEGIN PRIVATE KEY-----'.repeat(1_200),
    `%${'25'.repeat(16_000)}`,
    '%25'.repeat(10_000),
    '://'.repeat(10_000),
    'aA1'.repeat(10_000),
    '8Q~'.repeat(10_000),
  ]) {
    withoutTokens(text);
  }
  expect(performance.now() - started).toBeLessThan(500);
});

it('keeps what every event has of one that is too large, and says so', () => {
  const considered = Array.from({ length: 60 }, (_, index) => ({
    assignmentId: `/${index}${'a'.repeat(2_000)}`,
    roleName: 'Reader',
    scope: '/',
    verdict: 'other scope' as const,
  }));
  const decision = { operation: 'read', resourceId: '/', grantedBy: null, considered };
  const { event: kept, size } = withoutSecrets({ ...event, decision });
  expect(kept).toEqual({ ...event, note: 'checks and decisions are left out: they are too long' });
  expect(size).toBeLessThan(MOST_PER_EVENT);
});

it('keeps none in what a route says, a check or a decision', () => {
  const token = `${HEADER}.${PAYLOAD}.${SIGNATURE}`;
  const decision = { operation: token, resourceId: token, grantedBy: null, considered: [] };
  const checks = [{ check: 'audience' as const, outcome: 'failed' as const, reason: `Not ${token}.` }];
  const { event: kept } = withoutSecrets({ ...event, errorMessage: token, clientId: token, checks, decision });
  expect(JSON.stringify(kept)).not.toMatch(/eyJ|c2lnb/);
  expect(kept.checks).toMatchObject([{ reason: 'Not (token).' }]);
});

it('cuts a text that is too long', () => {
  const { event: kept } = withoutSecrets({ ...event, errorMessage: 'x'.repeat(100_000) });
  expect(kept.errorMessage).toHaveLength(2_048);
});
