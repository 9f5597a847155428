import type { ResourceOf } from '@lab/shared/feed/resources.ts';
import { extensionId } from '../../domain/authorization/scopes.ts';
import { parseResourceId } from '../../domain/resource-id.ts';

/** Built-in roles are as old as role-based access control. */
const BUILT_IN_CREATED = '2015-02-02T21:55:09.8806423Z';
const BUILT_IN_UPDATED = '2021-11-11T20:13:28.6061853Z';

/** ISO 8601 with seven decimals, as Azure writes it. @param seconds Epoch seconds. */
const time = (seconds: number | undefined): string | null =>
  seconds === undefined ? null : new Date(seconds * 1_000).toISOString().replace('Z', '0000Z');

/**
 * The id of a role definition as seen from a scope: with the subscription before it, and never more than that, whatever
 * the scope. The Azure CLI compares ids of definitions and of assignments as they are.
 */
function roleDefinitionId(scope: string, guid: string): string {
  const { subscriptionId } = parseResourceId(scope);
  return extensionId(subscriptionId === undefined ? '/' : `/subscriptions/${subscriptionId}`, 'roleDefinitions', guid);
}

export const toRoleDefinition = (scope: string, role: ResourceOf<'roleDefinition'>) => {
  const { id, roleName, description, actions, notActions, dataActions, notDataActions } = role;
  const isCustom = role.roleType === 'CustomRole';
  return {
    properties: {
      roleName,
      type: isCustom ? 'CustomRole' : 'BuiltInRole',
      description,
      assignableScopes: role.assignableScopes ?? ['/'],
      permissions: [{ actions, notActions, dataActions, notDataActions }],
      createdOn: isCustom ? time(role.createdAt) : BUILT_IN_CREATED,
      updatedOn: isCustom ? time(role.updatedAt) : BUILT_IN_UPDATED,
      createdBy: null,
      updatedBy: null,
    },
    id: roleDefinitionId(scope, id),
    type: 'Microsoft.Authorization/roleDefinitions',
    name: id,
  };
};

export const toRoleAssignment = (assignment: ResourceOf<'roleAssignment'>) => ({
  properties: {
    roleDefinitionId: roleDefinitionId(assignment.scope, assignment.roleDefinitionId),
    principalId: assignment.principalId,
    principalType: assignment.principalType,
    scope: assignment.scope,
    condition: assignment.condition ?? null,
    conditionVersion: assignment.conditionVersion ?? null,
    createdOn: time(assignment.createdAt),
    updatedOn: time(assignment.updatedAt ?? assignment.createdAt),
    createdBy: assignment.createdBy ?? null,
    updatedBy: assignment.updatedBy ?? null,
    delegatedManagedIdentityResourceId: null,
    description: assignment.description ?? null,
  },
  id: assignment.id,
  type: 'Microsoft.Authorization/roleAssignments',
  name: assignment.id.split('/').at(-1),
});

export const toDenyAssignment = (denial: ResourceOf<'denyAssignment'>, typeOf: (principalId: string) => string) => ({
  properties: {
    denyAssignmentName: denial.denyAssignmentName,
    description: denial.description,
    permissions: [
      {
        actions: denial.actions,
        notActions: denial.notActions,
        dataActions: denial.dataActions,
        notDataActions: denial.notDataActions,
        condition: null,
        conditionVersion: null,
      },
    ],
    scope: denial.scope,
    doNotApplyToChildScopes: denial.doNotApplyToChildScopes,
    principals: denial.principalIds.map((id) => ({ id, type: typeOf(id) })),
    excludePrincipals: denial.excludedPrincipalIds.map((id) => ({ id, type: typeOf(id) })),
    isSystemProtected: true,
  },
  id: denial.id,
  type: 'Microsoft.Authorization/denyAssignments',
  name: denial.id.split('/').at(-1),
});
