import type { Registrations } from './application.ts';
import type { Directory } from './directory.ts';
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
