import { shortened } from '../event-redaction.ts';

/** A token as it may be shown: what it says, without the signature that makes it worth something. */
export type ShownToken = {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
};

/** Longer than any token that gets past the limit of a request's headers. */
const MOST_CHARACTERS = 32 * 1024;
const MOST_TEXT = 512;
const MOST_ENTRIES = 32;

/**
 * What a token says, decoded and not verified, or undefined for what is none.
 *
 * Only names that tokens of the lab have are shown, and the keys and addresses by which forged ones try to be believed: who
 * sends the lab a token of elsewhere does not want a person's name and address in a log. Values are texts, numbers, truth
 * values and lists of these; a key that a token brings along is named and not shown.
 * @see https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
 */
export function shownToken(token: string): ShownToken | undefined {
  if (token.length > MOST_CHARACTERS) return undefined;
  const [header, claims, signature] = token.split('.');
  if (header === undefined || claims === undefined || signature === undefined) return undefined;
  const [shownHeader, shownClaims] = [shown(header, HEADER), shown(claims, CLAIMS)];
  return shownHeader && shownClaims && { header: shownHeader, claims: shownClaims };
}

function shown(part: string, names: readonly string[]): Record<string, unknown> | undefined {
  try {
    const decoded: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    if (typeof decoded !== 'object' || decoded === null || Array.isArray(decoded)) return undefined;
    const all = decoded as Record<string, unknown>;
    return Object.fromEntries(
      names
        .filter((name) => Object.hasOwn(all, name))
        .map((name) => [name, THUMBPRINTS.includes(name) ? thumbprint(all[name]) : value(all[name])]),
    );
  } catch {
    return undefined;
  }
}

function value(of: unknown): unknown {
  if (typeof of === 'string') return shortened(of, MOST_TEXT);
  if (typeof of === 'number' || typeof of === 'boolean' || of === null) return of;
  if (Array.isArray(of) && of.every((entry) => typeof entry === 'string')) {
    return of.slice(0, MOST_ENTRIES).map((entry) => shortened(entry, MOST_TEXT));
  }
  return Array.isArray(of) ? '[…]' : '{…}';
}

/** A SHA-256 looks like any secret of its length, and a person compares its beginning. */
const thumbprint = (of: unknown): unknown =>
  typeof of === 'string' && of.length >= 40 ? `${of.slice(0, 16)}…` : value(of);

const THUMBPRINTS = ['kid', 'x5t', 'x5t#S256'];

const HEADER = ['typ', 'alg', 'kid', 'x5t', 'x5t#S256', 'jku', 'x5u', 'jwk', 'x5c', 'crit', 'enc', 'nonce'];

const CLAIMS = [
  ...['aud', 'iss', 'iat', 'nbf', 'exp', 'sub', 'jti', 'ver', 'tid', 'oid', 'appid', 'azp', 'appidacr', 'azpacr'],
  ...['idp', 'idtyp', 'app_displayname', 'groups', 'roles', 'scp', 'wids', 'uti', 'xms_mirid', 'xms_az_rid'],
  ...['xms_cc', 'xms_tcdt', 'xms_idrel', 'xms_rd'],
];
