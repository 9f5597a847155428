import type { ResourceOf } from '@lab/shared/feed/resources.ts';
import { conflict, notFound, resourceNotFound } from './errors.ts';
import { IDENTITY_TYPE, newPrincipal } from './identity.ts';
import type { ResourceGroup } from './resource-group.ts';
import type { Resources } from './resources.ts';

export type UserAssignedIdentity = ResourceOf<'userAssignedIdentity'>;

/** 3 to 128 letters, digits, `-` and `_`, a letter or digit first. */
export const IDENTITY_NAME = /^[a-z0-9][a-z0-9_-]{2,127}$/i;

export const identityId = (groupId: string, name: string): string => `${groupId}/providers/${IDENTITY_TYPE}/${name}`;

/** @throws AzureError `not_found` ResourceNotFound. */
export function identityAt(resources: Resources, groupId: string, name: string): UserAssignedIdentity {
  const identity = resources.find('userAssignedIdentity', identityId(groupId, name));
  if (!identity) throw resourceNotFound(IDENTITY_TYPE, name, groupId.split('/').at(-1) ?? '');
  return identity;
}

/**
 * An identity as it shall be: a new one with a service principal of its own, or a known one with other tags.
 * @throws AzureError `conflict` InvalidResourceLocation where a known one is somewhere else.
 */
export function putIdentity(
  resources: Resources,
  group: ResourceGroup,
  tenantId: string,
  { name, location, tags }: { name: string; location: string; tags: Record<string, string> | undefined },
): { created: boolean; identity: UserAssignedIdentity } {
  const id = identityId(group.resourceId, name);
  const known = resources.find('userAssignedIdentity', id);
  if (known && known.location !== location) throw alreadyElsewhere(known, location);
  const { principalId, clientId } =
    known ?? newPrincipal(resources, { resourceId: id, displayName: name, tenantId, identityType: 'UserAssigned' });
  const place = known ?? { resourceId: id, name, tenantId, ...{ subscriptionId: group.subscriptionId } };
  const { tags: _, ...rest } = { ...place, resourceGroup: group.name, location, principalId, clientId, tags };
  const identity: UserAssignedIdentity = { ...rest, ...(tags && { tags }) };
  resources.put({ kind: 'userAssignedIdentity', id: identity.resourceId, value: identity });
  return { created: known === undefined, identity };
}

export const alreadyElsewhere = (
  { name, location, resourceGroup }: { name: string; location: string; resourceGroup: string },
  asked: string,
) =>
  conflict(
    'InvalidResourceLocation',
    `The resource '${name}' already exists in location '${location}' in resource group '${resourceGroup}'. A resource with the same name cannot be created in location '${asked}'. Please select a new resource name.`,
  );

export const federatedCredentialNotFound = (name: string) =>
  notFound('NotFound', `The federated identity credential '${name}' could not be found.`);
