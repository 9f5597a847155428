import { createPublicKey, X509Certificate } from 'node:crypto';
import { sameText } from '@lab/shared/same-text.ts';
import jwt from 'jsonwebtoken';
import {
  assertionAudienceWrong,
  assertionKeyRefused,
  assertionMalformed,
  assertionOfAnotherClient,
  assertionOutsideItsTime,
} from './aadsts.ts';
import { findByThumbprint, hasThumbprint, type KeyHints, parseKeyHints, shownThumbprint } from './assertion-key.ts';
import type { RegisteredCertificate } from './directory.ts';

/** How far a client's clock may be off. */
const SKEW_SECONDS = 300;

/** A client assertion taken apart, not yet believed. */
export type ClientAssertion = {
  readonly token: string;
  readonly hints: KeyHints;
  readonly algorithm: string;
  readonly kid: string | undefined;
  readonly claims: Readonly<Record<string, unknown>>;
};

/** Takes an assertion apart. White space around it is no part of it. @throws AADSTS50027 */
export function parseAssertion(text: string): ClientAssertion {
  const token = text.trim();
  const parts = token.split('.');
  if (parts.length !== 3 || !parts.every((part) => /^[\w-]*$/.test(part))) throw assertionMalformed();
  const header = decodeObject(parts[0]);
  const claims = decodeObject(parts[1]);
  if ('crit' in header) throw assertionMalformed('Invalid JWT token. No critical header parameter is supported.');
  // Not String(…): an object whose `toString` is no function makes that throw.
  const algorithm = typeof header.alg === 'string' ? header.alg.slice(0, 32) : '';
  const kid = typeof header.kid === 'string' && header.kid !== '' ? header.kid.slice(0, 256) : undefined;
  return { token, hints: parseKeyHints(header), algorithm, kid, claims };
}

/**
 * The registered certificate that an assertion says it is signed with.
 *
 * @throws AADSTS50027 when it names none, AADSTS700027 when the certificate is not the application's, or is out of its
 *   time.
 */
export function findAssertionKey(
  { hints }: ClientAssertion,
  clientId: string,
  registered: readonly RegisteredCertificate[],
  now: number,
): RegisteredCertificate {
  if (!hasThumbprint(hints)) {
    throw assertionMalformed(
      'Invalid JWT token. No certificate SHA-1 thumbprint, certificate SHA-256 thumbprint, nor keyId specified in the ' +
        'token header.',
    );
  }
  const thumbprint = shownThumbprint(hints);
  const key = findByThumbprint(hints, registered);
  if (!key) throw assertionKeyRefused('not found', { thumbprint, clientId });
  const { notBefore, notAfter } = validityOf(key);
  const isOutOfTime = now > notAfter || now < notBefore - SKEW_SECONDS;
  if (isOutOfTime) throw assertionKeyRefused('expired', { thumbprint, clientId, found: shownValidity(key) });
  return key;
}

/** @throws AADSTS50027 for an algorithm other than PS256 and RS256, AADSTS700027 for a signature that is not the key's. */
export function verifyAssertionSignature(
  { token, algorithm, hints }: ClientAssertion,
  key: RegisteredCertificate,
  clientId: string,
): void {
  if (algorithm !== 'PS256' && algorithm !== 'RS256') {
    throw assertionMalformed(
      `Invalid JWT token. '${algorithm}' is not a supported signature algorithm. Supported signing algorithms are: ` +
        "'RS256, PS256'.",
    );
  }
  try {
    // Time is a decision of the lab's clock (below), not of the system's.
    jwt.verify(token, createPublicKey(key.certificate), {
      algorithms: [algorithm],
      ignoreExpiration: true,
      ignoreNotBefore: true,
    });
  } catch {
    const thumbprint = shownThumbprint(hints);
    throw assertionKeyRefused('signature wrong', { thumbprint, clientId, found: shownValidity(key) });
  }
}

/** An assertion speaks for one client, as issuer and as subject. @throws AADSTS700021 */
export function verifyAssertionClient({ claims }: ClientAssertion, clientId: string): void {
  const { iss, sub } = claims;
  if (typeof iss !== 'string' || typeof sub !== 'string' || !sameText(iss, clientId) || !sameText(sub, clientId)) {
    throw assertionOfAnotherClient();
  }
}

/**
 * `exp` is required and may lie as far ahead as the client likes; `nbf` may be missing; `iat` is not looked at. MSAL for
 * Python sends floats.
 * Deviation: none known. A repeated `jti` is not refused, as Entra does not refuse it either.
 * @throws AADSTS50027 when a time is no number, AADSTS700024 outside the window.
 * @see https://learn.microsoft.com/entra/identity-platform/certificate-credentials
 */
export function verifyAssertionTime({ claims }: ClientAssertion, now: number): void {
  const { exp, nbf } = claims;
  if (!isTime(exp) || (nbf !== undefined && !isTime(nbf))) {
    throw assertionMalformed("Invalid JWT token. The 'exp' or 'nbf' claim is missing or no number.");
  }
  if (now - SKEW_SECONDS >= exp || (nbf !== undefined && now + SKEW_SECONDS < nbf)) {
    throw assertionOutsideItsTime(shownTime(now), shownTime(nbf ?? 0), shownTime(exp));
  }
}

/** @param accepted Lower case. @throws AADSTS700023 */
export function verifyAssertionAudience({ claims }: ClientAssertion, accepted: readonly string[]): void {
  const { aud } = claims;
  const one = Array.isArray(aud) && aud.length === 1 ? aud[0] : aud;
  if (typeof one !== 'string' || !accepted.includes(one.toLowerCase())) throw assertionAudienceWrong();
}

/**
 * The virtual machine on which the identity is used, ARM id, where the assertion names one: its key is with the host
 * agent, which knows. How Azure's host tells Entra is not public.
 * @param assertion One whose signature has been verified.
 */
export function hostResourceOf({ claims }: ClientAssertion): string | undefined {
  const { xms_az_rid: id } = claims;
  return typeof id === 'string' && /^\/subscriptions\/[^\s"\\]{1,1000}$/i.test(id) ? id : undefined;
}

function decodeObject(part: string | undefined): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(part ?? '', 'base64url').toString());
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Said below, without the parser's words: they quote the token.
  }
  throw assertionMalformed();
}

const isTime = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

/** The time that both the certificate and its registration are in. */
function validityOf({ certificate, validity }: RegisteredCertificate): { notBefore: number; notAfter: number } {
  const { validFromDate, validToDate } = new X509Certificate(certificate);
  const [from, to] = [validFromDate.getTime() / 1000, validToDate.getTime() / 1000];
  return {
    notBefore: Math.max(from, validity?.notBefore ?? from),
    notAfter: Math.min(to, validity?.notAfter ?? to),
  };
}

/** `Start=01/28/2018 16:00:00, End=01/28/2019 16:00:00` */
function shownValidity(key: RegisteredCertificate): string {
  const { notBefore, notAfter } = validityOf(key);
  const shown = (epochSeconds: number) =>
    new Date(epochSeconds * 1000)
      .toISOString()
      .replace(/^(\d+)-(\d+)-(\d+)T(.+)\.\d+Z$/, (_, year, month, day, time) => `${month}/${day}/${year} ${time}`);
  return `Start=${shown(notBefore)}, End=${shown(notAfter)}`;
}

/** `2026-01-31T12:00:00.0000000Z`, as .NET writes it; a date that no calendar has is shown as its number. */
function shownTime(epochSeconds: number): string {
  const date = new Date(epochSeconds * 1000);
  return Number.isNaN(date.getTime()) ? String(epochSeconds) : date.toISOString().replace(/(\.\d{3})Z$/, '$10000Z');
}
