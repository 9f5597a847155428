import { randomUUID, X509Certificate } from 'node:crypto';
import { thumbprints } from '@lab/shared/x509/certificates.ts';
import type { ClientSecret, KeyCredential } from '../domain/application.ts';
import { generateSecret } from '../domain/client-secret.ts';
import { epochOf, type KeyCredentialBody } from './bodies.ts';
import { badRequest, propertyInvalid } from './failures.ts';

const TWO_YEARS = 2 * 365 * 86_400;

/** A new secret and, for the one answer that shows it, its text. Valid for two years where nothing else is said. */
export function newSecret(
  wish: {
    displayName?: string | null | undefined;
    startDateTime?: string | null | undefined;
    endDateTime?: string | null | undefined;
  },
  now: number,
): { secret: ClientSecret; text: string } {
  const notBefore = wish.startDateTime ? epochOf(wish.startDateTime) : now;
  const notAfter = wish.endDateTime ? epochOf(wish.endDateTime) : notBefore + TWO_YEARS;
  if (notAfter <= notBefore) throw propertyInvalid('endDateTime', 'PasswordCredential');
  const { text, hint, sha256 } = generateSecret();
  const secret = { keyId: randomUUID(), displayName: wish.displayName ?? null, hint, sha256, notBefore, notAfter };
  return { secret, text };
}

/**
 * The keys that a list of `keyCredentials` asks for: it replaces the one that is there. An entry without `key` keeps the
 * one of its `keyId`, because lists that were read have none in them.
 * @throws KeyCredentialsInvalid… when one is no certificate, or is to be used outside of the certificate's own time.
 */
export function keysOf(bodies: readonly KeyCredentialBody[], known: readonly KeyCredential[]): KeyCredential[] {
  return bodies.map((body) => {
    const kept = known.find(({ keyId }) => keyId.toLowerCase() === body.keyId?.toLowerCase());
    if (!body.key) {
      if (!kept) throw propertyInvalid('keyCredentials', 'KeyCredential');
      return { ...kept, ...(body.displayName !== undefined && { displayName: body.displayName }) };
    }
    const certificate = parseCertificate(body.key);
    const from = Math.floor(certificate.validFromDate.getTime() / 1000);
    const to = Math.floor(certificate.validToDate.getTime() / 1000);
    const notBefore = body.startDateTime ? epochOf(body.startDateTime) : from;
    const notAfter = body.endDateTime ? epochOf(body.endDateTime) : to;
    if (notAfter > to || notAfter <= notBefore) throw badRequest('Key credential end date is invalid.');
    if (notBefore < from) throw badRequest('Key credential start date is invalid.');
    const pem = certificate.toString();
    return {
      keyId: body.keyId ?? randomUUID(),
      displayName: body.displayName ?? certificate.subject.split('\n').at(-1) ?? null,
      certificate: pem,
      ...thumbprints(pem),
      validity: { notBefore, notAfter },
    };
  });
}

/** Base64 of the certificate in DER, broken into lines or not; some tools send base64 of PEM. */
function parseCertificate(key: string): X509Certificate {
  const bytes = /^[\w+/=\s-]+$/.test(key) ? Buffer.from(key.replace(/\s/g, ''), 'base64') : Buffer.alloc(0);
  try {
    return new X509Certificate(bytes);
  } catch {
    throw badRequest('Key credential is invalid.');
  }
}
