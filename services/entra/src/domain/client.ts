import { applicationDisabled, applicationNotFound, servicePrincipalMissing } from './aadsts.ts';
import type { ClientSecret, Registrations } from './application.ts';
import type { Directory, RegisteredCertificate, ServicePrincipal, Tenant } from './directory.ts';
import type { FederatedCredential } from './federated-credential.ts';

/** Who asks for a token, and everything that could prove it: a managed identity, or an application. */
export type Client = {
  readonly principalId: string;
  readonly clientId: string;
  readonly tenantId: string;
  readonly displayName: string;
  /** Absent for an application. */
  readonly managedIdentity?: Pick<ServicePrincipal, 'identityType' | 'resourceId'>;
  readonly secrets: readonly ClientSecret[];
  readonly certificates: readonly RegisteredCertificate[];
  readonly federatedCredentials: readonly FederatedCredential[];
};

/**
 * The client in this tenant. An application of another tenant is as unknown as one that does not exist.
 * @throws AADSTS700016 when there is none, AADSTS7000229 for an application without service principal, AADSTS7000112 for
 *   one that is disabled.
 */
export function findClient(
  tenant: Tenant,
  clientId: string,
  { directory, registrations }: { directory: Directory; registrations: Registrations },
): Client {
  const { tenantId } = tenant;
  const identity = directory.findServicePrincipal(tenantId, clientId);
  if (identity) {
    const { principalId, displayName, identityType, resourceId } = identity;
    return {
      principalId,
      clientId: identity.clientId,
      tenantId,
      displayName,
      managedIdentity: { identityType, resourceId },
      secrets: [],
      certificates: directory.certificatesOf(clientId),
      federatedCredentials: directory.federatedCredentialsOf(clientId),
    };
  }
  const application = registrations.findApplicationByClientId(tenantId, clientId);
  if (!application) throw applicationNotFound(clientId, tenant.displayName);
  const principal = registrations.findPrincipal(tenantId, clientId);
  if (!principal) throw servicePrincipalMissing(application.clientId, tenantId);
  if (!principal.accountEnabled) throw applicationDisabled(application.clientId, principal.displayName);
  // Credentials of the service principal are as good as those of its application.
  const owners = [application.objectId, principal.principalId];
  return {
    principalId: principal.principalId,
    clientId: application.clientId,
    tenantId,
    displayName: application.displayName,
    secrets: owners.flatMap((owner) => registrations.secretsOf(owner)),
    certificates: owners.flatMap((owner) => registrations.keysOf(owner)),
    federatedCredentials: registrations.federatedCredentialsOf(application.objectId),
  };
}
