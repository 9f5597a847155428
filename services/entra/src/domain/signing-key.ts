import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import type { KeyPair } from '@lab/shared/http/tls.ts';
import { selfSigned, thumbprints } from '@lab/shared/x509/certificates.ts';
import { TOKEN_LIFE_SECONDS } from './token-life.ts';

/** How long after its last signature a key stays published: the longest token's life, and room for clocks and caches. */
export const KEPT_AFTER_RETIREMENT_SECONDS = TOKEN_LIFE_SECONDS + 3_600;
/** @see https://learn.microsoft.com/entra/identity-platform/signing-key-rollover */
export const ROTATION_SECONDS = 6 * 7 * 86_400;

/** A key that signs. */
export type SigningKey = { readonly kid: string; readonly privateKey: KeyObject };

/** A key as validators see it. */
export type PublishedKey = {
  readonly kid: string;
  /** PEM. */
  readonly certificate: string;
};

/** A key as it is made, and kept: certificate and private key in PEM. */
export type GeneratedKey = PublishedKey & { readonly privateKey: string; readonly createdAt: number };

/** One member of a JWKS, in the service's order. `d`, `p`, `q` and their like have no place here by type. */
export type Jwk = {
  readonly kty: 'RSA';
  readonly use: 'sig';
  readonly kid: string;
  readonly x5t: string;
  readonly n: string;
  readonly e: string;
  readonly x5c: readonly [string];
};

const CERTIFICATE_YEARS = 5;

/** A new RSA key with its self-signed certificate; `kid` is the base64url SHA-1 of it, 27 characters. Takes a moment. */
export async function generateSigningKey(now: number): Promise<GeneratedKey> {
  const validity = { notBefore: now - 86_400, notAfter: now + CERTIFICATE_YEARS * 365 * 86_400 };
  const { cert, key }: KeyPair = await selfSigned('accounts.accesscontrol.windows.net', 'RSA-2048', validity);
  return { kid: thumbprints(cert).sha1.toString('base64url'), certificate: cert, privateKey: key, createdAt: now };
}

export const toSigningKey = (kid: string, privateKey: string): SigningKey => ({
  kid,
  privateKey: createPrivateKey(privateKey),
});

export function toJwk({ kid, certificate }: PublishedKey): Jwk {
  const { n, e } = createPublicKey(certificate).export({ format: 'jwk' });
  if (typeof n !== 'string' || typeof e !== 'string') throw new Error('a signing key is not RSA');
  const der = certificate.replace(/-----[A-Z ]+-----|\s/g, '');
  return { kty: 'RSA', use: 'sig', kid, x5t: kid, n, e, x5c: [der] };
}
