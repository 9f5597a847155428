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

it('forgets everything when a new epoch begins', () => {
  define();
  assign(APP);
  assignments.clear();
  define();
  expect(principals(APP)).toEqual([]);
});
