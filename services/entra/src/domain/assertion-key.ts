import { createHash } from 'node:crypto';
import { assertionMalformed } from './aadsts.ts';
import type { RegisteredCertificate } from './directory.ts';

/**
 * How an assertion's header names the certificate that it is signed with. Each is the bytes, not the text: clients
 * write base64url with padding (Python), without (JS, .NET, Java) or standard base64 (Go).
 */
export type KeyHints = {
  readonly sha1?: Buffer;
  readonly sha256?: Buffer;
  /** SHA-256 of the first certificate of `x5c`, which is an array, or in .NET one string. */
  readonly leaf?: Buffer;
};

export function parseKeyHints(header: Readonly<Record<string, unknown>>): KeyHints {
  const { x5t, 'x5t#S256': x5tS256, x5c } = header;
  const leaf: unknown = Array.isArray(x5c) ? x5c[0] : x5c;
  return {
    ...(x5t !== undefined && { sha1: decode(x5t, 20) }),
    ...(x5tS256 !== undefined && { sha256: decode(x5tS256, 32) }),
    ...(leaf !== undefined && { leaf: createHash('sha256').update(decode(leaf)).digest() }),
  };
}

export const hasThumbprint = ({ sha1, sha256, leaf }: KeyHints): boolean => Boolean(sha1 ?? sha256 ?? leaf);

/**
 * The registered certificate that all of the hints fit; one that names two different certificates fits none. A chain in
 * `x5c` is no reason to trust: the leaf itself has to be registered.
 * Deviation: Entra can trust `x5c` by subject and issuer, for the applications of its own services only.
 */
export const findByThumbprint = (
  { sha1, sha256, leaf }: KeyHints,
  registered: readonly RegisteredCertificate[],
): RegisteredCertificate | undefined =>
  registered.find(
    (certificate) =>
      (!sha1 || certificate.sha1.equals(sha1)) &&
      (!sha256 || certificate.sha256.equals(sha256)) &&
      (!leaf || certificate.sha256.equals(leaf)),
  );

/** As Entra shows it: upper-case hexadecimal. */
export const shownThumbprint = ({ sha1, sha256, leaf }: KeyHints): string =>
  (sha1 ?? sha256 ?? leaf)?.toString('hex').toUpperCase() ?? '';

/** Node's decoder takes both alphabets, with and without padding, and drops everything else: so that is refused here. */
function decode(text: unknown, length?: number): Buffer {
  if (typeof text !== 'string' || !/^[\w+/-]+={0,2}$/.test(text)) throw assertionMalformed();
  const bytes = Buffer.from(text, 'base64');
  if (length !== undefined && bytes.length !== length) throw assertionMalformed();
  return bytes;
}
