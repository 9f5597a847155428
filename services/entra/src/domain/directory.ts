import type { ResourceOf } from '@lab/shared/feed/resources.ts';

export type Tenant = ResourceOf<'tenant'>;
export type ServicePrincipal = ResourceOf<'servicePrincipal'>;

/** A certificate that an application signs its client assertions with. The private key is not here and never was. */
export type RegisteredCertificate = {
  /** PEM. */
  readonly certificate: string;
  readonly sha1: Buffer;
  readonly sha256: Buffer;
};

/** Tenants, service principals and their certificates, as `arm` last said. Ids are compared without case. */
export type Directory = {
  /** @param name The tenant's GUID or its verified domain. */
  findTenant(name: string): Tenant | undefined;
  findServicePrincipal(tenantId: string, clientId: string): ServicePrincipal | undefined;
  findServicePrincipalById(principalId: string): ServicePrincipal | undefined;
  /** Oldest first. */
  certificatesOf(clientId: string): readonly RegisteredCertificate[];
};
