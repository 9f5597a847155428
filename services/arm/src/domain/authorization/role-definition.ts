import type { ResourceOf } from '@lab/shared/feed/resources.ts';
import { covers } from '@lab/shared/rbac/scope.ts';
import { z } from 'zod';
import { invalidParameter } from '../errors.ts';
import type { ResourceId } from '../resource-id.ts';
import { findResourceId } from '../resource-id.ts';
import type { Resources } from '../resources.ts';
import {
  invalidActions,
  invalidRole,
  invalidRoleDefinitionId,
  noDataActionsAtManagementGroup,
  roleDefinitionNotFound,
  sameNameExists,
} from './failures.ts';

export type RoleDefinition = ResourceOf<'roleDefinition'>;

const GUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
export const isGuid = (text: string): boolean => GUID.test(text);

/** GUID of a role definition from its id, which may have any scope before it: roles are compared by the GUID alone. */
export function roleGuidOf(id: string): string {
  const guid = id.split('/').at(-1) ?? '';
  const isId = /^(?:\/.*)?\/providers\/Microsoft\.Authorization\/roleDefinitions\/[^/]+$/i.test(id);
  if (!isGuid(guid) || (!isId && guid !== id)) throw invalidRoleDefinitionId(id);
  return guid.toLowerCase();
}

/**
 * A role as this tenant sees it: a built-in one, or a custom one of its own.
 * @throws AzureError RoleDefinitionDoesNotExist
 */
export function roleOf(resources: Resources, guid: string, tenantId: string): RoleDefinition {
  const role = resources.find('roleDefinition', guid);
  if (!role || !isVisibleTo(role, tenantId)) throw roleDefinitionNotFound(guid);
  return role;
}

export const isCustom = (role: RoleDefinition): boolean => role.roleType === 'CustomRole';

export const isVisibleTo = (role: RoleDefinition, tenantId: string): boolean =>
  !isCustom(role) || role.tenantId?.toLowerCase() === tenantId.toLowerCase();

const scopesOf = (role: RoleDefinition): readonly string[] => role.assignableScopes ?? ['/'];

/** Whether a role may be assigned at a scope: at one of its own scopes, or below. */
export const isAssignableAt = (role: RoleDefinition, scope: string): boolean =>
  scopesOf(role).some((assignable) => covers(assignable, scope));

/** Whether a role may be assigned somewhere below a scope. */
export const isAssignableBelow = (role: RoleDefinition, scope: string): boolean =>
  scopesOf(role).some((assignable) => covers(scope, assignable));

const actions = z.array(z.string()).nullish();

/** The body of a PUT. What Azure shows besides, and clients send back, is let pass. */
export const PutRoleDefinition = z.object({
  properties: z.object({
    roleName: z.string(),
    description: z.string().nullish(),
    type: z.string().nullish(),
    assignableScopes: z.array(z.string()),
    permissions: z.array(
      z.object({
        actions,
        notActions: actions,
        dataActions: actions,
        notDataActions: actions,
        condition: z.string().nullish(),
      }),
    ),
  }),
});
export type PutRoleDefinition = z.infer<typeof PutRoleDefinition>['properties'];

/** A custom role as it was asked for, checked for itself; `assignableScopes` parsed. */
export function customRole({ roleName, description, type, assignableScopes, permissions }: PutRoleDefinition): {
  role: Pick<RoleDefinition, 'roleName' | 'description' | 'actions' | 'notActions' | 'dataActions' | 'notDataActions'>;
  scopes: readonly ResourceId[];
} {
  if (roleName.trim() === '' || roleName.length > 512) {
    throw invalidRole('The role name has to have 1 to 512 characters.', 'properties.roleName');
  }
  if ((description ?? '').length > 2_048) {
    throw invalidRole('The description has at most 2048 characters.', 'properties.description');
  }
  if (type && type.toLowerCase() !== 'customrole') {
    throw invalidRole("Only roles of type 'CustomRole' can be written.", 'properties.type');
  }
  const [permission, ...others] = permissions;
  if (!permission || others.length > 0) {
    throw invalidRole('A custom role has exactly one set of permissions.', 'properties.permissions');
  }
  if (permission.condition) {
    throw invalidRole('A custom role has no condition; a role assignment can.', 'properties.permissions');
  }
  const role = {
    roleName: roleName.trim(),
    description: description ?? '',
    actions: permission.actions ?? [],
    notActions: permission.notActions ?? [],
    dataActions: permission.dataActions ?? [],
    notDataActions: permission.notDataActions ?? [],
  };
  for (const name of ['actions', 'notActions', 'dataActions', 'notDataActions'] as const) {
    const wrong = role[name].filter((action) => !ACTION.test(action));
    if (wrong.length > 0) throw invalidActions(wrong, `properties.permissions[0].${name}`);
    if (role[name].length > 2_048) throw invalidRole('There are too many actions.', 'properties.permissions');
  }
  const scopes = parseScopes(assignableScopes);
  const hasDataActions = role.dataActions.length > 0 || role.notDataActions.length > 0;
  if (hasDataActions && scopes.some(({ level }) => level === 'managementGroup')) throw noDataActionsAtManagementGroup();
  return { role, scopes };
}

/** `*`, or a provider and what follows it, wildcards anywhere. */
const ACTION = /^(?:\*|[A-Za-z0-9*]+(?:\.[A-Za-z0-9*]+)*(?:\/[A-Za-z0-9*$_.-]+)+)$/;

function parseScopes(assignableScopes: readonly string[]): readonly ResourceId[] {
  if (assignableScopes.length === 0 || assignableScopes.length > 2_000) {
    throw invalidParameter('A custom role has at least one assignable scope.', 'properties.assignableScopes');
  }
  return assignableScopes.map((text, index) => {
    const scope = findResourceId(text);
    const target = `properties.assignableScopes[${index}]`;
    if (!scope) throw invalidParameter(`The assignable scope '${text.slice(0, 256)}' is not valid.`, target);
    if (scope.level === 'tenant' || scope.level === 'resource') {
      throw invalidParameter(
        `The assignable scope '${scope.id}' is not valid: custom roles are assignable in management groups, subscriptions and resource groups.`,
        target,
      );
    }
    return scope;
  });
}

/** @throws AzureError RoleDefinitionWithSameNameExists: names are unique in a directory, those of built-in roles included. */
export function checkNameIsFree(
  resources: Resources,
  { roleName }: { roleName: string },
  guid: string,
  tenantId: string,
) {
  const taken = resources
    .all('roleDefinition')
    .some(
      (role) =>
        role.id.toLowerCase() !== guid &&
        isVisibleTo(role, tenantId) &&
        role.roleName.toLowerCase() === roleName.toLowerCase(),
    );
  if (taken) throw sameNameExists();
}
