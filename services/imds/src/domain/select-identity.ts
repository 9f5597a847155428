import type { Query } from '@lab/shared/http/request.ts';
import { identityNotFound, selectorsExclusive, severalIdentities } from './failures.ts';
import type { Identity } from './host.ts';

/** How a caller names the identity that it wants, and the value as it was sent. */
export type Selector = { readonly by: 'clientId' | 'principalId' | 'resourceId'; readonly value: string };

/** Every name that a client is known to use. `msi-res-id` is what .NET's chained credential sends. */
const SELECTORS: Readonly<Record<string, Selector['by']>> = {
  client_id: 'clientId',
  object_id: 'principalId',
  principal_id: 'principalId',
  msi_res_id: 'resourceId',
  mi_res_id: 'resourceId',
  'msi-res-id': 'resourceId',
};

/**
 * The selector of a query; undefined when there is none. One that is there and empty is one that matches nothing.
 * @throws AzureError `invalid_request` when there are two, whatever they say.
 */
export function parseSelector(query: Query): Selector | undefined {
  const sent = Object.entries(SELECTORS).flatMap(([name, by]) => {
    const value = query.get(name);
    return value === undefined ? [] : [{ by, value }];
  });
  if (sent.length > 1) throw selectorsExclusive();
  return sent[0];
}

/**
 * The identity that IMDS gives a token for: the one that is selected, else the system-assigned one, else the only
 * user-assigned one. Ids are compared without case.
 *
 * The system-assigned identity answers to its own client and object id too (inferred); to a resource id only
 * user-assigned ones answer, as documented.
 *
 * @throws AzureError `invalid_request` where there is none, or too many to choose from.
 * @see https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token
 */
export function selectIdentity(identities: readonly Identity[], selector: Selector | undefined): Identity {
  if (selector) return found(matching(identities, selector));
  const system = systemAssigned(identities);
  if (system) return system;
  if (identities.length > 1) throw severalIdentities();
  return found(identities[0]);
}

/** The same for the App Service protocol: without a selector it is always the system-assigned one. */
export function selectAppServiceIdentity(
  identities: readonly Identity[],
  selector: Selector | undefined,
): Identity | undefined {
  return selector ? matching(identities, selector) : systemAssigned(identities);
}

function matching(identities: readonly Identity[], { by, value }: Selector): Identity | undefined {
  const wanted = value.toLowerCase();
  return identities.find(
    (identity) =>
      identity[by].toLowerCase() === wanted && (by !== 'resourceId' || identity.identityType === 'UserAssigned'),
  );
}

const systemAssigned = (identities: readonly Identity[]) =>
  identities.find(({ identityType }) => identityType === 'SystemAssigned');

function found(identity: Identity | undefined): Identity {
  if (!identity) throw identityNotFound();
  return identity;
}
