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
    verdict: 'other scope',
  }));
  const decision = { operation: 'read', resourceId: '/', grantedBy: null, considered };
  const { event: kept, size } = withoutSecrets({ ...event, decision });
  expect(kept).toEqual({ ...event, note: 'checks and decisions are left out: they are too long' });
  expect(size).toBeLessThan(MOST_PER_EVENT);
});

it('keeps none in what a route says, a check or a decision', () => {
  const token = `${HEADER}.${PAYLOAD}.${SIGNATURE}`;
  const decision = { operation: token, resourceId: token, grantedBy: null, considered: [] };
  const checks = [{ check: 'audience', outcome: 'failed' as const, reason: `Not ${token}.` }];
  const { event: kept } = withoutSecrets({ ...event, errorMessage: token, clientId: token, checks, decision });
  expect(JSON.stringify(kept)).not.toMatch(/eyJ|c2lnb/);
  expect(kept.checks).toMatchObject([{ reason: 'Not (token).' }]);
});

it('cuts a text that is too long', () => {
  const { event: kept } = withoutSecrets({ ...event, errorMessage: 'x'.repeat(100_000) });
  expect(kept.errorMessage).toHaveLength(2_048);
});
