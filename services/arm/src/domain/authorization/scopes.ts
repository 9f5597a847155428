import type { Kind } from '@lab/shared/feed/resources.ts';
import { notFound, resourceNotFound } from '../errors.ts';
import { groupAt } from '../resource-group.ts';
import type { ResourceId } from '../resource-id.ts';
import type { Resources } from '../resources.ts';

export type ResourceKind = Extract<
  Kind,
  'vault' | 'storageAccount' | 'virtualMachine' | 'userAssignedIdentity' | 'site'
>;

/** What roles can be assigned on besides groups and subscriptions: every resource that the lab can have. */
export const KIND_OF: Readonly<Record<string, ResourceKind>> = {
  'microsoft.keyvault/vaults': 'vault',
  'microsoft.storage/storageaccounts': 'storageAccount',
  'microsoft.compute/virtualmachines': 'virtualMachine',
  'microsoft.managedidentity/userassignedidentities': 'userAssignedIdentity',
  'microsoft.web/sites': 'site',
};

/** From the outermost place, which is the tenant, to the scope itself. */
export function pathTo(scope: ResourceId): readonly ResourceId[] {
  return scope.parent ? [...pathTo(scope.parent), scope] : [scope];
}

/** The id of an extension on a scope, such as a role assignment; without name, the place where all of them are. */
export const extensionId = (scope: ResourceId | string, type: string, name?: string): string => {
  const id = typeof scope === 'string' ? scope : scope.id;
  return `${id === '/' ? '' : id}/providers/Microsoft.Authorization/${type}${name === undefined ? '' : `/${name}`}`;
};

/**
 * Throws when there is nothing at this scope. What lies within a resource, a secret or a container, is the data plane's
 * and need not exist. The subscription has been found before.
 * @throws AzureError ResourceGroupNotFound, ResourceNotFound, ManagementGroupNotFound
 */
export function checkExists(resources: Resources, scope: ResourceId): void {
  const path = pathTo(scope);
  const managementGroup = path.find(({ level }) => level === 'managementGroup');
  if (managementGroup) {
    throw notFound('NotFound', `The management group '${managementGroup.name}' cannot be found.`);
  }
  const { subscriptionId, resourceGroup } = scope;
  if (subscriptionId !== undefined && resourceGroup !== undefined) groupAt(resources, subscriptionId, resourceGroup);
  const outermost = path.find(({ level }) => level === 'resource');
  if (!outermost) return;
  const { id, name, type = '' } = outermost;
  const kind = KIND_OF[type.toLowerCase()];
  const found = kind && resources.find(kind, id);
  if (!found || ('deletedAt' in found && found.deletedAt !== undefined)) {
    throw resourceNotFound(type, name, resourceGroup ?? '');
  }
}

/** Whether a scope is of this tenant. The root is everybody's. */
export function isOfTenant(resources: Resources, scope: string, tenantId: string): boolean {
  const [, subscription] = /^(\/subscriptions\/[^/]+)/i.exec(scope) ?? [];
  if (subscription === undefined) return true;
  return resources.find('subscription', subscription)?.tenantId.toLowerCase() === tenantId.toLowerCase();
}
