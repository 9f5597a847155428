/** Refusals of `Microsoft.Authorization`, in Azure's words where they are known. */
import type { AccessToken } from '@lab/shared/tokens/claims.ts';
import { ArmError, conflict, notFound } from '../errors.ts';

const invalid = (code: string, message: string, target?: string) =>
  new ArmError({ kind: 'invalid', code, message, ...(target !== undefined && { target }) });

/** Azure writes GUIDs without dashes in these sentences. */
const bare = (id: string): string => id.replaceAll('-', '');

export const invalidName = (type: 'RoleAssignment' | 'RoleDefinition', name: string) => {
  const what = type === 'RoleAssignment' ? 'role assignment' : 'role definition';
  return invalid(
    `Invalid${type}Id`,
    `The ${what} ID '${name.slice(0, 64)}' is not valid. The ${what} ID must be a GUID.`,
  );
};

export const invalidPrincipalId = (principalId: string) =>
  invalid(
    'InvalidPrincipalId',
    `A valid principal ID must be provided for role assignment. '${principalId.slice(0, 64)}' is no GUID.`,
    'properties.principalId',
  );

export const invalidPrincipalType = (principalType: string) =>
  invalid(
    'InvalidPrincipalType',
    `The principal type '${principalType.slice(0, 64)}' is not valid. It is User, Group, or ServicePrincipal.`,
    'properties.principalType',
  );

export const principalNotFound = (principalId: string, tenantId: string) =>
  invalid(
    'PrincipalNotFound',
    `Principal ${bare(principalId)} does not exist in the directory ${tenantId}. Check that you have the correct principal ID. If you are creating this principal and then immediately assigning a role, this error might be related to a replication delay. In this case, set the role assignment principalType property to a value, such as ServicePrincipal, User, or Group.  See https://aka.ms/docs-principaltype`,
  );

/** The misspelling is Azure's. */
export const unmatchedPrincipalType = (principalId: string, actual: string, given: string) =>
  invalid(
    'UnmatchedPrincipalType',
    `The PrincipalId '${bare(principalId)}' has type '${actual}' , which is different from specified PrinciaplType '${given}'.`,
  );

export const updateNotPermitted = () =>
  invalid(
    'RoleAssignmentUpdateNotPermitted',
    'Tenant ID, application ID, principal ID, and scope are not allowed to be updated.',
  );

export const roleAssignmentExists = () => conflict('RoleAssignmentExists', 'The role assignment already exists.');

export const roleAssignmentNotFound = (name: string) =>
  notFound('RoleAssignmentNotFound', `The role assignment '${name}' is not found.`);

/** @param fault What is wrong with it, and where. */
export const invalidCondition = (fault: string) =>
  invalid(
    'InvalidRoleAssignmentCondition',
    `The given role assignment condition is invalid. ${fault}`,
    'properties.condition',
  );

export const scopeNotAssignable = (scope: string, role: string) =>
  invalid(
    'RoleAssignmentScopeNotAssignableToRoleDefinition',
    `The role assignment scope '${scope}' must match the scope specified on the role definition '${role}'.`,
  );

export const roleDefinitionNotFound = (id: string) =>
  notFound('RoleDefinitionDoesNotExist', `The specified role definition with ID '${bare(id)}' does not exist.`);

export const invalidRoleDefinitionId = (id: string) =>
  invalid(
    'InvalidRoleDefinitionId',
    `The role definition ID '${id.slice(0, 256)}' is not valid. It has to end in /providers/Microsoft.Authorization/roleDefinitions/{GUID}.`,
    'properties.roleDefinitionId',
  );

export const sameNameExists = () =>
  conflict(
    'RoleDefinitionWithSameNameExists',
    'A custom role with the same name already exists in this directory. Use a different name.',
  );

export const hasAssignments = (roleName: string) =>
  invalid('RoleDefinitionHasAssignments', `There are existing role assignments referencing role '${roleName}'.`);

export const builtInRole = (roleName: string) =>
  invalid(
    'RoleDefinitionUpdateNotPermitted',
    `The role '${roleName}' is a built-in role. Built-in roles can neither be changed nor deleted.`,
  );

export const invalidRole = (message: string, target: string) => invalid('InvalidRoleDefinition', message, target);

export const invalidActions = (actions: readonly string[], target: string) =>
  invalid(
    'InvalidActionOrNotAction',
    `${actions.map((action) => `'${action.slice(0, 128)}'`).join(', ')} does not match any of the actions supported by the providers.`,
    target,
  );

export const noDataActionsAtManagementGroup = () =>
  invalid(
    'InvalidAssignableScopes',
    'A role definition with data actions cannot have a management group among its assignable scopes.',
    'properties.assignableScopes',
  );

export const denyAssignmentNotFound = (name: string) =>
  notFound('DenyAssignmentNotFound', `The deny assignment '${name}' is not found.`);

/** Deny assignments are made by Azure itself, for managed applications and deployment stacks; here by the lab's file. */
export const denyAssignmentsAreAzures = () =>
  new ArmError({
    kind: 'method_not_allowed',
    code: 'MethodNotAllowed',
    message:
      'Deny assignments cannot be created, changed or deleted directly. Azure makes them; in this lab, the lab file declares them.',
  });

/** Another code than without a role: there is one, and it does not help. */
export const deniedBy = (
  caller: AccessToken,
  action: string,
  scope: string,
  denial: { readonly id: string; readonly denyAssignmentName: string; readonly scope: string },
) =>
  new ArmError({
    kind: 'forbidden',
    code: 'DenyAssignmentAuthorizationFailed',
    message: `The client '${caller.appid}' with object id '${caller.oid}' has permission to perform action '${action}' on scope '${scope}'; however, the access is denied because of the deny assignment with name '${denial.denyAssignmentName}' and Id '${denial.id.split('/').at(-1)}' at scope '${denial.scope}'.`,
  });
