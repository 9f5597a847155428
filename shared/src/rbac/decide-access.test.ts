import { expect, it } from 'vitest';
import {
  type AccessRequest,
  type DenyAssignment,
  decideAccess as decide,
  EVERYONE,
  type RoleAssignment,
} from './decide-access.ts';
import { matches } from './patterns.ts';
import { covers } from './scope.ts';

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
const decideAccess = (
  asked: AccessRequest,
  roleAssignments: readonly RoleAssignment[],
  denyAssignments: readonly DenyAssignment[] = [],
) => decide(asked, { roleAssignments, denyAssignments });
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
  ['a/*/c', 'a/c', true],
  ['a/*/c', 'ac', false],
  ['a/*', 'a/', true],
  ['a/*', 'b/a/c', false],
  ['*/read', 'a/b/read', true],
  ['*/read', 'a/b/read/action', false],
  ['a/b', 'A/B', true],
  ['a.b', 'axb', false],
  ['ab*ba', 'aba', false],
  // Managed Identity Operator: what is between two slashes may be nothing.
  [
    'Microsoft.ManagedIdentity/userAssignedIdentities/*/read',
    'Microsoft.ManagedIdentity/userAssignedIdentities/read',
    true,
  ],
  [
    'Microsoft.ManagedIdentity/userAssignedIdentities/*/read',
    'Microsoft.ManagedIdentity/userAssignedIdentitiesX/read',
    false,
  ],
])('pattern %s on %s: %s', (pattern, action, expected) => expect(matches(pattern, action)).toBe(expected));

it('covers by segment', () => {
  expect(covers('/subscriptions/a/resourceGroups/rg1', '/subscriptions/a/resourceGroups/rg10')).toBe(false);
});

const deny = (more: Partial<DenyAssignment> = {}): DenyAssignment => ({
  id: `${GROUP}/providers/Microsoft.Authorization/denyAssignments/1`,
  denyAssignmentName: 'Deny',
  scope: GROUP,
  doNotApplyToChildScopes: false,
  principalIds: ['app-oid'],
  excludedPrincipalIds: [],
  actions: [],
  notActions: [],
  dataActions: ['*'],
  notDataActions: [],
  ...more,
});
const denied = (denial: DenyAssignment, asked: AccessRequest = request) =>
  decideAccess(asked, [grant(GROUP)], [denial]);

it('lets a deny assignment win over every role assignment', () => {
  const denial = deny();
  expect(denied(denial)).toMatchObject({
    grantedBy: undefined,
    deniedBy: denial,
    considered: [{ verdict: 'grants' }],
    denials: [{ denial, verdict: 'denies' }],
  });
});

it.each([
  ['everybody', { principalIds: [EVERYONE] }, true],
  ['the principal in another case', { principalIds: ['APP-OID'] }, true],
  ['somebody else', { principalIds: ['other-oid'] }, false],
  ['another scope', { scope: `${GROUP}x` }, false],
  ['other data actions', { dataActions: ['Microsoft.Storage/*'] }, false],
  ['actions, which are no data actions', { actions: ['*'], dataActions: [] }, false],
  ['all but this data action', { notDataActions: [GET_SECRET] }, false],
  ['a scope above, and not its children', { doNotApplyToChildScopes: true }, false],
  ['this very scope, and not its children', { doNotApplyToChildScopes: true, scope: SECRET }, true],
])('a deny assignment for %s', (_, more, denies) => {
  const { deniedBy, grantedBy } = denied(deny(more));
  expect([deniedBy !== undefined, grantedBy !== undefined]).toEqual([denies, !denies]);
});

it('lets through whom a deny assignment excludes, by the principal and by its groups', () => {
  const denial = deny({ principalIds: [EVERYONE], excludedPrincipalIds: ['APP-oid'] });
  expect(denied(denial).grantedBy).toBeDefined();
  expect(denied(denial).denials).toMatchObject([{ verdict: 'principal excluded from denial' }]);
  const byGroup = { ...request, principalIds: ['app-oid', 'admins'] };
  expect(denied(deny({ excludedPrincipalIds: ['admins'] }), byGroup).grantedBy).toBeDefined();
});

const withCondition = (condition: string): RoleAssignment => ({ ...grant(GROUP), condition });
const TARGETED = `!(ActionMatches{'${GET_SECRET}'})`;

it('grants under a condition that holds, and not under one that does not', () => {
  expect(verdicts(withCondition(TARGETED), withCondition(`!(${TARGETED})`))).toEqual(['condition not met', 'grants']);
});

it('grants what a condition does not target as if there were none', () => {
  const condition =
    "!(ActionMatches{'Microsoft.Storage/*'}) OR @Resource[Microsoft.Storage/storageAccounts:name] StringEquals 'st'";
  expect(verdicts(withCondition(condition))).toEqual(['grants']);
});

it('never grants under a condition that cannot be read, or that asks for what is not there', () => {
  const unknown = "@Resource[Microsoft.Storage/storageAccounts:name] StringNotEquals 'st'";
  expect(verdicts(withCondition('no condition'), withCondition(''), withCondition(unknown))).toEqual(
    Array(3).fill('condition not met'),
  );
});

it('lets another role assignment grant what one refuses for its condition', () => {
  expect(decideAccess(request, [withCondition(TARGETED), grant(GROUP)]).grantedBy).toBeDefined();
});
