import Sqlite from 'better-sqlite3';
import { beforeEach, expect, it } from 'vitest';
import type { ResourceOf } from '../feed/resources.ts';
import { type AssignmentsStore, sqliteAssignments } from './assignments.ts';

const APP = '11111111-1111-4111-8111-111111111111';
const OTHER = '22222222-2222-4222-8222-222222222222';
const ROLE: ResourceOf<'roleDefinition'> = {
  id: '33333333-3333-4333-8333-333333333333',
  roleName: 'Role',
  description: '',
  actions: [],
  notActions: [],
  dataActions: ['*'],
  notDataActions: [],
};

let assignments: AssignmentsStore;
beforeEach(() => {
  assignments = sqliteAssignments(new Sqlite(':memory:'));
});

const define = (value: typeof ROLE | null = ROLE) => assignments.apply({ kind: 'roleDefinition', id: ROLE.id, value });
const idOf = (principalId: string) => `/providers/Microsoft.Authorization/roleAssignments/${principalId}`;
const assign = (principalId: string) =>
  assignments.apply({
    kind: 'roleAssignment',
    id: idOf(principalId),
    value: {
      id: idOf(principalId),
      scope: '/',
      principalId,
      principalType: 'ServicePrincipal',
      roleDefinitionId: ROLE.id,
    },
  });
const principals = (...ids: string[]) => assignments.ofPrincipals(ids).map(({ principalId }) => principalId);

it('finds the assignments of these principals, and no others', () => {
  define();
  assign(APP);
  assign(OTHER);
  expect(principals(APP)).toEqual([APP]);
  expect(principals(OTHER.toUpperCase(), OTHER)).toEqual([OTHER]);
  expect(principals()).toEqual([]);
});

it('forgets an assignment that is taken back', () => {
  define();
  assign(APP);
  assignments.apply({ kind: 'roleAssignment', id: idOf(APP), value: null });
  expect(principals(APP)).toEqual([]);
});

it('lets a role grant nothing before it is defined, and after it is deleted', () => {
  assign(APP);
  expect(principals(APP)).toEqual([]);
  define();
  expect(assignments.ofPrincipals([APP])).toMatchObject([{ scope: '/', role: { dataActions: ['*'] } }]);
  define(null);
  expect(principals(APP)).toEqual([]);
});

it('knows a role by its definition as it is now, also after a change that was rolled back', () => {
  const db = new Sqlite(':memory:');
  assignments = sqliteAssignments(db);
  define();
  assign(APP);
  const dataActions = () => assignments.ofPrincipals([APP])[0]?.role.dataActions;
  expect(dataActions()).toEqual(['*']);
  const change = db.transaction(() => {
    define({ ...ROLE, dataActions: ['a'] });
    expect(dataActions()).toEqual(['a']);
    throw new Error('rolled back');
  });
  expect(change).toThrow('rolled back');
  expect(dataActions()).toEqual(['*']);
});

it('takes GUIDs in any case', () => {
  const id = 'ABCDEFAB-3333-4333-8333-333333333333';
  assignments.apply({ kind: 'roleDefinition', id, value: { ...ROLE, id } });
  const scoped = { id: idOf(APP), scope: '/', principalId: APP, principalType: 'ServicePrincipal' as const };
  assignments.apply({
    kind: 'roleAssignment',
    id: idOf(APP),
    value: { ...scoped, roleDefinitionId: id.toLowerCase() },
  });
  expect(principals(APP)).toEqual([APP]);
});

it('looks at the rows of the principals alone, however many there are', () => {
  const statements: string[] = [];
  const db = new Sqlite(':memory:', { verbose: (statement) => statements.push(String(statement)) });
  assignments = sqliteAssignments(db);
  define();
  assign(APP);
  statements.length = 0;
  principals(APP);
  const plans = [...statements].flatMap((statement) => db.prepare(`EXPLAIN QUERY PLAN ${statement}`).all());
  const details = plans.map((step) => (step as { detail: string }).detail);
  expect(details).toEqual([
    expect.stringMatching(/^SEARCH role_assignments USING INDEX/),
    expect.stringMatching(/^SEARCH role_definitions USING INDEX/),
  ]);
});

it('forgets everything when a new epoch begins', () => {
  define();
  assign(APP);
  assignments.clear();
  define();
  expect(principals(APP)).toEqual([]);
});
