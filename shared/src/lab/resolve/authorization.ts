import { BUILT_IN_ROLES } from '../../rbac/built-in-roles.ts';
import { ConditionFault, parseCondition } from '../../rbac/conditions/index.ts';
import { EVERYONE } from '../../rbac/decide-access.ts';
import { sameText } from '../../same-text.ts';
import { idOf, resourceGroupIdOf, subscriptionIdOf } from '../ids.ts';
import type { LabFile } from '../lab-file.ts';
import type { Draft, Path } from './draft.ts';
import type { Existing } from './existing.ts';
import type { Principals } from './principals.ts';

type TenantEntry = LabFile['tenants'][number];
type SubscriptionEntry = TenantEntry['subscriptions'][number];
/** What may stand wherever roles can be assigned. */
type Grants = Pick<SubscriptionEntry, 'roleAssignments'> & Partial<Pick<SubscriptionEntry, 'denyAssignments'>>;

/** Ids of built-in roles by name in lower case. */
const BUILT_IN: ReadonlyMap<string, string> = new Map(
  BUILT_IN_ROLES.map(({ roleName, id }) => [roleName.toLowerCase(), id]),
);

export type Authorization = {
  /** The custom roles of a tenant. @param subscriptionIds Of its subscriptions, by name. */
  addRoleDefinitions(
    tenant: TenantEntry,
    tenantId: string,
    subscriptionIds: ReadonlyMap<string, string>,
    path: Path,
  ): void;
  /** Role and deny assignments at a scope. */
  addGrants(tenantId: string, scope: string, grants: Grants, path: Path): void;
  /** A role assignment that the file does not name. */
  assign(scope: string, principalId: string, roleName: string, path: Path): void;
};

/** Who may do what: custom roles, role assignments, deny assignments. */
export function authorizationOf(draft: Draft, principals: Principals, existing: Existing): Authorization {
  const customRoles = new Map<string, string>();
  const roleIdOf = (tenantId: string, name: string) =>
    customRoles.get(`${tenantId}/${name.toLowerCase()}`) ??
    BUILT_IN.get(name.toLowerCase()) ??
    existingRole(existing, tenantId, name)?.id;

  const assign = (
    entry: {
      scope: string;
      principalId: string;
      roleDefinitionId: string;
      condition?: string | undefined;
      description?: string | undefined;
    },
    path: Path,
  ) => {
    const { condition, description, ...rest } = entry;
    const id = `${entry.scope}/providers/Microsoft.Authorization/roleAssignments/${idOf(`${entry.scope}#${entry.principalId}#${entry.roleDefinitionId}`)}`;
    draft.add(
      'roleAssignment',
      id,
      {
        id,
        ...rest,
        principalType: 'ServicePrincipal',
        ...(condition !== undefined && { condition, conditionVersion: '2.0' as const }),
        ...(description !== undefined && { description }),
      },
      path,
    );
  };

  return {
    assign: (scope, principalId, roleName, path) => {
      const roleDefinitionId = roleIdOf('', roleName);
      if (roleDefinitionId !== undefined) assign({ scope, principalId, roleDefinitionId }, path);
    },
    addRoleDefinitions: ({ name: tenantName, roleDefinitions }, tenantId, subscriptionIds, path) =>
      roleDefinitions.forEach(({ name, assignableScopes, ...definition }, index) => {
        const here = [...path, 'roleDefinitions', index];
        const there = existingRole(existing, tenantId, name);
        if (roleIdOf(tenantId, name) !== there?.id) draft.mistake(here, `there is a role called ${name} already.`);
        const id = there?.id ?? idOf(`tenants/${tenantName}/roleDefinitions/${name}`);
        customRoles.set(`${tenantId}/${name.toLowerCase()}`, id);
        const scopes = assignableScopes?.map((scope, position) => {
          const [subscription = '', ...group] = scope.split('/');
          const subscriptionId = subscriptionIds.get(subscription);
          if (subscriptionId === undefined) {
            draft.mistake(
              [...here, 'assignableScopes', position],
              `this tenant has no subscription called ${subscription}.`,
            );
          }
          const known = subscriptionId ?? '';
          return group.length === 0 ? subscriptionIdOf(known) : resourceGroupIdOf(known, group.join('/'));
        });
        draft.add(
          'roleDefinition',
          id,
          {
            id,
            roleName: name,
            ...definition,
            roleType: 'CustomRole',
            tenantId,
            assignableScopes: scopes ?? [...subscriptionIds.values()].map(subscriptionIdOf),
          },
          here,
        );
      }),
    addGrants: (tenantId, scope, { roleAssignments, denyAssignments = [] }, path) => {
      roleAssignments.forEach(({ principal: name, role, condition, description }, index) => {
        const here = [...path, 'roleAssignments', index];
        draft.later(() => {
          const principal = principals.find(tenantId, name);
          const roleDefinitionId = roleIdOf(tenantId, role);
          if (!principal) draft.mistake([...here, 'principal'], `this tenant has no identity called ${name}.`);
          if (roleDefinitionId === undefined) {
            draft.mistake(
              [...here, 'role'],
              `there is no built-in role called ${role}, and no role definition of this tenant.`,
            );
          }
          const fault = condition === undefined ? undefined : faultIn(condition);
          if (fault !== undefined) draft.mistake([...here, 'condition'], `not a condition: ${fault}.`);
          if (!principal || roleDefinitionId === undefined) return;
          assign({ scope, principalId: principal.principalId, roleDefinitionId, condition, description }, here);
        });
      });
      denyAssignments.forEach(({ name, description, principals: named, excludedPrincipals, ...rest }, index) => {
        const here = [...path, 'denyAssignments', index];
        draft.later(() => {
          const idsOf = (key: string, names: readonly string[]) =>
            names.flatMap((principalName, position) => {
              if (principalName === 'everyone') return [EVERYONE];
              const principal = principals.find(tenantId, principalName);
              if (principal) return [principal.principalId];
              draft.mistake([...here, key, position], `this tenant has no identity called ${principalName}.`);
              return [];
            });
          const id = `${scope}/providers/Microsoft.Authorization/denyAssignments/${idOf(`${scope}#denyAssignments/${name}`)}`;
          draft.add(
            'denyAssignment',
            id,
            {
              id,
              scope,
              denyAssignmentName: name,
              description,
              principalIds: idsOf('principals', named),
              excludedPrincipalIds: idsOf('excludedPrincipals', excludedPrincipals),
              ...rest,
            },
            here,
          );
        });
      });
    },
  };
}

/** What keeps a text from being a condition; undefined where it is one. */
function faultIn(condition: string): string | undefined {
  try {
    parseCondition(condition);
    return undefined;
  } catch (error) {
    if (error instanceof ConditionFault) return error.message;
    throw error;
  }
}

const existingRole = (existing: Existing, tenantId: string, name: string) =>
  existing.all('roleDefinition').find((role) => role.tenantId === tenantId && sameText(role.roleName, name));
