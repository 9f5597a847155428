import { expect, it } from 'vitest';
import { covers, decideAccess, matches, type RoleAssignment } from './decide-access.ts';

const GROUP = '/subscriptions/5a1e/resourceGroups/rg1';
const SECRET = `${GROUP}/providers/Microsoft.KeyVault/vaults/kv1/secrets/db`;
const GET_SECRET = 'Microsoft.KeyVault/vaults/secrets/getSecret/action';
const request = { principalIds: ['app-oid'], operation: { dataAction: GET_SECRET }, resourceId: SECRET };

const grant = (
  scope: string,
  dataActions = [GET_SECRET],
  notDataActions: string[] = [],
  principalId = 'app-oid',
): RoleAssignment => ({
  id: `${scope}/providers/Microsoft.Authorization/roleAssignments/1`,
  principalId,
  scope,
  role: { id: 'r', roleName: 'Role', actions: ['*'], notActions: [], dataActions, notDataActions },
});
const verdicts = (...assignments: RoleAssignment[]) =>
  decideAccess(request, assignments).considered.map(({ verdict }) => verdict);

it.each([
  ['the root', '/', 'grants'],
  ['the subscription', '/subscriptions/5a1e', 'grants'],
  ['the resource group above it', GROUP, 'grants'],
  ['the secret itself', SECRET, 'grants'],
  ['the same id in another case', SECRET.toUpperCase(), 'grants'],
  ['a vault whose name only starts the same', SECRET.replace('kv1/secrets/db', 'kv'), 'other scope'],
  ['another secret', `${SECRET}2`, 'other scope'],
  ['something below it', `${SECRET}/versions/1`, 'other scope'],
])('assigned at %s', (_, scope, verdict) => expect(verdicts(grant(scope))).toEqual([verdict]));

it('lets a second role grant what the first leaves out, because notDataActions is not a deny', () => {
  const allButGet = grant(GROUP, ['Microsoft.KeyVault/*'], [GET_SECRET]);
  expect(verdicts(allButGet, grant(GROUP))).toEqual(['action excluded by role', 'grants']);
});

it('subtracts notDataActions within their role', () => {
  expect(
    decideAccess(request, [grant(GROUP, ['*'], ['Microsoft.KeyVault/vaults/secrets/getSecret/*'])]).grantedBy,
  ).toBeUndefined();
});

it('subtracts notActions within their role', () => {
  const { role, ...assignment } = grant(GROUP);
  const allButWrite = { ...assignment, role: { ...role, notActions: ['Microsoft.Authorization/*/Write'] } };
  const operation = { action: 'Microsoft.Authorization/roleAssignments/write' };
  expect(decideAccess({ ...request, operation }, [allButWrite]).considered).toMatchObject([
    { verdict: 'action excluded by role' },
  ]);
});

it('grants no data action for actions: ["*"]', () => {
  expect(verdicts(grant('/', []))).toEqual(['action not in role']);
});

it('grants no action for dataActions: ["*"]', () => {
  const { role, ...assignment } = grant('/', ['*']);
  const dataOnly = { ...assignment, role: { ...role, actions: [] } };
  const operation = { action: 'Microsoft.Storage/x/read' };
  expect(decideAccess({ ...request, operation }, [dataOnly]).considered).toMatchObject([
    { verdict: 'action not in role' },
  ]);
});

it('checks actions against actions', () => {
  const { grantedBy } = decideAccess({ ...request, operation: { action: 'Microsoft.Storage/x/read' } }, [
    grant('/', []),
  ]);
  expect(grantedBy).toBeDefined();
});

it('grants nothing to another principal', () => {
  expect(verdicts(grant('/', ['*'], [], 'other-oid'))).toEqual(['other principal']);
});

it('counts the groups of the caller', () => {
  const inGroup = { ...request, principalIds: ['someone', 'group-oid'] };
  expect(decideAccess(inGroup, [grant('/', ['*'], [], 'group-oid')]).grantedBy).toBeDefined();
});

it('allows nothing when there is no role assignment', () => {
  expect(decideAccess(request, []).grantedBy).toBeUndefined();
});

it.each([
  ['*', 'a/b/c', true],
  ['a/*/c', 'a/b/x/c', true],
  ['a/*/c', 'a/c', false],
  ['a/*', 'a/', true],
  ['a/*', 'b/a/c', false],
  ['*/read', 'a/b/read', true],
  ['*/read', 'a/b/read/action', false],
  ['a/b', 'A/B', true],
  ['a.b', 'axb', false],
  ['ab*ba', 'aba', false],
])('pattern %s on %s: %s', (pattern, action, expected) => expect(matches(pattern, action)).toBe(expected));

it('covers by segment', () => {
  expect(covers('/subscriptions/a/resourceGroups/rg1', '/subscriptions/a/resourceGroups/rg10')).toBe(false);
});
