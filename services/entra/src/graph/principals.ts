import { sameText } from '@lab/shared/same-text.ts';
import type { ApplicationPrincipal, Registrations } from '../domain/application.ts';
import type { Directory, ServicePrincipal, Tenant } from '../domain/directory.ts';
import { type FirstPartyPrincipal, firstPartyPrincipals } from '../domain/first-party.ts';
import { requestDenied, resourceNotFound } from './failures.ts';
import { toApplicationPrincipal, toFirstPartyPrincipal, toIdentityPrincipal } from './views.ts';

/** A service principal of a tenant, by what may be done with it: only those of applications are the tenant's to change. */
export type TenantPrincipal =
  | { readonly kind: 'application'; readonly value: ApplicationPrincipal }
  | { readonly kind: 'identity'; readonly value: ServicePrincipal }
  | { readonly kind: 'first-party'; readonly value: FirstPartyPrincipal };

export type Stores = { readonly directory: Directory; readonly registrations: Registrations };

export function principalsIn({ tenantId }: Tenant, { directory, registrations }: Stores): TenantPrincipal[] {
  return [
    ...registrations.principalsOf(tenantId).map((value) => ({ kind: 'application' as const, value })),
    ...directory.servicePrincipalsOf(tenantId).map((value) => ({ kind: 'identity' as const, value })),
    ...firstPartyPrincipals(tenantId).map((value) => ({ kind: 'first-party' as const, value })),
  ];
}

/**
 * By object id, or as `appId=…` by client id. One of another tenant is as unknown as one that does not exist.
 */
export function findPrincipalIn(tenant: Tenant, key: string, stores: Stores): TenantPrincipal | undefined {
  const { directory, registrations } = stores;
  const [, clientId] = /^appId=(.*)$/i.exec(key) ?? [];
  const application =
    clientId === undefined
      ? registrations.findPrincipalById(key)
      : registrations.findPrincipal(tenant.tenantId, clientId);
  if (application && sameText(application.tenantId, tenant.tenantId))
    return { kind: 'application', value: application };
  const identity =
    clientId === undefined
      ? directory.findServicePrincipalById(key)
      : directory.findServicePrincipal(tenant.tenantId, clientId);
  if (identity && sameText(identity.tenantId, tenant.tenantId)) return { kind: 'identity', value: identity };
  const wanted = (clientId ?? key).toLowerCase();
  const value = firstPartyPrincipals(tenant.tenantId).find(
    (known) => (clientId === undefined ? known.principalId : known.clientId) === wanted,
  );
  return value && { kind: 'first-party', value };
}

/** @throws Request_ResourceNotFound */
export function principalIn(tenant: Tenant, key: string, stores: Stores): TenantPrincipal {
  const principal = findPrincipalIn(tenant, key, stores);
  if (!principal) throw resourceNotFound(key);
  return principal;
}

/** One that is the tenant's to change: managed identities live with their resource, Azure's services with Microsoft. */
export function ownPrincipalIn(tenant: Tenant, key: string, stores: Stores): ApplicationPrincipal {
  const principal = principalIn(tenant, key, stores);
  if (principal.kind !== 'application') throw requestDenied();
  return principal.value;
}

export function toServicePrincipal(principal: TenantPrincipal, { registrations }: Stores) {
  if (principal.kind === 'identity') return toIdentityPrincipal(principal.value);
  if (principal.kind === 'first-party') return toFirstPartyPrincipal(principal.value);
  const { tenantId, clientId } = principal.value;
  const application = registrations.findApplicationByClientId(tenantId, clientId);
  return toApplicationPrincipal(principal.value, application, registrations);
}
