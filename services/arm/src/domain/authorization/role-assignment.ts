import type { ResourceOf } from '@lab/shared/feed/resources.ts';
import { ATTRIBUTE, ConditionFault, parseCondition } from '@lab/shared/rbac/conditions/index.ts';
import { covers } from '@lab/shared/rbac/scope.ts';
import { sameText } from '@lab/shared/same-text.ts';
import { z } from 'zod';
import type { Principal } from '../principals.ts';
import type { ResourceId } from '../resource-id.ts';
import type { Entry, PageOf, Resources } from '../resources.ts';
import {
  invalidCondition,
  principalNotFound,
  roleAssignmentExists,
  unmatchedPrincipalType,
  updateNotPermitted,
} from './failures.ts';
import { extensionId, isOfTenant, pathTo } from './scopes.ts';

export type RoleAssignment = ResourceOf<'roleAssignment'>;
type PrincipalType = RoleAssignment['principalType'];

/** The body of a PUT. What Azure shows besides, and clients send back, is let pass. */
export const PutRoleAssignment = z.object({
  properties: z.object({
    roleDefinitionId: z.string(),
    principalId: z.string(),
    principalType: z.string().nullish(),
    condition: z.string().nullish(),
    conditionVersion: z.string().nullish(),
    description: z.string().max(1_024).nullish(),
  }),
});
export type PutRoleAssignment = z.infer<typeof PutRoleAssignment>['properties'];

const PRINCIPAL_TYPES: readonly PrincipalType[] = ['ServicePrincipal', 'User', 'Group'];

/** Azure's spelling of a principal type, undefined for what is none that can be had here. */
export const principalTypeNamed = (text: string): PrincipalType | undefined =>
  PRINCIPAL_TYPES.find((type) => type.toLowerCase() === text.toLowerCase());

/** What conditions on the management of role assignments can ask for. */
export const attributesOfAssignment = (assignment: {
  readonly roleDefinitionId?: string | undefined;
  readonly principalId?: string | undefined;
  readonly principalType?: string | undefined;
}) => ({
  [ATTRIBUTE.roleDefinitionId]: assignment.roleDefinitionId?.split('/').at(-1),
  [ATTRIBUTE.principalId]: assignment.principalId,
  [ATTRIBUTE.principalType]: assignment.principalType,
});

/**
 * The condition of an assignment, as it is stored. One that cannot be understood as a whole is refused, never ignored.
 * @throws AzureError InvalidRoleAssignmentCondition
 */
export function conditionOf({
  condition,
  conditionVersion,
}: PutRoleAssignment): Pick<RoleAssignment, 'condition' | 'conditionVersion'> {
  if (!condition) return {};
  if (conditionVersion && conditionVersion !== '2.0') throw invalidCondition("The conditionVersion has to be '2.0'.");
  try {
    parseCondition(condition);
  } catch (error) {
    if (!(error instanceof ConditionFault)) throw error;
    throw invalidCondition(`At position ${error.position}: ${error.message}.`);
  }
  return { condition, conditionVersion: '2.0' };
}

/**
 * The type of the principal that is to have a role. One that no directory knows is taken when its type is given: it may
 * have been made a moment ago. One of another directory is not.
 * @throws AzureError PrincipalNotFound, UnmatchedPrincipalType
 */
export function principalTypeOf(
  principalId: string,
  { found, given, tenantId }: { found: Principal | undefined; given: PrincipalType | undefined; tenantId: string },
): PrincipalType {
  if (found && !sameText(found.tenantId, tenantId)) throw principalNotFound(principalId, tenantId);
  if (!found) {
    if (given) return given;
    throw principalNotFound(principalId, tenantId);
  }
  if (given && given !== found.principalType) throw unmatchedPrincipalType(principalId, found.principalType, given);
  return found.principalType;
}

/**
 * Creates a role assignment, or changes what may be changed of it: condition and description. Call inside a transaction.
 * @throws AzureError RoleAssignmentUpdateNotPermitted, RoleAssignmentExists
 */
export function putRoleAssignment(
  resources: Resources,
  wanted: RoleAssignment & { readonly updatedAt: number; readonly updatedBy: string },
  tenantId: string,
): { created: boolean; assignment: RoleAssignment } {
  const name = wanted.id.split('/').at(-1) ?? '';
  // Names are unique in a directory; what another one has is not told.
  const known = resources
    .named('roleAssignment', name)
    .find((other) => sameText(other.id, wanted.id) || isTenants(resources, other, tenantId));
  const { principalId, roleDefinitionId, scope } = wanted;
  if (known) {
    const same =
      sameText(known.scope, scope) &&
      sameText(known.principalId, principalId) &&
      sameText(known.roleDefinitionId, roleDefinitionId);
    if (!same) throw updateNotPermitted();
    const unchanged = known.condition === wanted.condition && (known.description ?? '') === (wanted.description ?? '');
    if (unchanged) return { created: false, assignment: known };
  } else {
    const exists = resources
      .findBy('roleAssignment', 'principalId', principalId)
      .some((other) => sameText(other.scope, scope) && sameText(other.roleDefinitionId, roleDefinitionId));
    if (exists) throw roleAssignmentExists();
  }
  const { createdAt = wanted.updatedAt, createdBy = wanted.updatedBy } = known ?? {};
  const assignment = { ...wanted, id: known?.id ?? wanted.id, createdAt, createdBy };
  resources.put({ kind: 'roleAssignment', id: assignment.id, value: assignment });
  return { created: !known, assignment };
}

export type AssignmentFilter = {
  /** At and above the scope, not below. */
  readonly atScope: boolean;
  readonly principalId: string | undefined;
};

/**
 * Role assignments at, above and below a scope, as one tenant sees them.
 * @param page Of which place soever they are: there may be any number at each, and the first of all are among the first of
 *   each. Those at the root come whole, for they are looked through; and those of one principal.
 */
export function assignmentsSeenFrom(
  resources: Resources,
  scope: ResourceId,
  { atScope, principalId }: AssignmentFilter,
  { tenantId, page }: { tenantId: string; page: PageOf },
): readonly RoleAssignment[] {
  const own = (assignment: RoleAssignment) => isTenants(resources, assignment, tenantId);
  if (principalId !== undefined) {
    return resources
      .findBy('roleAssignment', 'principalId', principalId)
      .filter((assignment) => covers(assignment.scope, scope.id) || (!atScope && covers(scope.id, assignment.scope)))
      .filter(own);
  }
  const at = (place: ResourceId) =>
    resources.within('roleAssignment', extensionId(place, 'roleAssignments'), place.level === 'tenant' ? {} : page);
  const atOrAbove = pathTo(scope).flatMap(at);
  const places = scope.level === 'tenant' ? subscriptionsOf(resources, tenantId) : [scope.id];
  const below = atScope ? [] : places.flatMap((place) => resources.within('roleAssignment', place, page));
  const all = new Map(
    [...atOrAbove, ...below].map((entry: Entry<'roleAssignment'>) => [entry.id.toLowerCase(), entry]),
  );
  return [...all.values()].map(({ value }) => value).filter(own);
}

const subscriptionsOf = (resources: Resources, tenantId: string): readonly string[] =>
  resources
    .all('subscription')
    .filter((subscription) => sameText(subscription.tenantId, tenantId))
    .map(({ subscriptionId }) => `/subscriptions/${subscriptionId}`);

/** The root is above every tenant: what is assigned there is shown to the tenant of the principal. */
function isTenants(resources: Resources, { scope, principalId }: RoleAssignment, tenantId: string): boolean {
  if (scope !== '/') return isOfTenant(resources, scope, tenantId);
  const principal =
    resources.find('servicePrincipal', principalId) ?? resources.findBy('application', 'principalId', principalId)[0];
  return principal !== undefined && sameText(principal.tenantId, tenantId);
}
