import type { EventDetails } from '../events.ts';
import type { Decision, Verdict } from '../rbac/decide-access.ts';

type Explanation = NonNullable<EventDetails['decision']>;

/** As many as a person reads. Events are kept for a while, and a principal may have any number of assignments. */
const MOST = 50;

/** Assignments at other scopes say least about a decision. */
const RANK: Readonly<Record<Verdict, number>> = {
  grants: 0,
  'action excluded by role': 1,
  'action not in role': 1,
  'other scope': 2,
  'other principal': 3,
};

/**
 * A decision as events show it: what was asked for, and every assignment with its verdict, in the order in which they
 * were made. Of more than 50 assignments, those that say most.
 */
export function explain(
  { grantedBy, considered }: Decision,
  { operation, resourceId }: Pick<Explanation, 'operation' | 'resourceId'>,
): Explanation {
  const shown =
    considered.length <= MOST
      ? considered
      : considered.toSorted((a, b) => RANK[a.verdict] - RANK[b.verdict]).slice(0, MOST);
  return {
    operation,
    resourceId,
    grantedBy: grantedBy?.id ?? null,
    considered: shown.map(({ assignment, verdict }) => ({
      assignmentId: assignment.id,
      roleName: assignment.role.roleName,
      scope: assignment.scope,
      verdict,
    })),
  };
}
