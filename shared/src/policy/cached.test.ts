import { expect, it } from 'vitest';
import type { RoleAssignment } from '../rbac/decide-access.ts';
import { cachedAssignments } from './cached.ts';

const role = { id: 'r', roleName: 'Role', actions: [], notActions: [], dataActions: [], notDataActions: [] };

function counting(assignmentsOf: (principalId: string) => number) {
  const reads: string[] = [];
  const cache = cachedAssignments({
    assignmentsOf: (principalId) => {
      reads.push(principalId);
      return Array.from(
        { length: assignmentsOf(principalId) },
        (_, id): RoleAssignment => ({
          id: `${id}`,
          principalId,
          scope: '/',
          role,
        }),
      );
    },
    denyAssignments: () => [],
    mayKeep: () => true,
  });
  return { cache, reads };
}

it('is bounded: whoever asked longest ago is forgotten first', () => {
  const { cache, reads } = counting(() => 6_000);
  for (const principal of ['a', 'b', 'c', 'a', 'd', 'a', 'b']) cache.ofPrincipals([principal]);
  expect(reads).toEqual(['a', 'b', 'c', 'd', 'b']);
});

it('is bounded in principals without assignments too', () => {
  const { cache, reads } = counting(() => 0);
  for (let index = 0; index < 25_000; index += 1) cache.ofPrincipals([`p${index}`]);
  cache.ofPrincipals(['p24999']);
  cache.ofPrincipals(['p0']);
  expect(reads).toHaveLength(25_001);
});

it('does not keep one that is larger than all of it', () => {
  const { cache, reads } = counting(() => 30_000);
  cache.ofPrincipals(['a']);
  cache.ofPrincipals(['a']);
  expect(reads).toEqual(['a', 'a']);
});

it('gives the assignments of a principal and of its groups, each once', () => {
  const { cache } = counting(() => 1);
  expect(cache.ofPrincipals(['a', 'G', 'g', 'A']).roleAssignments.map(({ principalId }) => principalId)).toEqual([
    'a',
    'g',
  ]);
});
