import type { Clock } from '@lab/shared/clock.ts';
import { type AccessToken, TokenFailure } from '@lab/shared/tokens/claims.ts';
import { tokenVerifier } from '@lab/shared/tokens/verify.ts';
import type { AuthoritySource } from './keys.ts';
import { mistake } from './mistake.ts';
import type { Settings } from './options.ts';
import type { ManagedIdentity } from './types.ts';

/** A token that is good in itself, but not that of a managed identity, or not with the role. */
export class IdentityFailure extends Error {
  override readonly name = 'IdentityFailure';
  readonly check: 'app-only' | 'credential' | 'bound';

  constructor(check: IdentityFailure['check'], message: string) {
    super(message);
    this.check = check;
  }
}

type Claims = Readonly<Record<string, unknown>>;

/**
 * The managed identity that a token is of. The token is verified as the lab's services do it (signature, issuer, audience,
 * tenant, time), and then has to be one that a managed identity can have: of an application, without a user, and not got
 * with a client secret.
 *
 * @throws TokenFailure, IdentityFailure; whatever fetching keys throws.
 */
export async function verifyIdentity(
  token: string,
  { audiences, tenants, clock }: Settings,
  { keyFor, labTime }: AuthoritySource,
): Promise<ManagedIdentity> {
  const tid = claimsOf(token).tid;
  // Before keys are asked for: a stranger's token is no reason to send a request anywhere.
  const tenant = tenants.find((known) => typeof tid === 'string' && known === tid.toLowerCase());
  if (tenant === undefined || typeof tid !== 'string') {
    throw new TokenFailure('tenant', 'Tenant validation failed. Tenant did not match.');
  }
  const keyOfTenant = keyFor(tenant);
  let now = clock ? timeOf(clock) : Math.floor(Date.now() / 1000);
  const verify = tokenVerifier({
    keyFor: async (kid) => {
      // First, because keys may have rolled with the clock.
      if (labTime && !clock) now = await labTime();
      return keyOfTenant(kid);
    },
    clock: { now: () => now },
  });
  const verified = await verify(token, { tenantId: tid, audiences });
  const claims = claimsOf(token);
  requireManaged(claims, verified);
  const { oid, appid, roles, xms_mirid } = verified;
  return {
    principalId: oid,
    clientId: appid,
    tenantId: tid,
    roles,
    ...(xms_mirid !== undefined && { resourceId: xms_mirid }),
    claims,
  };
}

/** A time that is no number would neither be before nor after anything: no token would ever expire. */
function timeOf(clock: Clock): number {
  const now = clock.now();
  if (!Number.isFinite(now)) throw mistake('clock', 'now() gave no number');
  return now;
}

/**
 * @throws IdentityFailure
 * @see https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
 */
function requireManaged(claims: Claims, { oid }: AccessToken): void {
  const { idtyp, scp, sub, appidacr, azpacr, cnf } = claims;
  // `idtyp` is optional in Entra's tokens; a user's has `scp`, and a `sub` of its own for each application.
  if (scp !== undefined || (idtyp !== undefined && idtyp !== 'app') || sub !== oid) {
    throw new IdentityFailure('app-only', "The token is a user's, not an application's.");
  }
  // 1: a client secret, 0: nothing. A managed identity is proved by a certificate or a federated credential.
  if ([appidacr, azpacr].some((acr) => acr !== undefined && acr !== '2')) {
    throw new IdentityFailure('credential', 'The token was got with a client secret, which no managed identity has.');
  }
  // RFC 8705, section 3: whoever presents it has to prove that the key is theirs, and a bearer proves nothing.
  if (cnf !== undefined) {
    throw new IdentityFailure('bound', 'The token is bound to a key (cnf), so that it is no bearer token.');
  }
}

/** The claims of a token. To be believed once it is verified. */
function claimsOf(token: string): Claims {
  const [, payload = ''] = token.split('.');
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString());
    if (typeof claims === 'object' && claims !== null && !Array.isArray(claims)) return claims as Claims;
  } catch {
    // no JSON
  }
  throw new TokenFailure('format', 'Format validation failed. The token is not a JSON Web Token.');
}
