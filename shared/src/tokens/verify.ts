import type { KeyObject } from 'node:crypto';
import jwt from 'jsonwebtoken';
import type { Clock } from '../clock.ts';
import { type AccessToken, type Expectation, TokenFailure, verifyClaims } from './claims.ts';

/**
 * The public key with this `kid`, or undefined when the issuer does not publish it.
 * Rejects when the keys have never been fetched: the caller then answers that it is unavailable, not that the token is bad.
 */
export type KeyFor = (kid: string) => Promise<KeyObject | undefined>;

export type VerifyToken = (token: string, expected: Expectation) => Promise<AccessToken>;

/** Where a token may name a key of its own choice. None is ever used, so a token that has one is refused. */
const KEYS_OF_THE_TOKEN = ['jwk', 'jku', 'x5u', 'x5c'] as const;

/**
 * Verifies access tokens as Azure's services do: format, header, algorithm, key, signature, then the claims.
 *
 * The algorithm is fixed to RS256 before the key is looked up, so neither `none` nor an HMAC keyed with the public key
 * gets as far as a signature check. Deviation: Azure ignores `jku` and its like; the lab refuses them, so that the
 * attempt shows.
 *
 * @returns the claims. @throws TokenFailure naming the check; whatever `keyFor` throws.
 * @see https://www.rfc-editor.org/rfc/rfc8725
 */
export function tokenVerifier({ keyFor, clock }: { keyFor: KeyFor; clock: Clock }): VerifyToken {
  return async (token, expected) => {
    const { encodedHeader, header } = parseHeader(token);
    const own = KEYS_OF_THE_TOKEN.find((name) => name in header);
    if (own !== undefined) {
      throw new TokenFailure(
        'header',
        `Header validation failed. A key that the token names itself (${own}) is never used.`,
      );
    }
    if ('crit' in header)
      throw new TokenFailure('header', 'Header validation failed. No critical extension is known (crit).');
    if (header.alg !== 'RS256') {
      throw new TokenFailure(
        'algorithm',
        'Algorithm validation failed. Expected RS256.',
        typeof header.alg === 'string' ? header.alg.slice(0, 32) : undefined, // String() of an object can throw
      );
    }
    const { kid } = header;
    if (typeof kid !== 'string' || kid === '') {
      throw new TokenFailure('kid', 'Key validation failed. The token has no kid.', encodedHeader);
    }
    const key = await keyFor(kid);
    if (!key) throw new TokenFailure('key', 'Key validation failed. The kid is unknown.', encodedHeader);
    return verifyClaims(verifySignature(token, key), expected, clock);
  };
}

type Header = Readonly<Record<string, unknown>>;

function parseHeader(token: string): { encodedHeader: string; header: Header } {
  const parts = token.split('.');
  const [encodedHeader, payload, signature] = parts;
  if (parts.length !== 3 || !encodedHeader || !payload || signature === undefined) throw malformed();
  try {
    const header: unknown = JSON.parse(Buffer.from(encodedHeader, 'base64url').toString());
    if (typeof header !== 'object' || header === null || Array.isArray(header)) throw malformed();
    return { encodedHeader, header: header as Header };
  } catch {
    throw malformed();
  }
}

function verifySignature(token: string, key: KeyObject): unknown {
  try {
    // Lifetime is a decision of the lab's clock (claims.ts), not of the system's.
    return jwt.verify(token, key, { algorithms: ['RS256'], ignoreExpiration: true, ignoreNotBefore: true });
  } catch {
    throw new TokenFailure('signature', 'Signature validation failed. The signature is not valid.');
  }
}

const malformed = () => new TokenFailure('format', 'Format validation failed. The token is not a JSON Web Token.');
