import type { AppRole, Registrations } from './application.ts';
import type { Tenant } from './directory.ts';
import { firstPartyPrincipals } from './first-party.ts';
import { findResource } from './resources.ts';

/** What a token can be for in a tenant: a service of Azure, or an application of the tenant's own. */
export type TokenResource = {
  readonly name: string;
  /** Absent where it is not published. */
  readonly applicationId?: string;
  readonly tokenVersion: '1.0' | '2.0';
  readonly isFirstParty: boolean;
  /** Its service principal in the tenant, which app roles are granted on. */
  readonly principalId?: string;
  readonly appRoles: readonly AppRole[];
  readonly assignmentRequired: boolean;
};

/** A service of Azure, which every tenant has. */
export function firstPartyResource(asked: string, tenantId: string): TokenResource | undefined {
  const known = findResource(asked);
  if (!known) return undefined;
  const { name, applicationId, tokenVersion } = known;
  const principal = firstPartyPrincipals(tenantId).find(({ clientId }) => clientId === applicationId);
  return {
    name,
    ...(applicationId !== undefined && { applicationId }),
    tokenVersion,
    isFirstParty: true,
    ...(principal && { principalId: principal.principalId }),
    appRoles: principal?.appRoles ?? [],
    assignmentRequired: false,
  };
}

/**
 * The resource that a client asks for, by identifier URI or application id. Azure's own come first, so no application
 * of a tenant's can stand in for one of them.
 * @returns undefined when the tenant has none of that name, or only an application without service principal.
 */
export function findTokenResource(
  asked: string,
  tenant: Tenant,
  registrations: Registrations,
): TokenResource | undefined {
  const azures = firstPartyResource(asked, tenant.tenantId);
  if (azures) return azures;
  const application =
    registrations.findApplicationByUri(tenant.tenantId, asked) ??
    registrations.findApplicationByClientId(tenant.tenantId, asked);
  const principal = application && registrations.findPrincipal(tenant.tenantId, application.clientId);
  if (!application || !principal) return undefined;
  return {
    name: application.displayName,
    applicationId: application.clientId,
    tokenVersion: application.requestedAccessTokenVersion === 2 ? '2.0' : '1.0',
    isFirstParty: false,
    principalId: principal.principalId,
    appRoles: application.appRoles,
    assignmentRequired: principal.appRoleAssignmentRequired,
  };
}
