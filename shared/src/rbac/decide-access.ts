/**
 * Azure RBAC as pure functions: role definitions, role assignments, and the decision they lead to.
 * Knows neither HTTP nor storage: callers pass the assignments in, and report the decision themselves.
 */

export type RoleDefinition = {
  /** GUID; ARM ids of role definitions are compared by this last segment. */
  readonly id: string;
  readonly roleName: string;
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
  readonly dataActions: readonly string[];
  readonly notDataActions: readonly string[];
};

export type RoleAssignment = {
  /** Full ARM id, `{scope}/providers/Microsoft.Authorization/roleAssignments/{guid}`. */
  readonly id: string;
  readonly principalId: string;
  readonly scope: string;
  readonly role: RoleDefinition;
};

/** An operation on the control plane, or one on the data plane. Azure checks some data-plane requests as actions. */
export type Operation = { readonly action: string } | { readonly dataAction: string };

export type AccessRequest = {
  /** Object ids that the token speaks for: `oid`, then every id in `groups`. */
  readonly principalIds: readonly string[];
  readonly operation: Operation;
  /** Full id, `/subscriptions/…`. Case is ignored. */
  readonly resourceId: string;
};

export type Verdict = 'grants' | 'other principal' | 'other scope' | 'action not in role' | 'action excluded by role';

export type Decision = {
  /** The role assignment that allows the request; undefined when none does. */
  readonly grantedBy: RoleAssignment | undefined;
  readonly considered: readonly { readonly assignment: RoleAssignment; readonly verdict: Verdict }[];
};

/**
 * Whether a principal may perform an operation on a resource, and what every role assignment had to say about it.
 *
 * Azure RBAC is additive: a role grants its actions minus its own notActions (dataActions minus notDataActions), and
 * what one role leaves out another may still grant, so the second list is never a deny. `actions: ["*"]` grants no data
 * action.
 * Deviation: deny assignments and conditions are not modelled (docs/reference/fidelity.md).
 *
 * @param assignments Those of the token's principals only: the store finds them by principal, however many there are.
 * @returns `considered` in the order given. Does not throw.
 * @see https://learn.microsoft.com/azure/role-based-access-control/overview
 */
export function decideAccess(request: AccessRequest, assignments: readonly RoleAssignment[]): Decision {
  const considered = assignments.map((assignment) => ({ assignment, verdict: judge(request, assignment) }));
  return { grantedBy: considered.find(({ verdict }) => verdict === 'grants')?.assignment, considered };
}

function judge({ principalIds, operation, resourceId }: AccessRequest, assignment: RoleAssignment): Verdict {
  const { principalId, scope, role } = assignment;
  if (!principalIds.some((id) => sameText(id, principalId))) return 'other principal';
  if (!covers(scope, resourceId)) return 'other scope';
  const [name, granted, excluded] =
    'action' in operation
      ? [operation.action, role.actions, role.notActions]
      : [operation.dataAction, role.dataActions, role.notDataActions];
  if (!granted.some((pattern) => matches(pattern, name))) return 'action not in role';
  if (excluded.some((pattern) => matches(pattern, name))) return 'action excluded by role';
  return 'grants';
}

/** Whether `scope` is the resource or one of its ancestors, segment by segment: `rg1` does not cover `rg10`. */
export function covers(scope: string, resourceId: string): boolean {
  const above = segments(scope);
  const below = segments(resourceId);
  return above.every((segment, index) => segment === below[index]);
}

/** Whether an action is matched by a pattern, in which `*` stands for any run of characters, `/` included. */
export function matches(pattern: string, action: string): boolean {
  const [first = '', ...rest] = pattern.toLowerCase().split('*');
  const name = action.toLowerCase();
  if (rest.length === 0) return name === first;
  if (!name.startsWith(first)) return false;
  const last = rest.pop() ?? '';
  let position = first.length;
  for (const part of rest) {
    const found = name.indexOf(part, position);
    if (found < 0) return false;
    position = found + part.length;
  }
  return name.length - last.length >= position && name.endsWith(last);
}

const segments = (id: string): string[] => id.toLowerCase().split('/').filter(Boolean);

const sameText = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
