/**
 * Azure RBAC as pure functions: role definitions, role assignments, deny assignments, and the decision they lead to.
 * Knows neither HTTP nor storage: callers pass the policy in, and report the decision themselves.
 */
import { type Reach, type ReadyAssignment, reachOf, readyAssignment, readyDenial } from './compile.ts';
import { type Attributes, evaluate } from './conditions/index.ts';
import { isAtOrAbove, segmentsOf } from './scope.ts';

export type ActionLists = {
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
  readonly dataActions: readonly string[];
  readonly notDataActions: readonly string[];
};

export type RoleDefinition = ActionLists & {
  /** GUID; ARM ids of role definitions are compared by this last segment. */
  readonly id: string;
  readonly roleName: string;
};

export type RoleAssignment = {
  /** Full ARM id, `{scope}/providers/Microsoft.Authorization/roleAssignments/{guid}`. */
  readonly id: string;
  readonly principalId: string;
  readonly scope: string;
  readonly role: RoleDefinition;
  /** Version 2.0. One that is no condition never holds. */
  readonly condition?: string | undefined;
};

export type DenyAssignment = ActionLists & {
  /** Full ARM id, `{scope}/providers/Microsoft.Authorization/denyAssignments/{guid}`. */
  readonly id: string;
  readonly denyAssignmentName: string;
  readonly scope: string;
  readonly doNotApplyToChildScopes: boolean;
  /** `EVERYONE` among others. */
  readonly principalIds: readonly string[];
  readonly excludedPrincipalIds: readonly string[];
};

/** The principal of a deny assignment that stands for all of them, those of other tenants included. */
export const EVERYONE = '00000000-0000-0000-0000-000000000000';

/** What a decision is made from. */
export type Policy = {
  /** Those of the token's principals only: the store finds them by principal, however many there are. */
  readonly roleAssignments: readonly RoleAssignment[];
  /** All there are: each names whom it is for. */
  readonly denyAssignments: readonly DenyAssignment[];
};

/** An operation on the control plane, or one on the data plane. Azure checks some data-plane requests as actions. */
export type Operation = { readonly action: string } | { readonly dataAction: string };

export type AccessRequest = {
  /** Object ids that the token speaks for: `oid`, then every id in `groups`. */
  readonly principalIds: readonly string[];
  readonly operation: Operation;
  /** Full id, `/subscriptions/…`. Case is ignored. */
  readonly resourceId: string;
  /** What conditions may ask for. Default: nothing, so that no condition on an attribute is met. */
  readonly attributes?: Attributes;
  /** What the operation is more precisely, for conditions: `Blob.List`. */
  readonly subOperations?: readonly string[];
};

export type Verdict =
  | 'grants'
  | 'other principal'
  | 'other scope'
  | 'action not in role'
  | 'action excluded by role'
  | 'condition not met';

/** Of a deny assignment that would deny the request, were it not for an exception. */
export type DenyVerdict = 'denies' | 'principal excluded from denial';

export type Decision = {
  /** The role assignment that allows the request; undefined when none does, or when it is denied. */
  readonly grantedBy: RoleAssignment | undefined;
  /** The deny assignment that forbids it, whatever role assignments say. */
  readonly deniedBy: DenyAssignment | undefined;
  readonly considered: readonly { readonly assignment: RoleAssignment; readonly verdict: Verdict }[];
  /** The deny assignments that concern the request, and no others. */
  readonly denials: readonly { readonly denial: DenyAssignment; readonly verdict: DenyVerdict }[];
};

/**
 * Whether a principal may perform an operation on a resource, and what every role assignment had to say about it.
 *
 * Azure RBAC is additive: a role grants its actions minus its own notActions (dataActions minus notDataActions), and
 * what one role leaves out another may still grant, so the second list is never a deny. `actions: ["*"]` grants no data
 * action. A condition narrows what its own role assignment grants. A deny assignment wins over all of them.
 *
 * @returns `considered` in the order given. Does not throw.
 * @see https://learn.microsoft.com/azure/role-based-access-control/overview
 */
export function decideAccess(request: AccessRequest, { roleAssignments, denyAssignments }: Policy): Decision {
  const asked = ask(request);
  const considered = roleAssignments.map((assignment) => ({ assignment, verdict: judge(asked, assignment) }));
  const denials = denyAssignments.flatMap((denial) => {
    const verdict = judgeDenial(asked, denial);
    return verdict ? [{ denial, verdict }] : [];
  });
  const deniedBy = denials.find(({ verdict }) => verdict === 'denies')?.denial;
  const granting = considered.find(({ verdict }) => verdict === 'grants')?.assignment;
  return { grantedBy: deniedBy ? undefined : granting, deniedBy, considered, denials };
}

/** A request with what all assignments compare made ready once. */
function ask({ principalIds, operation, resourceId, attributes = () => undefined, subOperations = [] }: AccessRequest) {
  const reaches = new Map<ActionLists, Reach>();
  const met = new Map<string, boolean>();
  const situation = {
    action: ('action' in operation ? operation.action : operation.dataAction).toLowerCase(),
    subOperations: subOperations.map((name) => name.toLowerCase()),
    attributes,
  };
  return {
    principalIds: new Set(principalIds.map((id) => id.toLowerCase())),
    resource: segmentsOf(resourceId),
    /** Many assignments are of the same few roles. */
    reach: (lists: ActionLists): Reach => {
      const known = reaches.get(lists);
      if (known) return known;
      const reach = reachOf(lists, operation);
      reaches.set(lists, reach);
      return reach;
    },
    /** And many have the same condition. */
    meets: (text: string, condition: ReadyAssignment['condition']): boolean => {
      const known = met.get(text);
      if (known !== undefined) return known;
      const holds = typeof condition === 'object' && evaluate(condition, situation) === true;
      met.set(text, holds);
      return holds;
    },
  };
}

type Asked = ReturnType<typeof ask>;

function judge(asked: Asked, assignment: RoleAssignment): Verdict {
  const { principalId, scope, role, condition } = readyAssignment(assignment);
  if (!asked.principalIds.has(principalId)) return 'other principal';
  if (!isAtOrAbove(scope, asked.resource)) return 'other scope';
  const reach = asked.reach(role);
  if (reach === 'not included') return 'action not in role';
  if (reach === 'excepted') return 'action excluded by role';
  if (assignment.condition === undefined) return 'grants';
  return asked.meets(assignment.condition, condition) ? 'grants' : 'condition not met';
}

/** @returns undefined when the deny assignment does not concern the request. */
function judgeDenial(asked: Asked, denial: DenyAssignment): DenyVerdict | undefined {
  const { principalIds, excludedPrincipalIds, scope } = readyDenial(denial);
  const isMeant = principalIds.has(EVERYONE) || !principalIds.isDisjointFrom(asked.principalIds);
  if (!isMeant || !isAtOrAbove(scope, asked.resource)) return undefined;
  if (denial.doNotApplyToChildScopes && scope.length !== asked.resource.length) return undefined;
  if (asked.reach(denial) !== 'included') return undefined;
  return excludedPrincipalIds.isDisjointFrom(asked.principalIds) ? 'denies' : 'principal excluded from denial';
}
