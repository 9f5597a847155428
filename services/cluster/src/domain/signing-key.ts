import { createHash, createPublicKey, generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';

/** A key that signs tokens of service accounts. */
export type SigningKey = {
  readonly kid: string;
  /** PEM. Never leaves this service. */
  readonly privateKey: string;
};

/** One member of a key set, in the order of Kubernetes. Private members have no place here by type. */
export type Jwk = {
  readonly use: 'sig';
  readonly kty: 'RSA';
  readonly kid: string;
  readonly alg: 'RS256';
  readonly n: string;
  readonly e: string;
};

/** The keys of an issuer. */
export type SigningKeys = {
  /** Newest first: the first one signs, the others are published until tokens that they signed have expired or more. */
  of(issuer: string): readonly SigningKey[];
  /** Adds a key that signs from now on; of the older ones the newest is kept. */
  add(issuer: string, key: SigningKey): void;
};

const generate = promisify(generateKeyPair);

/** Takes a moment, on a thread of its own. */
export async function generateSigningKey(): Promise<SigningKey> {
  const { privateKey } = await generate('rsa', { modulusLength: 2048 });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
  return { kid: kidOf(pem), privateKey: pem };
}

/**
 * The id of a key as Kubernetes makes it: SHA-256 of the public key's DER, base64url.
 * @see https://github.com/kubernetes/kubernetes, pkg/serviceaccount/jwt.go, `keyIDFromPublicKey`
 */
const kidOf = (privateKey: string): string =>
  createHash('sha256')
    .update(createPublicKey(privateKey).export({ type: 'spki', format: 'der' }))
    .digest('base64url');

export function toJwk({ kid, privateKey }: SigningKey): Jwk {
  const { n, e } = createPublicKey(privateKey).export({ format: 'jwk' });
  if (typeof n !== 'string' || typeof e !== 'string') throw new Error('a signing key is not RSA');
  return { use: 'sig', kty: 'RSA', kid, alg: 'RS256', n, e };
}
