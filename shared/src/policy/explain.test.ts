import { expect, it } from 'vitest';
import type { Decision, RoleAssignment, Verdict } from '../rbac/decide-access.ts';
import { explain } from './explain.ts';

const role = { id: '', roleName: 'Role', actions: [], notActions: [], dataActions: [], notDataActions: [] };
const assignment = (id: string): RoleAssignment => ({ id, principalId: 'p', scope: `/${id}`, role });
const decision = (...verdicts: Verdict[]): Decision => {
  const considered = verdicts.map((verdict, index) => ({ assignment: assignment(`a${index}`), verdict }));
  const grantedBy = considered.find(({ verdict }) => verdict === 'grants')?.assignment;
  return { considered, grantedBy, deniedBy: undefined, denials: [] };
};
const QUESTION = { operation: 'read', resourceId: '/kv' };

it('says what was asked for, and what each assignment had to say, in order', () => {
  expect(explain(decision('other scope', 'grants'), QUESTION)).toEqual({
    ...QUESTION,
    grantedBy: 'a1',
    considered: [
      { assignmentId: 'a0', roleName: 'Role', scope: '/a0', verdict: 'other scope' },
      { assignmentId: 'a1', roleName: 'Role', scope: '/a1', verdict: 'grants' },
    ],
  });
  expect(explain(decision(), QUESTION)).toEqual({ ...QUESTION, grantedBy: null, considered: [] });
});

it('shows fifty of many, those that say most, and says how many more there are', () => {
  const many = Array<Verdict>(5_000).fill('other scope');
  const { grantedBy, considered, leftOut } = explain(decision(...many, 'action not in role', 'grants'), QUESTION);
  expect(grantedBy).toBe('a5001');
  expect(considered).toHaveLength(50);
  expect(considered.slice(0, 3).map(({ assignmentId }) => assignmentId)).toEqual(['a5001', 'a5000', 'a0']);
  expect(leftOut).toBe(4_952);
});

it('leaves none of fifty out', () => {
  const all = explain(decision(...Array<Verdict>(50).fill('other scope')), QUESTION);
  expect([all.considered.length, all.leftOut]).toEqual([50, undefined]);
});

it('shows a deny assignment that concerns the request first, and the condition that was not met', () => {
  const denial = {
    ...role,
    id: 'd',
    denyAssignmentName: 'Deny',
    scope: '/',
    doNotApplyToChildScopes: false,
    principalIds: [],
    excludedPrincipalIds: [],
  };
  const conditional = { ...assignment('a'), condition: 'c' };
  const { considered } = explain(
    {
      grantedBy: undefined,
      deniedBy: denial,
      denials: [{ denial, verdict: 'denies' }],
      considered: [{ assignment: conditional, verdict: 'condition not met' }],
    },
    QUESTION,
  );
  expect(considered).toEqual([
    { assignmentId: 'd', roleName: 'Deny', scope: '/', verdict: 'denies' },
    { assignmentId: 'a', roleName: 'Role', scope: '/a', verdict: 'condition not met', condition: 'c' },
  ]);
});
