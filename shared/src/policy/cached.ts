import type { DenyAssignment, Policy, RoleAssignment } from '../rbac/decide-access.ts';

/** The role assignments and deny assignments that decisions are made from, found by principal. */
export type Assignments = {
  /** Role assignments of these principals only, and all deny assignments; oldest first. */
  ofPrincipals(principalIds: readonly string[]): Policy;
};

export type CachedAssignments = Assignments & {
  /** To be called with every change, and when one is rolled back. */
  forget(): void;
};

/** So many role assignments are kept ready, whosever they are. */
const MOST = 20_000;

/**
 * What a store reads, kept by principal as long as nothing changes. Those who asked last are kept; a principal with more
 * assignments than all of the cache holds is read anew each time.
 *
 * @param mayKeep  Whether what is read now is there to stay: inside of a transaction it may yet be rolled back.
 */
export function cachedAssignments({
  assignmentsOf,
  denyAssignments,
  mayKeep,
}: {
  /** @param principalId In lower case. */
  assignmentsOf: (principalId: string) => readonly RoleAssignment[];
  denyAssignments: () => readonly DenyAssignment[];
  mayKeep: () => boolean;
}): CachedAssignments {
  const kept = new Map<string, readonly RoleAssignment[]>();
  let size = 0;
  let denials: readonly DenyAssignment[] | undefined;

  const drop = (principalId: string, assignments: readonly RoleAssignment[]) => {
    if (kept.delete(principalId)) size -= weightOf(assignments);
  };
  const keep = (principalId: string, assignments: readonly RoleAssignment[]) => {
    if (!mayKeep() || weightOf(assignments) > MOST) return;
    kept.set(principalId, assignments);
    size += weightOf(assignments);
    for (const [oldest, of] of kept) {
      if (size <= MOST) break;
      drop(oldest, of);
    }
  };
  const ofPrincipal = (principalId: string): readonly RoleAssignment[] => {
    const known = kept.get(principalId);
    const assignments = known ?? assignmentsOf(principalId);
    if (known) drop(principalId, known); // and put in again, as the newest
    keep(principalId, assignments);
    return assignments;
  };

  return {
    ofPrincipals: (principalIds) => {
      const denyNow = denials ?? denyAssignments();
      if (mayKeep()) denials = denyNow;
      const [first, ...others] = new Set(principalIds.map((id) => id.toLowerCase()));
      const own = first === undefined ? [] : ofPrincipal(first);
      const roleAssignments = others.length === 0 ? own : [...own, ...others.flatMap(ofPrincipal)];
      return { roleAssignments, denyAssignments: denyNow };
    },
    forget: () => {
      kept.clear();
      size = 0;
      denials = undefined;
    },
  };
}

/** A principal without any takes room too: tokens of any number of principals may come. */
const weightOf = (assignments: readonly RoleAssignment[]): number => 1 + assignments.length;
