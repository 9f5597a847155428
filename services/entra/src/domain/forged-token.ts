import { createHmac, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { z } from 'zod';

/**
 * What a test asks `POST /forge` for: a normal token for a principal and a resource, then changed, then signed, then
 * perhaps changed again. Each field changes one thing, so that a token differs from a good one in one property.
 */
export const ForgeRequest = z.strictObject({
  /** Object id of a service principal that exists. */
  principalId: z.guid(),
  /** The resource, as a client would ask for it: `https://vault.azure.net`. */
  audience: z.string().min(1),
  /** Seconds from now, instead of the usual ones; `iat` goes with `nbf`. */
  lifetime: z
    .strictObject({ notBefore: z.number().int().optional(), expires: z.number().int().optional() })
    .default({}),
  /** Laid over the claims: a foreign `iss`, `tid`, `aud` … */
  claims: z.record(z.string(), z.unknown()).default({}),
  removeClaims: z.array(z.string()).default([]),
  /** Laid over the header: `alg` in any case, another `kid`, `jku`, `x5u`, `jwk` … */
  header: z.record(z.string(), z.unknown()).default({}),
  removeHeader: z.array(z.string()).default([]),
  /**
   * `current`: the key that is published under the token's `kid`. `foreign`: a key of nobody's, under that `kid`.
   * `none`: `alg` none, empty signature. `hmac-public-key`: HS256 with the published public key, in PEM, as the secret.
   * `embedded-jwk`: a key of nobody's, its public half in the header's `jwk`.
   */
  signWith: z.enum(['current', 'foreign', 'none', 'hmac-public-key', 'embedded-jwk']).default('current'),
  /** Laid over the claims after signing: a token that was tampered with. */
  tamperedClaims: z.record(z.string(), z.unknown()).optional(),
});
export type ForgeRequest = z.infer<typeof ForgeRequest>;

type Part = Readonly<Record<string, unknown>>;
export type ForgedToken = { readonly token: string; readonly header: Part; readonly claims: Part };

/**
 * Any token at all, written by hand: a well-kept library refuses to make most of these.
 *
 * @param normal Header and claims of the token that Entra would issue now, and the key that it would sign with.
 */
export function forgeToken(
  { lifetime, claims, removeClaims, header, removeHeader, signWith, tamperedClaims }: ForgeRequest,
  normal: { header: Part; claims: Part; privateKey: KeyObject; now: number },
): ForgedToken {
  const { now, privateKey } = normal;
  const times = {
    ...(lifetime.notBefore !== undefined && { nbf: now + lifetime.notBefore, iat: now + lifetime.notBefore }),
    ...(lifetime.expires !== undefined && { exp: now + lifetime.expires }),
  };
  const signer = SIGNERS[signWith](privateKey);
  const finalHeader = without({ ...normal.header, ...signer.header, ...header }, removeHeader);
  const signedClaims = without({ ...normal.claims, ...times, ...claims }, removeClaims);
  const signature = signer.sign(`${encode(finalHeader)}.${encode(signedClaims)}`);
  const finalClaims = { ...signedClaims, ...tamperedClaims };
  const token = `${encode(finalHeader)}.${encode(finalClaims)}.${signature.toString('base64url')}`;
  return { token, header: finalHeader, claims: finalClaims };
}

type Signer = { header: Part; sign: (input: string) => Buffer };

const rs256 =
  (key: KeyObject) =>
  (input: string): Buffer =>
    sign('RSA-SHA256', Buffer.from(input), key);

const SIGNERS: Readonly<Record<ForgeRequest['signWith'], (published: KeyObject) => Signer>> = {
  current: (published) => ({ header: {}, sign: rs256(published) }),
  foreign: () => ({ header: {}, sign: rs256(nobodysKey().privateKey) }),
  none: () => ({ header: { alg: 'none' }, sign: () => Buffer.alloc(0) }),
  'hmac-public-key': (published) => ({
    header: { alg: 'HS256' },
    sign: (input) => {
      const pem = createPublicKey(published).export({ type: 'spki', format: 'pem' });
      return createHmac('sha256', pem).update(input).digest();
    },
  }),
  'embedded-jwk': () => {
    const { publicKey, privateKey } = nobodysKey();
    return { header: { jwk: publicKey.export({ format: 'jwk' }) }, sign: rs256(privateKey) };
  },
};

/** Made once per process, when first asked for: it is only ever used to be refused. */
let nobodys: { publicKey: KeyObject; privateKey: KeyObject } | undefined;
function nobodysKey() {
  nobodys ??= generateKeyPairSync('rsa', { modulusLength: 2048 });
  return nobodys;
}

const encode = (part: Part): string => Buffer.from(JSON.stringify(part)).toString('base64url');

const without = (part: Part, names: readonly string[]): Part =>
  Object.fromEntries(Object.entries(part).filter(([name]) => !names.includes(name)));
