import type { Kind, ResourceOf } from '@lab/shared/feed/resources.ts';
import { resourceGroupNotFound } from './errors.ts';
import { HOST_KINDS, removePrincipal, removeUserAssigned } from './identity.ts';
import type { Resources } from './resources.ts';

export type ResourceGroup = ResourceOf<'resourceGroup'>;

export const groupId = (subscriptionId: string, name: string): string =>
  `/subscriptions/${subscriptionId}/resourceGroups/${name}`;

/**
 * Letters, digits, `_ - . ( )`, at most 90, no dot last.
 * @see https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftresources
 */
export const GROUP_NAME = /^[\p{L}\p{N}_.()-]{0,89}[\p{L}\p{N}_()-]$/u;

/** @throws AzureError `not_found` ResourceGroupNotFound. */
export function groupAt(resources: Resources, subscriptionId: string, name: string): ResourceGroup {
  const group = resources.find('resourceGroup', groupId(subscriptionId, name));
  if (!group) throw resourceGroupNotFound(name);
  return group;
}

/** Kinds that lie in a place and go with it. What had an identity of its own is taken apart before. */
const PLACED: readonly Kind[] = [
  'virtualMachine',
  'site',
  'storageAccount',
  'container',
  'blob',
  'roleAssignment',
  'denyAssignment',
];

/**
 * A group with everything in it, and what was assigned there: at the group and at whatever lay in it. Its identities'
 * service principals go as well; its vaults are deleted as one at a time would be, and can be recovered.
 * @param now Epoch seconds.
 */
export function removeGroup(resources: Resources, id: string, now: number): void {
  for (const { value } of resources.within('userAssignedIdentity', id)) removeUserAssigned(resources, value);
  for (const kind of HOST_KINDS) {
    for (const { value } of resources.within(kind, id)) {
      for (const { identityType, principalId } of value.identities) {
        if (identityType === 'SystemAssigned') removePrincipal(resources, principalId);
      }
    }
  }
  for (const { id: vaultId, value } of resources.within('vault', id)) {
    resources.put({ kind: 'vault', id: vaultId, value: { ...value, deletedAt: value.deletedAt ?? now } });
  }
  for (const kind of PLACED) for (const entry of resources.within(kind, id)) resources.remove(kind, entry.id);
  resources.remove('resourceGroup', id);
}

/** What was assigned at a resource, and below it, goes with the resource. */
export function removeExtensions(resources: Resources, id: string): void {
  for (const kind of ['roleAssignment', 'denyAssignment'] as const) {
    for (const entry of resources.within(kind, id)) resources.remove(kind, entry.id);
  }
}
