import type { EventDetails } from '../events.ts';
import type { Decision, DenyVerdict, Verdict } from '../rbac/decide-access.ts';
import type { PolicyVerdict } from './access-policies.ts';

type Explanation = NonNullable<EventDetails['decision']>;

/** As many as a person reads. Events are kept for a while, and a principal may have any number of assignments. */
const MOST = 50;

/** Assignments at other scopes say least about a decision. */
const RANK: Readonly<Record<Verdict | DenyVerdict | PolicyVerdict, number>> = {
  denies: 0,
  grants: 1,
  'principal excluded from denial': 2,
  'condition not met': 2,
  'action excluded by role': 3,
  'action not in role': 3,
  'permission not in policy': 3,
  'other scope': 4,
  'other application': 4,
  'other principal': 5,
  'other tenant': 5,
};

/** All, in the order in which they are; of more than 50 those that say most, and how many others there are. */
export function mostTelling<T extends { readonly verdict: keyof typeof RANK }>(
  all: readonly T[],
): { readonly shown: readonly T[]; readonly leftOut?: number } {
  if (all.length <= MOST) return { shown: all };
  const shown = all.toSorted((a, b) => RANK[a.verdict] - RANK[b.verdict]).slice(0, MOST);
  return { shown, leftOut: all.length - MOST };
}

/**
 * A decision as events show it: what was asked for, the deny assignments that concern it, and every role assignment with
 * its verdict, in the order in which they were made. Of more than 50, those that say most.
 */
export function explain(
  { grantedBy, considered, denials }: Decision,
  { operation, resourceId }: Pick<Explanation, 'operation' | 'resourceId'>,
): Explanation {
  const { shown, ...more } = mostTelling([...denials, ...considered]);
  return {
    operation,
    resourceId,
    grantedBy: grantedBy?.id ?? null,
    considered: shown.map((entry) => {
      if ('denial' in entry) {
        const { id, denyAssignmentName, scope } = entry.denial;
        return { assignmentId: id, roleName: denyAssignmentName, scope, verdict: entry.verdict };
      }
      const { id, role, scope, condition } = entry.assignment;
      return {
        assignmentId: id,
        roleName: role.roleName,
        scope,
        verdict: entry.verdict,
        ...(entry.verdict === 'condition not met' && { condition: condition ?? '' }),
      };
    }),
    ...more,
  };
}
