import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { secretExpired, secretInvalid } from './aadsts.ts';
import type { ClientSecret } from './application.ts';

/** A new secret as Entra makes them, 40 characters of which the first three may be shown. Nobody keeps it but the caller. */
export function generateSecret(): { text: string; hint: string; sha256: Buffer } {
  // A first character other than a letter or a digit would be an option to command lines.
  const hint = randomBytes(24).toString('base64url').replace(/[-_]/g, '').slice(0, 3).padEnd(3, '0');
  const text = `${hint}8Q~${randomBytes(26).toString('base64url').slice(0, 34)}`;
  return { text, hint, sha256: hashOf(text) };
}

/**
 * Whether the secret is one of those registered, and in its time.
 *
 * Hashes are compared, each in constant time and all of them, so that the answer's time says nothing. They are plain
 * SHA-256: a secret is 40 random characters, which no slow hash is needed for.
 * @throws AADSTS7000215 when it is none of them, or not valid yet; AADSTS7000222 when it is one that has expired.
 */
export function verifySecret(
  text: string,
  { clientId, secrets, now }: { clientId: string; secrets: readonly ClientSecret[]; now: number },
): void {
  const hash = hashOf(text);
  const matching = secrets.filter(({ sha256 }) => timingSafeEqual(sha256, hash));
  if (matching.length === 0) throw secretInvalid(clientId);
  const begun = matching.filter(({ notBefore }) => now >= notBefore);
  if (begun.length === 0) throw secretInvalid(clientId);
  if (!begun.some(({ notAfter }) => now < notAfter)) throw secretExpired(clientId);
}

const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest();
