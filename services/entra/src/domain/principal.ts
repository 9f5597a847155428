import { sameText } from '@lab/shared/same-text.ts';
import type { Registrations } from './application.ts';
import type { Directory, ServicePrincipal } from './directory.ts';
import { firstPartyPrincipals } from './first-party.ts';

/** A service principal of any kind, by what all of them have. */
export type Principal = {
  readonly principalId: string;
  readonly clientId: string;
  readonly tenantId: string;
  readonly displayName: string;
};

/** Managed identities, applications and Azure's own services alike, of any tenant. */
export function findAnyPrincipal(
  principalId: string,
  { directory, registrations }: { directory: Directory; registrations: Registrations },
): Principal | undefined {
  const id = principalId.toLowerCase();
  return (
    directory.findServicePrincipalById(id) ??
    registrations.findPrincipalById(id) ??
    directory
      .tenants()
      .flatMap(({ tenantId }) => firstPartyPrincipals(tenantId))
      .find((principal) => principal.principalId === id)
  );
}

/** Who tokens can be issued for: a managed identity, or an application of a tenant's own. */
export type TokenPrincipal = Principal & { readonly managedIdentity?: ServicePrincipal };

/**
 * Those that a person could mean: by object id, client id or display name, of any tenant, or of one by `contoso/operator`.
 * Without case, as Azure compares all of them.
 */
export function findTokenPrincipals(
  wanted: string,
  { directory, registrations }: { directory: Directory; registrations: Registrations },
): readonly TokenPrincipal[] {
  const slash = wanted.indexOf('/');
  const [tenantName, name] = slash < 0 ? [undefined, wanted] : [wanted.slice(0, slash), wanted.slice(slash + 1)];
  const isMeant = ({ principalId, clientId, displayName }: Principal) =>
    [principalId, clientId, displayName].some((known) => sameText(known, name));
  return directory
    .tenants()
    .filter((tenant) => tenantName === undefined || sameText(tenant.name, tenantName))
    .flatMap(({ tenantId }) => [
      ...directory.servicePrincipalsOf(tenantId).map((identity) => ({ ...identity, managedIdentity: identity })),
      ...registrations.principalsOf(tenantId),
    ])
    .filter(isMeant);
}
