import { randomUUID } from 'node:crypto';
import { AzureError } from '@lab/shared/azure-error.ts';
import { thumbprints } from '@lab/shared/x509/certificates.ts';
import { expect, it } from 'vitest';
import {
  clientAssertion,
  EXPIRED,
  IDENTITY,
  NOW,
  OTHER_TENANT,
  PRINCIPAL,
  STRANGER,
  TENANT,
  TOKEN_ENDPOINT,
} from '../testing.ts';
import { acceptedAudiences } from './authority.ts';
import {
  findAssertionKey,
  parseAssertion,
  verifyAssertionAudience,
  verifyAssertionClient,
  verifyAssertionSignature,
  verifyAssertionTime,
} from './client-assertion.ts';

const registered = [EXPIRED, IDENTITY].map(({ cert }) => ({ certificate: cert, ...thumbprints(cert) }));
const accepted = acceptedAudiences(TENANT, 'https://localhost:8443');
const { sha1, sha256 } = thumbprints(IDENTITY.cert);
const der = (pem: string) => pem.replace(/-----[A-Z ]+-----|\s/g, '');

/** `accepted`, or the code that refuses it: all checks in their order. */
function outcome(text: string, now = NOW): string {
  try {
    const assertion = parseAssertion(text);
    const key = findAssertionKey(assertion, PRINCIPAL.clientId, registered, now);
    verifyAssertionSignature(assertion, key, PRINCIPAL.clientId);
    verifyAssertionClient(assertion, PRINCIPAL.clientId);
    verifyAssertionTime(assertion, now);
    verifyAssertionAudience(assertion, accepted);
    return 'accepted';
  } catch (error) {
    if (error instanceof AzureError) return error.code;
    throw error;
  }
}

const withKey = (header: Record<string, unknown>) => clientAssertion({ header: { 'x5t#S256': undefined, ...header } });
const withClaims = (claims: Record<string, unknown>) => clientAssertion({ claims });

it.each([
  ['as JS sends it', clientAssertion()],
  ['as Go sends it: standard base64 with padding', withKey({ 'x5t#S256': sha256.toString('base64') })],
  [
    'as Java sends it: x5t, RS256',
    clientAssertion({ algorithm: 'RS256', header: { 'x5t#S256': undefined, x5t: sha1.toString('base64url') } }),
  ],
  [
    'as Python sends it: padded x5t, RS256, float times, no nbf, a newline at the end',
    `${clientAssertion({
      algorithm: 'RS256',
      header: { 'x5t#S256': undefined, x5t: `${sha1.toString('base64url')}=` },
      claims: { nbf: undefined, iat: NOW + 0.24, exp: NOW + 600.24 },
    })}\n`,
  ],
  ['with a chain as an array', clientAssertion({ header: { x5c: [der(IDENTITY.cert), der(STRANGER.cert)] } })],
  ['as .NET sends a chain: one string', clientAssertion({ header: { x5c: der(IDENTITY.cert) } })],
  ['with nothing but a chain', withKey({ x5c: [der(IDENTITY.cert)] })],
  [
    'with the client id in another case',
    withClaims({ iss: PRINCIPAL.clientId.toUpperCase(), sub: PRINCIPAL.clientId }),
  ],
  ['with an exp a year ahead', withClaims({ exp: NOW + 365 * 86_400 })],
  ['without iat and jti', withClaims({ iat: undefined, jti: undefined })],
  ['with an array of one audience', withClaims({ aud: [TOKEN_ENDPOINT] })],
])('accepts an assertion %s', (_, assertion) => expect(outcome(assertion)).toBe('accepted'));

it.each([
  ['of a certificate that is not registered', clientAssertion({ keyPair: STRANGER }), 'AADSTS700027'],
  ['of a certificate that has expired', clientAssertion({ keyPair: EXPIRED }), 'AADSTS700027'],
  [
    'signed by another key than its thumbprint says',
    clientAssertion({ keyPair: STRANGER, header: { 'x5t#S256': sha256.toString('base64url') } }),
    'AADSTS700027',
  ],
  ['whose thumbprint and chain differ', clientAssertion({ header: { x5c: [der(STRANGER.cert)] } }), 'AADSTS700027'],
  [
    'whose two thumbprints differ',
    clientAssertion({ header: { x5t: thumbprints(STRANGER.cert).sha1.toString('base64url') } }),
    'AADSTS700027',
  ],
  [
    'that brings its own certificate',
    clientAssertion({ keyPair: STRANGER, header: { 'x5t#S256': undefined, x5c: [der(STRANGER.cert)] } }),
    'AADSTS700027',
  ],
  ['without any thumbprint', withKey({}), 'AADSTS50027'],
  ['with another algorithm of the same key', clientAssertion({ algorithm: 'RS512' }), 'AADSTS50027'],
  ['with a thumbprint that is no text', withKey({ x5t: 7 }), 'AADSTS50027'],
  ['with a thumbprint of another length', withKey({ x5t: 'AAAA' }), 'AADSTS50027'],
  ['with an empty chain', withKey({ x5c: [] }), 'AADSTS50027'],
  ['with a critical header', clientAssertion({ header: { crit: ['b64'], b64: false } }), 'AADSTS50027'],
  ['for another client', withClaims({ iss: randomUUID(), sub: PRINCIPAL.clientId }), 'AADSTS700021'],
  ['about another subject', withClaims({ sub: randomUUID() }), 'AADSTS700021'],
  ['without exp', withClaims({ exp: undefined }), 'AADSTS50027'],
  ['with an exp that is text', withClaims({ exp: '9999999999' }), 'AADSTS50027'],
  ['with an nbf that is text', withClaims({ nbf: 'now' }), 'AADSTS50027'],
  ['that no calendar can show', withClaims({ nbf: 1e300 }), 'AADSTS700024'],
  ['for another audience', withClaims({ aud: 'https://vault.azure.net' }), 'AADSTS700023'],
  [
    'for another tenant',
    withClaims({ aud: TOKEN_ENDPOINT.replace(TENANT.tenantId, OTHER_TENANT.tenantId) }),
    'AADSTS700023',
  ],
  ['for common', withClaims({ aud: TOKEN_ENDPOINT.replace(TENANT.tenantId, 'common') }), 'AADSTS700023'],
  ['for several audiences', withClaims({ aud: [TOKEN_ENDPOINT, 'https://example.org'] }), 'AADSTS700023'],
  ['without audience', withClaims({ aud: undefined }), 'AADSTS700023'],
  ['that is no token', 'abc', 'AADSTS50027'],
  ['of two parts', 'e30.e30', 'AADSTS50027'],
  ['whose parts are no JSON', 'abc.def.ghi', 'AADSTS50027'],
  ['whose header is an array', `${Buffer.from('[]').toString('base64url')}.e30.AA`, 'AADSTS50027'],
  ['with padding in its parts', `${clientAssertion()}==`, 'AADSTS50027'],
])('refuses an assertion %s', (_, assertion, code) => expect(outcome(assertion)).toBe(code));

it.each(['none', 'None', 'NONE', 'HS256'])('refuses alg %s before any key is used', (alg) => {
  const [, claims] = clientAssertion().split('.');
  const header = Buffer.from(JSON.stringify({ alg, x5t: sha1.toString('base64url') })).toString('base64url');
  expect(outcome(`${header}.${claims}.`)).toBe('AADSTS50027');
  expect(outcome(`${header}.${claims}.AAAA`)).toBe('AADSTS50027');
});

it.each([{ toString: 1 }, [[]], 7, null])('refuses an alg that is no text: %j', (alg) => {
  const header = Buffer.from(JSON.stringify({ alg, x5t: sha1.toString('base64url') })).toString('base64url');
  expect(outcome(`${header}.${clientAssertion().split('.')[1]}.AAAA`)).toBe('AADSTS50027');
});

it('refuses an assertion whose claims were changed', () => {
  const [header, , signature] = clientAssertion().split('.');
  const [, claims] = withClaims({ exp: NOW + 601 }).split('.');
  expect(outcome(`${header}.${claims}.${signature}`)).toBe('AADSTS700027');
});

it.each([
  ['exp five minutes ago', { exp: NOW - 300 }, 'AADSTS700024'],
  ['exp just within the skew', { exp: NOW - 299 }, 'accepted'],
  ['nbf in five minutes', { nbf: NOW + 300, exp: NOW + 900 }, 'accepted'],
  ['nbf beyond the skew', { nbf: NOW + 301, exp: NOW + 900 }, 'AADSTS700024'],
])('grants five minutes of skew: %s', (_, claims, expected) => expect(outcome(withClaims(claims))).toBe(expected));

const HOST = 'https://login.microsoftonline.com';
it.each([
  `${HOST}/${TENANT.tenantId}/oauth2/token`,
  `${HOST}/${TENANT.tenantId}/oauth2/v2.0/token`,
  `${HOST}/${TENANT.domain}/oauth2/token`,
  `${HOST}/${TENANT.domain}/oauth2/v2.0/token`,
  `${HOST}/${TENANT.tenantId}/v2.0`,
  `${HOST}/${TENANT.domain}/v2.0`,
  `https://sts.windows.net/${TENANT.tenantId}/`,
  `https://LOGIN.MicrosoftOnline.com/${TENANT.tenantId}/oauth2/v2.0/token`,
  `https://localhost:8443/${TENANT.tenantId}/oauth2/token`,
])('accepts the audience %s', (aud) => expect(outcome(withClaims({ aud }))).toBe('accepted'));

it('accepts the same assertion twice, as Entra does', () => {
  const assertion = clientAssertion();
  expect([outcome(assertion), outcome(assertion)]).toEqual(['accepted', 'accepted']);
});

it('names the thumbprint in hexadecimal where the key is not found', () => {
  const thumbprint = thumbprints(STRANGER.cert).sha256.toString('hex').toUpperCase();
  expect(() =>
    findAssertionKey(parseAssertion(clientAssertion({ keyPair: STRANGER })), PRINCIPAL.clientId, registered, NOW),
  ).toThrow(`[Reason - The key was not found., Thumbprint of key used by client: '${thumbprint}'`);
});

const messageOf = (text: string): string => {
  try {
    const assertion = parseAssertion(text);
    verifyAssertionSignature(
      assertion,
      findAssertionKey(assertion, PRINCIPAL.clientId, registered, NOW),
      PRINCIPAL.clientId,
    );
    verifyAssertionTime(assertion, NOW);
  } catch (error) {
    if (error instanceof AzureError) return error.message;
    throw error;
  }
  return 'accepted';
};

it('says when a key that it found is valid, in the words that people search for', () => {
  expect(messageOf(clientAssertion({ keyPair: EXPIRED }))).toMatch(
    /^Client assertion contains an invalid signature\. \[Reason - The key used is expired\., Thumbprint of key used by client: '[0-9A-F]{64}', Found key 'Start=06\/13\/2026 14:13:20, End=09\/20\/2026 14:13:20', Please visit/,
  );
  const forged = clientAssertion({ keyPair: STRANGER, header: { 'x5t#S256': sha256.toString('base64url') } });
  expect(messageOf(forged)).toContain('[Reason - Key was found, but use of the key to verify the signature failed.,');
});

it('shows the beginning of time for an assertion without nbf', () => {
  expect(messageOf(withClaims({ nbf: undefined, exp: NOW - 600 }))).toContain(
    'Current time: 2026-09-21T14:13:20.0000000Z, assertion valid from 1970-01-01T00:00:00.0000000Z, expiry time of assertion 2026-09-21T14:03:20.0000000Z.',
  );
});
