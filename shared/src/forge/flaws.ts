/**
 * The classic ways in which a token is wrong, by name: for tests of what has to refuse it. Each is a good token with one thing
 * changed, or one attack made whole, such as a header that names a key together with the signature of that key.
 * @see https://www.rfc-editor.org/rfc/rfc8725
 */
import { issuersOf } from '../tokens/claims.ts';
import type { TokenChanges } from './forge-request.ts';

type Claims = Readonly<Record<string, unknown>>;

type FlawEntry = {
  readonly description: string;
  /** @param normal The claims of the good token. */
  readonly changes: (normal: Claims) => TokenChanges;
};

/** A tenant that no lab has. */
export const ELSEWHERE = '99999999-9999-4999-8999-999999999999';

/** Longer ago than any verifier grants for clocks that differ; many grant five minutes. */
const HOUR = 3_600;

const always = (description: string, changes: TokenChanges): FlawEntry => ({ description, changes: () => changes });

const FLAW_TABLE = {
  'alg-none': always('No signature, and a header that says so', { signWith: 'none' }),
  'alg-none-mixed-case': always('The same as `nOnE`, for who only looks for `none`', {
    signWith: 'none',
    header: { alg: 'nOnE' },
  }),
  'empty-signature': always('No signature, though the header promises one', { signWith: 'nothing' }),
  'hs256-with-public-key': always('An HMAC with the published public key as its secret', {
    signWith: 'hmac-public-key',
  }),
  'other-algorithm': always("Signed with Entra's key, but as RS512: Entra signs with RS256 and nothing else", {
    signWith: 'current-rs512',
  }),
  'foreign-key': always("Signed with somebody else's key, under a kid of Entra's", { signWith: 'foreign' }),
  'unknown-kid': always('A kid under which no key is published', { header: { kid: 'no-key-has-this-kid' } }),
  'no-kid': always('No kid, so nothing says which key is meant', { removeHeader: ['kid', 'x5t'] }),
  'path-as-kid': always("A kid that is a path, and somebody else's key", {
    signWith: 'foreign',
    header: { kid: '../../../../../../dev/null' },
  }),
  'jwk-header': always('Brings its own key in `jwk`', { signWith: 'embedded-jwk' }),
  'x5c-header': always('Brings its own certificate in `x5c`', { signWith: 'embedded-x5c' }),
  'jku-header': always('Says in `jku` where its key is to be fetched', {
    signWith: 'foreign',
    header: { jku: 'https://keys.attacker.invalid/keys' },
  }),
  'x5u-header': always('Says in `x5u` where its certificate is to be fetched', {
    signWith: 'foreign',
    header: { x5u: 'https://keys.attacker.invalid/certificate.pem' },
  }),
  'crit-header': always('Has a critical extension that nobody knows', {
    header: { crit: ['urn:lab:unknown'], 'urn:lab:unknown': true },
  }),
  'tampered-payload': always('Claims that were changed after it was signed', {
    tamperedClaims: { roles: ['Everything.All'] },
  }),
  expired: always('Ended an hour ago', { lifetime: { notBefore: -2 * HOUR, expires: -HOUR } }),
  'not-yet-valid': always('Begins in an hour', { lifetime: { notBefore: HOUR, expires: 2 * HOUR } }),
  'no-expiry': always('Says nothing of an end', { removeClaims: ['exp'] }),
  'expiry-as-text': always('An end that is no number', { claims: { exp: 'never' } }),
  'wrong-issuer': always('Of an issuer that is not Entra', { claims: { iss: 'https://login.attacker.invalid/' } }),
  'no-issuer': always('Without issuer', { removeClaims: ['iss'] }),
  'issuer-of-other-version': {
    description: 'The issuer of v2.0 tokens in a v1.0 token, or the other way round',
    changes: ({ tid, ver }) => ({ claims: { iss: issuersOf(String(tid))[ver === '2.0' ? '1.0' : '2.0'] } }),
  },
  'wrong-tenant': always('Names another tenant than its issuer', { claims: { tid: ELSEWHERE } }),
  'other-tenant': {
    description: 'In itself a good token, of another tenant',
    changes: ({ ver }) => ({
      claims: { tid: ELSEWHERE, iss: issuersOf(ELSEWHERE)[ver === '2.0' ? '2.0' : '1.0'] },
    }),
  },
  'no-tenant': always('Without tenant', { removeClaims: ['tid'] }),
  'wrong-audience': always('For somebody else', { claims: { aud: 'https://api.elsewhere.invalid' } }),
  'no-audience': always('For nobody in particular', { removeClaims: ['aud'] }),
  'no-principal': always('Without `oid`: of nobody', { removeClaims: ['oid'] }),
} as const satisfies Record<string, FlawEntry>;

export type FlawName = keyof typeof FLAW_TABLE;

export const FLAW_NAMES = Object.keys(FLAW_TABLE) as [FlawName, ...FlawName[]];

/** What the lab API lists. */
export const FLAWS: readonly { readonly name: FlawName; readonly description: string }[] = FLAW_NAMES.map((name) => ({
  name,
  description: FLAW_TABLE[name].description,
}));

export const changesOfFlaw = (name: FlawName, normal: Claims): TokenChanges => FLAW_TABLE[name].changes(normal);
