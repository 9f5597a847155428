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
const held = (...ids: string[]) => assignments.ofPrincipals(ids).roleAssignments;
const principals = (...ids: string[]) => held(...ids).map(({ principalId }) => principalId);

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
  expect(held(APP)).toMatchObject([{ scope: '/', role: { dataActions: ['*'] } }]);
  define(null);
  expect(principals(APP)).toEqual([]);
});

it('knows a role by its definition as it is now, also after a change that was rolled back', () => {
  const db = new Sqlite(':memory:');
  assignments = sqliteAssignments(db);
  define();
  assign(APP);
  const dataActions = () => held(APP)[0]?.role.dataActions;
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
    'SCAN deny_assignments',
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

const deny = (id: string, value: object | null = {}) =>
  assignments.apply({ kind: 'denyAssignment', id, value: value && ({ id, ...value } as ResourceOf<'denyAssignment'>) });

it('gives the deny assignments to everybody, until they are taken back', () => {
  deny('d1');
  deny('d2');
  expect(assignments.ofPrincipals([APP]).denyAssignments).toMatchObject([{ id: 'd1' }, { id: 'd2' }]);
  deny('d1', null);
  expect(assignments.ofPrincipals([]).denyAssignments).toMatchObject([{ id: 'd2' }]);
});

it('reads a principal once, and anew after each change', () => {
  define();
  assign(APP);
  assign(OTHER);
  const first = held(APP);
  expect(held(APP)).toBe(first);
  assignments.apply({ kind: 'roleAssignment', id: idOf(OTHER), value: null });
  expect(held(APP)).not.toBe(first);
  expect(held(APP)).toEqual(first);
});

it('keeps nothing that is read inside of a transaction, which may be rolled back', () => {
  const db = new Sqlite(':memory:');
  assignments = sqliteAssignments(db);
  define();
  const change = db.transaction(() => {
    assign(APP);
    deny('d1');
    expect(held(APP)).toHaveLength(1);
    expect(assignments.ofPrincipals([]).denyAssignments).toHaveLength(1);
    throw new Error('rolled back');
  });
  expect(change).toThrow('rolled back');
  expect(held(APP)).toEqual([]);
  expect(assignments.ofPrincipals([]).denyAssignments).toEqual([]);
});

it('keeps the condition of an assignment, also in a database of before there were any', () => {
  const db = new Sqlite(':memory:');
  db.exec(
    'CREATE TABLE role_assignments (id TEXT PRIMARY KEY, principal_id TEXT NOT NULL, scope TEXT NOT NULL, role_definition_id TEXT NOT NULL) STRICT',
  );
  assignments = sqliteAssignments(db);
  define();
  assign(APP);
  expect(held(APP)[0]?.condition).toBeUndefined();
  const value = {
    id: idOf(APP),
    scope: '/',
    principalId: APP,
    principalType: 'User' as const,
    roleDefinitionId: ROLE.id,
  };
  assignments.apply({ kind: 'roleAssignment', id: idOf(APP), value: { ...value, condition: 'c' } });
  expect(held(APP)[0]?.condition).toBe('c');
});
