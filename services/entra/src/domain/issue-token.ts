import type { Clock } from '@lab/shared/clock.ts';
import { appRoleRequired, resourceNotFound } from './aadsts.ts';
import { accessTokenClaims, type ProvedBy, signToken, type TokenClaims, tokenHeader } from './access-token.ts';
import { findTokenResource } from './api-resource.ts';
import { rolesGranted } from './app-roles.ts';
import type { Registrations } from './application.ts';
import { acceptedAudiences } from './authority.ts';
import { type Client, findClient } from './client.ts';
import {
  findAssertionKey,
  hostResourceOf,
  parseAssertion,
  verifyAssertionAudience,
  verifyAssertionClient,
  verifyAssertionSignature,
  verifyAssertionTime,
} from './client-assertion.ts';
import { verifySecret } from './client-secret.ts';
import type { Directory, Tenant } from './directory.ts';
import {
  findTrust,
  type IssuerKeys,
  isForeign,
  type OwnIssuer,
  verifyFederatedAssertion,
} from './federated-assertion.ts';
import type { SigningKey } from './signing-key.ts';
import type { ClientCredential, TokenRequest } from './token-request.ts';

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
  | 'federated credential'
  | 'federated assertion'
  | 'resource'
  | 'app role';

/** Runs one check and notes how it went; what it throws, or rejects with, goes on. */
export type RunCheck = <T>(check: IssueCheck, run: () => T) => T;

export type IssuedToken = {
  readonly token: string;
  readonly claims: TokenClaims;
  readonly client: Client;
};

export type IssueParts = {
  readonly directory: Directory;
  readonly registrations: Registrations;
  readonly signingKey: SigningKey;
  /** Where this Entra is reached; assertions may be addressed to it, or to Entra's public name. */
  readonly authorityOrigin: string;
  readonly issuerKeys: IssuerKeys;
  readonly ownIssuer: OwnIssuer;
  readonly clock: Clock;
  readonly check: RunCheck;
  /** Told where a managed identity is used, ARM id of the machine, once its assertion has been believed. */
  readonly onHost?: (resourceId: string) => void;
};

/**
 * A token for a client that proved itself, or the failure that Entra answers.
 *
 * The client has to be known before its credential is looked at, and the credential has to be good before the resource
 * is: a stranger learns nothing about a tenant's resources.
 */
export async function issueToken(
  { tenant, request }: { tenant: Tenant; request: TokenRequest },
  parts: IssueParts,
): Promise<IssuedToken> {
  const { signingKey, registrations, clock, check } = parts;
  const { clientId, credential, audience, clientCapabilities } = request;
  const findOne = () => findClient(tenant, clientId, parts);
  const client = check('service principal', findOne);
  const { provedBy, hostResourceId } = await proveClient(credential, { client, findAgain: findOne, tenant }, parts);

  const resource = check('resource', () => {
    const found = findTokenResource(audience, tenant, registrations);
    if (!found) throw resourceNotFound(audience, tenant.displayName);
    return found;
  });
  const assigned = registrations
    .assignmentsOf(client.principalId)
    .filter(({ resourceId }) => resourceId === resource.principalId?.toLowerCase())
    .map(({ appRoleId }) => appRoleId);
  if (resource.assignmentRequired) {
    check('app role', () => {
      if (assigned.length === 0) throw appRoleRequired(client, { asked: audience, name: resource.name });
    });
  }
  const claims = accessTokenClaims({
    subject: client,
    provedBy,
    resource,
    asked: audience,
    now: clock.now(),
    roles: rolesGranted(resource.appRoles, assigned),
    hostResourceId,
    clientCapabilities,
  });
  const token = signToken(tokenHeader(resource.tokenVersion, signingKey.kid), claims, signingKey);
  return { token, claims, client };
}

/**
 * How a client proved who it is; throws what Entra answers when it did not.
 * @param findAgain The client as it is by then.
 */
async function proveClient(
  credential: ClientCredential,
  { client, findAgain, tenant }: { client: Client; findAgain: () => Client; tenant: Tenant },
  { directory, authorityOrigin, issuerKeys, ownIssuer, clock, check, onHost }: IssueParts,
): Promise<{ provedBy: ProvedBy; hostResourceId?: string | undefined }> {
  const { clientId, secrets, certificates } = client;
  const now = clock.now();
  if ('secret' in credential) {
    check('credential', () => verifySecret(credential.secret, { clientId, secrets, now }));
    return { provedBy: 'secret' };
  }
  const parsed = check('assertion format', () => parseAssertion(credential.assertion));
  if (isForeign(parsed, clientId)) {
    const isUserAssigned = (principalId: string) => {
      const identity = directory.findServicePrincipalById(principalId);
      return identity?.identityType === 'UserAssigned' && identity.tenantId === tenant.tenantId;
    };
    const trustOf = (client: Client) => findTrust(parsed, { client, tenant, ownIssuer, isUserAssigned });
    const trust = check('federated credential', () => trustOf(client));
    await check('federated assertion', () => verifyFederatedAssertion(parsed, trust, { issuerKeys, now }));
    // The issuer may have been slow: who has lost the credential meanwhile, or has gone, gets no token any more.
    trustOf(findAgain());
    return { provedBy: 'assertion' };
  }
  const key = check('assertion key', () => findAssertionKey(parsed, clientId, certificates, now));
  check('assertion signature', () => verifyAssertionSignature(parsed, key, clientId));
  check('assertion client', () => verifyAssertionClient(parsed, clientId));
  check('time', () => verifyAssertionTime(parsed, now));
  check('audience', () => verifyAssertionAudience(parsed, acceptedAudiences(tenant, authorityOrigin)));
  const hostResourceId = hostResourceOf(parsed);
  if (hostResourceId !== undefined) onHost?.(hostResourceId);
  return { provedBy: 'assertion', hostResourceId };
}
