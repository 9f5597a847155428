import type { ResourceOf } from '@lab/shared/feed/resources.ts';
import type { FederatedCredential } from './federated-credential.ts';

export type Tenant = ResourceOf<'tenant'>;
/** The service principal of a managed identity. */
export type ServicePrincipal = ResourceOf<'servicePrincipal'>;

/** A certificate that an application signs its client assertions with. The private key is not here and never was. */
export type RegisteredCertificate = {
  /** PEM. */
  readonly certificate: string;
  readonly sha1: Buffer;
  readonly sha256: Buffer;
  /** When it may be used, epoch seconds, where that is narrower than the certificate's own time. */
  readonly validity?: { readonly notBefore: number; readonly notAfter: number };
};

/** Tenants, managed identities and what proves them, as `arm` last said. Ids are compared without case. */
export type Directory = {
  /** @param name The tenant's GUID or its verified domain. */
  findTenant(name: string): Tenant | undefined;
  tenants(): readonly Tenant[];
  findServicePrincipal(tenantId: string, clientId: string): ServicePrincipal | undefined;
  findServicePrincipalById(principalId: string): ServicePrincipal | undefined;
  servicePrincipalsOf(tenantId: string): readonly ServicePrincipal[];
  /** Oldest first. */
  certificatesOf(clientId: string): readonly RegisteredCertificate[];
  /** Of a user-assigned identity. */
  federatedCredentialsOf(clientId: string): readonly FederatedCredential[];
};
