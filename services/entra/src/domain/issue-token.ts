import type { Clock } from '@lab/shared/clock.ts';
import { applicationNotFound, resourceNotFound, secretInvalid } from './aadsts.ts';
import { accessTokenClaims, signToken, type TokenClaims, tokenHeader } from './access-token.ts';
import { acceptedAudiences } from './authority.ts';
import {
  findAssertionKey,
  hostResourceOf,
  parseAssertion,
  verifyAssertionAudience,
  verifyAssertionClient,
  verifyAssertionSignature,
  verifyAssertionTime,
} from './client-assertion.ts';
import type { Directory, ServicePrincipal, Tenant } from './directory.ts';
import { findResource } from './resources.ts';
import type { SigningKey } from './signing-key.ts';
import type { TokenRequest } from './token-request.ts';

/** Every check that a request for a token has to pass, in the order in which they are made. */
export type IssueCheck =
  | 'service principal'
  | 'credential'
  | 'assertion format'
  | 'assertion key'
  | 'assertion signature'
  | 'assertion client'
  | 'time'
  | 'audience'
  | 'resource';

/** Runs one check and notes how it went; what it throws goes on. */
export type RunCheck = <T>(check: IssueCheck, run: () => T) => T;

export type IssuedToken = {
  readonly token: string;
  readonly claims: TokenClaims;
  readonly principal: ServicePrincipal;
};

/**
 * A token for a managed identity that proved itself with its certificate, or the failure that Entra answers.
 *
 * The client has to be known before its credential is looked at, and the credential has to be good before the resource
 * is: a stranger learns nothing about a tenant's resources.
 * @param authorityOrigin Where this Entra is reached; assertions may be addressed to it, or to Entra's public name.
 */
export function issueToken(
  { tenant, request }: { tenant: Tenant; request: TokenRequest },
  {
    directory,
    signingKey,
    authorityOrigin,
    clock,
    check,
  }: {
    directory: Directory;
    signingKey: SigningKey;
    authorityOrigin: string;
    clock: Clock;
    check: RunCheck;
  },
): IssuedToken {
  const { clientId, credential, audience, clientCapabilities } = request;
  const now = clock.now();
  const principal = check('service principal', () => {
    const found = directory.findServicePrincipal(tenant.tenantId, clientId);
    if (!found) throw applicationNotFound(clientId, tenant.displayName);
    return found;
  });
  const { assertion } = check('credential', () => {
    if (credential === 'secret') throw secretInvalid(principal.clientId);
    return credential;
  });
  const parsed = check('assertion format', () => parseAssertion(assertion));
  const key = check('assertion key', () =>
    findAssertionKey(parsed, principal.clientId, directory.certificatesOf(principal.clientId), now),
  );
  check('assertion signature', () => verifyAssertionSignature(parsed, key, principal.clientId));
  check('assertion client', () => verifyAssertionClient(parsed, principal.clientId));
  check('time', () => verifyAssertionTime(parsed, now));
  check('audience', () => verifyAssertionAudience(parsed, acceptedAudiences(tenant, authorityOrigin)));
  const resource = check('resource', () => {
    const found = findResource(audience);
    if (!found) throw resourceNotFound(audience, tenant.displayName);
    return found;
  });
  const hostResourceId = hostResourceOf(parsed);
  const claims = accessTokenClaims({ principal, resource, asked: audience, now, hostResourceId, clientCapabilities });
  const token = signToken(tokenHeader(resource.tokenVersion, signingKey.kid), claims, signingKey);
  return { token, claims, principal };
}
