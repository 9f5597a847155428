import type { RegisteredCertificate, Tenant } from './directory.ts';
import type { FederatedCredential } from './federated-credential.ts';
import { normalUri } from './resources.ts';

/** A permission that an application offers to others: in tokens, its value in `roles`. */
export type AppRole = {
  readonly id: string;
  readonly value: string | null;
  readonly displayName: string;
  readonly description: string;
  readonly isEnabled: boolean;
  readonly allowedMemberTypes: readonly string[];
};

/** An application as it is registered in its home tenant. Ids are compared without case; times are epoch seconds. */
export type Application = {
  readonly objectId: string;
  readonly clientId: string;
  readonly tenantId: string;
  readonly createdAt: number;
  readonly displayName: string;
  /** Unique in the tenant. */
  readonly identifierUris: readonly string[];
  readonly appRoles: readonly AppRole[];
  /** Of the tokens for this application. Not said means 1. */
  readonly requestedAccessTokenVersion: 1 | 2 | null;
  /** What else was written through Graph; the lab keeps it and does nothing with it. */
  readonly properties: Readonly<Record<string, unknown>>;
};

/** What an application is in its tenant: the principal that signs in, and that roles are granted to. */
export type ApplicationPrincipal = {
  readonly principalId: string;
  readonly clientId: string;
  readonly tenantId: string;
  readonly createdAt: number;
  readonly displayName: string;
  readonly accountEnabled: boolean;
  /** No token for it without one of its app roles. */
  readonly appRoleAssignmentRequired: boolean;
  readonly properties: Readonly<Record<string, unknown>>;
};

/** A client secret, of which only the hash is kept. */
export type ClientSecret = {
  readonly keyId: string;
  readonly displayName: string | null;
  /** Its first three characters. */
  readonly hint: string;
  readonly sha256: Buffer;
  readonly notBefore: number;
  readonly notAfter: number;
};

export type KeyCredential = RegisteredCertificate & {
  readonly keyId: string;
  readonly displayName: string | null;
  readonly validity: { readonly notBefore: number; readonly notAfter: number };
};

export type ApplicationFederatedCredential = FederatedCredential & {
  readonly id: string;
  /** Unique in the application, without case. */
  readonly name: string;
  readonly description: string | null;
};

/** A principal has an app role of a resource. The all-zero role is access without any particular role. */
export type AppRoleAssignment = {
  readonly id: string;
  readonly tenantId: string;
  readonly principalId: string;
  /** The resource's service principal. */
  readonly resourceId: string;
  readonly appRoleId: string;
  readonly createdAt: number;
};

/** What Graph reads and writes, and token requests are answered from. Every method is all or nothing. */
export type Registrations = {
  applicationsOf(tenantId: string): readonly Application[];
  findApplication(tenantId: string, objectId: string): Application | undefined;
  /** In its home tenant. */
  findApplicationByClientId(tenantId: string, clientId: string): Application | undefined;
  findApplicationByUri(tenantId: string, uri: string): Application | undefined;
  putApplication(application: Application): void;
  /** With its service principal, all credentials and all assignments. */
  deleteApplication(application: Application): void;

  principalsOf(tenantId: string): readonly ApplicationPrincipal[];
  findPrincipal(tenantId: string, clientId: string): ApplicationPrincipal | undefined;
  findPrincipalById(principalId: string): ApplicationPrincipal | undefined;
  putPrincipal(principal: ApplicationPrincipal): void;
  deletePrincipal(principal: ApplicationPrincipal): void;

  /** @param ownerId Object id of an application or a service principal. */
  secretsOf(ownerId: string): readonly ClientSecret[];
  addSecret(ownerId: string, secret: ClientSecret): void;
  /** Whether there was one. */
  removeSecret(ownerId: string, keyId: string): boolean;
  keysOf(ownerId: string): readonly KeyCredential[];
  putKeys(ownerId: string, keys: readonly KeyCredential[]): void;

  federatedCredentialsOf(objectId: string): readonly ApplicationFederatedCredential[];
  putFederatedCredential(objectId: string, credential: ApplicationFederatedCredential): void;
  deleteFederatedCredential(objectId: string, id: string): void;

  assignmentsOf(principalId: string): readonly AppRoleAssignment[];
  assignmentsTo(resourceId: string): readonly AppRoleAssignment[];
  findAssignment(id: string): AppRoleAssignment | undefined;
  addAssignment(assignment: AppRoleAssignment): void;
  deleteAssignment(id: string): void;
};

/**
 * Whether an application of this tenant may call itself by this URI: `api://…`, `urn:…` or a host of the tenant's own
 * domain. Nobody can take the name of another's API, Azure's own least of all.
 * @see https://learn.microsoft.com/entra/identity-platform/reference-breaking-changes#october-2021
 */
export function isIdentifierUri(uri: string, { domain }: Pick<Tenant, 'domain'>): boolean {
  if (uri.length > 255 || /[\s"'<>\\^`{|}]/.test(uri)) return false;
  if (/^(api:\/\/|urn:)[^/]/i.test(uri)) return normalUri(uri) !== 'api://azureadtokenexchange';
  if (!/^https:\/\//i.test(uri) || !URL.canParse(uri)) return false;
  const { hostname, username, password, port, search, hash } = new URL(uri);
  const own = domain.toLowerCase();
  const isOwn = hostname === own || hostname.endsWith(`.${own}`);
  return isOwn && !username && !password && !port && !search && !hash;
}
