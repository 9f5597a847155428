import type { Clock } from '../clock.ts';

/** The claims of an access token that decisions are made from. Names are the token's own. */
export type AccessToken = {
  readonly iss: string;
  readonly aud: string;
  readonly tid: string;
  readonly oid: string;
  /** `appid` of a v1.0 token, `azp` of a v2.0 token. */
  readonly appid: string;
  readonly ver: '1.0' | '2.0';
  /** Epoch seconds. */
  readonly nbf: number;
  readonly exp: number;
  readonly groups: readonly string[];
  readonly roles: readonly string[];
  /** Token id: ties together what every service says about one token. */
  readonly uti: string | undefined;
  readonly xms_mirid: string | undefined;
  /** ARM id of the machine that a user-assigned identity was used on. Shown in events; nothing is decided by it. */
  readonly xms_az_rid?: string | undefined;
};

/** Every check that a token has to pass, in the order in which they are made. */
export const TOKEN_CHECKS = [
  'format',
  'header',
  'algorithm',
  'kid',
  'key',
  'signature',
  'claims',
  'issuer',
  'audience',
  'tenant',
  'expiry',
  'not-before',
] as const;
export type TokenCheck = (typeof TOKEN_CHECKS)[number];

/** A token that failed one check. `message` names the check and holds no part of a signature. */
export class TokenFailure extends Error {
  override readonly name = 'TokenFailure';
  readonly check: TokenCheck;
  /** What the token said instead, where a service's answer shows it: issuer, audience, or the encoded header. */
  readonly found: string | undefined;

  constructor(check: TokenCheck, message: string, found?: string) {
    super(message);
    this.check = check;
    this.found = found;
  }
}

/** What a service expects of the tokens that it accepts. */
export type Expectation = {
  /** Tenant GUID of the resource, not of the caller. */
  readonly tenantId: string;
  /** Compared exactly, slash included: Azure's services do not normalise. */
  readonly audiences: readonly string[];
};

/** Issuers of tokens of one tenant: that of v1.0 tokens, and that of v2.0 tokens. */
export const issuersOf = (tenantId: string) => ({
  '1.0': `https://sts.windows.net/${tenantId}/`,
  '2.0': `https://login.microsoftonline.com/${tenantId}/v2.0`,
});

/**
 * The claims of a token whose signature has been verified, checked in Azure's order: issuer, audience, tenant, time.
 *
 * @param claims The decoded payload, as untrusted as its signature was before it was verified: any JSON value.
 * @throws TokenFailure of the first check that fails. No clock skew is granted: all services share one host's clock.
 * @see https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
 */
export function verifyClaims(claims: unknown, { tenantId, audiences }: Expectation, clock: Clock): AccessToken {
  const token = parseClaims(claims);
  if (token.iss !== issuersOf(tenantId)[token.ver]) {
    throw new TokenFailure('issuer', 'Issuer validation failed. Issuer did not match.', token.iss);
  }
  if (!audiences.includes(token.aud)) {
    throw new TokenFailure('audience', 'Audience validation failed. Audience did not match.', token.aud);
  }
  if (token.tid !== tenantId) {
    throw new TokenFailure('tenant', 'Tenant validation failed. Tenant did not match.', token.tid);
  }
  const now = clock.now();
  if (now >= token.exp) throw new TokenFailure('expiry', 'Lifetime validation failed. The token is expired.');
  if (now < token.nbf) throw new TokenFailure('not-before', 'Lifetime validation failed. The token is not yet valid.');
  return token;
}

function parseClaims(claims: unknown): AccessToken {
  if (typeof claims !== 'object' || claims === null || Array.isArray(claims)) throw missing('the claims are no object');
  const all = claims as Readonly<Record<string, unknown>>;
  const ver = text(all, 'ver');
  if (ver !== '1.0' && ver !== '2.0') throw missing("'ver' is neither 1.0 nor 2.0");
  return {
    iss: text(all, 'iss'),
    aud: text(all, 'aud'),
    tid: text(all, 'tid'),
    oid: text(all, 'oid'),
    appid: text(all, ver === '1.0' ? 'appid' : 'azp'),
    ver,
    nbf: seconds(all, 'nbf'),
    exp: seconds(all, 'exp'),
    groups: texts(all, 'groups'),
    roles: texts(all, 'roles'),
    uti: optionalText(all, 'uti'),
    xms_mirid: optionalText(all, 'xms_mirid'),
    xms_az_rid: optionalText(all, 'xms_az_rid'),
  };
}

type Claims = Readonly<Record<string, unknown>>;

const missing = (what: string) => new TokenFailure('claims', `Claims validation failed. A claim is missing: ${what}.`);

function text(claims: Claims, name: string): string {
  const value = claims[name];
  if (typeof value !== 'string' || value === '') throw missing(`'${name}' is not a text`);
  return value;
}

function seconds(claims: Claims, name: string): number {
  const value = claims[name];
  if (typeof value !== 'number' || !Number.isFinite(value)) throw missing(`'${name}' is not a number`);
  return value;
}

function texts(claims: Claims, name: string): readonly string[] {
  const value = claims[name];
  if (value === undefined) return [];
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) throw missing(`'${name}' is no list`);
  return value;
}

const optionalText = (claims: Claims, name: string): string | undefined =>
  claims[name] === undefined ? undefined : text(claims, name);
