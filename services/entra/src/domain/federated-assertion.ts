import type { KeyObject } from 'node:crypto';
import jwt from 'jsonwebtoken';
import {
  assertionMalformed,
  federatedSignatureWrong,
  issuerKeyUnknown,
  noFederatedCredential,
  ownTokenNotFederated,
} from './aadsts.ts';
import { hasThumbprint } from './assertion-key.ts';
import type { Client } from './client.ts';
import { type ClientAssertion, verifyAssertionTime } from './client-assertion.ts';
import type { Tenant } from './directory.ts';
import { type FederatedCredential, matchFederatedCredential } from './federated-credential.ts';

/**
 * Keys of the issuers that federated credentials name, by `kid`. Undefined when the issuer does not publish it.
 * Rejects with AADSTS50166 when its documents cannot be had.
 */
export type IssuerKeys = (issuer: string, kid: string) => Promise<KeyObject | undefined>;

/** What an assertion says of Entra itself: which tenant's token it is. Undefined for any other issuer. */
export type OwnIssuer = (issuer: string) => { readonly tenantId: string } | undefined;

/**
 * Whether an assertion is another issuer's token, and not one that the client signed itself with its certificate. Such a
 * token has no thumbprint of a certificate, but for Entra's own v1.0 tokens.
 */
export const isForeign = ({ claims, hints }: ClientAssertion, clientId: string): boolean =>
  typeof claims.iss === 'string' &&
  claims.iss.toLowerCase() !== clientId.toLowerCase() &&
  (!hasThumbprint(hints) || claims.iss.startsWith('https://'));

/**
 * The federated credential that an assertion fits. Nothing has been fetched for it yet.
 *
 * Of Entra's own tokens only those of a user-assigned identity of the same tenant are taken, and for applications only: a
 * managed identity cannot stand on another identity.
 * @param isUserAssigned Whether an object id is that of a user-assigned identity of the tenant.
 * @throws AADSTS70025 when the client has no federated credential, 700211 to 700213 when none fits, 700222.
 * @see https://learn.microsoft.com/entra/workload-id/workload-identity-federation-config-app-trust-managed-identity
 */
export function findTrust(
  assertion: ClientAssertion,
  {
    client,
    tenant,
    ownIssuer,
    isUserAssigned,
  }: { client: Client; tenant: Tenant; ownIssuer: OwnIssuer; isUserAssigned: (principalId: string) => boolean },
): FederatedCredential {
  if (client.federatedCredentials.length === 0) throw noFederatedCredential(client.clientId, client.displayName);
  const own = ownIssuer(typeof assertion.claims.iss === 'string' ? assertion.claims.iss : '');
  const credential = matchFederatedCredential(assertion, client.federatedCredentials, own !== undefined);
  if (own) {
    const isForeignTenant = own.tenantId !== tenant.tenantId;
    if (client.managedIdentity || isForeignTenant || !isUserAssigned(credential.subject)) throw ownTokenNotFederated();
  }
  return credential;
}

/**
 * Verifies a federated assertion with its issuer's key. RS256 only, and never a key that the token itself names.
 * @throws AADSTS50027, AADSTS7000272 for an unknown `kid`, AADSTS700027 for a wrong signature, AADSTS700024.
 */
export async function verifyFederatedAssertion(
  assertion: ClientAssertion,
  { issuer }: FederatedCredential,
  { issuerKeys, now }: { issuerKeys: IssuerKeys; now: number },
): Promise<void> {
  const { token, algorithm, kid } = assertion;
  if (algorithm !== 'RS256') {
    throw assertionMalformed(
      `Invalid JWT token. '${algorithm}' is not a supported signature algorithm. Supported signing algorithms are: ` +
        "'RS256'.",
    );
  }
  if (kid === undefined) throw assertionMalformed('Invalid JWT token. No keyId specified in the token header.');
  const key = await issuerKeys(issuer, kid);
  if (!key) throw issuerKeyUnknown(kid, issuer);
  try {
    // Time is a decision of the lab's clock (below), not of the system's.
    jwt.verify(token, key, { algorithms: ['RS256'], ignoreExpiration: true, ignoreNotBefore: true });
  } catch {
    throw federatedSignatureWrong(kid);
  }
  verifyAssertionTime(assertion, now);
}
