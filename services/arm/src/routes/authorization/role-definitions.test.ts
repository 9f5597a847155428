import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  FOREIGN_SUBSCRIPTION,
  FOREIGNER,
  failure,
  GROUP,
  OWNER,
  roleIdOf,
  STRANGER,
  SUBSCRIPTION,
  SUBSCRIPTION_ID,
  startTestArm,
  type TestArm,
} from '../../testing.ts';

const READER = roleIdOf('Reader');
const LIST = '/providers/Microsoft.Authorization/roleDefinitions';
const NAMER = '40ffc246-8239-46c7-88de-eba9728b2030';
const custom = (properties: object = {}) => ({
  properties: {
    roleName: 'Secret Namer',
    description: 'd',
    permissions: [
      {
        actions: [],
        notActions: [],
        dataActions: ['Microsoft.KeyVault/vaults/secrets/readMetadata/action'],
        notDataActions: [],
      },
    ],
    assignableScopes: [SUBSCRIPTION],
    ...properties,
  },
});

let arm: TestArm;
beforeAll(async () => {
  arm = await startTestArm();
});
afterAll(() => arm.close());

const names = async (path: string, as = OWNER) => {
  const { status, body } = await arm.ask('GET', path, { as });
  return [status, body.value?.map(({ properties }: { properties: { roleName: string } }) => properties.roleName)];
};
const filtered = (filter: string, scope = SUBSCRIPTION) =>
  names(`${scope}${LIST}?$filter=${encodeURIComponent(filter)}`);

it('shows a built-in role as Azure does', async () => {
  const { status, body } = await arm.ask('GET', `${SUBSCRIPTION}${LIST}/${READER}`);
  expect(status).toBe(200);
  expect(body).toEqual({
    id: `${SUBSCRIPTION}${LIST}/${READER}`,
    type: 'Microsoft.Authorization/roleDefinitions',
    name: READER,
    properties: {
      roleName: 'Reader',
      type: 'BuiltInRole',
      description: 'View all resources, but does not allow you to make any changes.',
      assignableScopes: ['/'],
      permissions: [{ actions: ['*/read'], notActions: [], dataActions: [], notDataActions: [] }],
      createdOn: '2015-02-02T21:55:09.8806423Z',
      updatedOn: expect.stringMatching(/Z$/),
      createdBy: null,
      updatedBy: null,
    },
  });
});

it.each([
  ['the subscription', SUBSCRIPTION, SUBSCRIPTION],
  ['a resource group, where the subscription alone comes before it', GROUP, SUBSCRIPTION],
  ['no scope at all', '', ''],
])('gives the id of a role as seen from %s', async (_, scope, prefix) => {
  const { body } = await arm.ask('GET', `${scope}${LIST}?$filter=roleName%20eq%20'Reader'`);
  expect(body.value.map(({ id }: { id: string }) => id)).toEqual([`${prefix}${LIST}/${READER}`]);
});

it('lets everybody read roles without a scope, and nobody without a role read them at one', async () => {
  expect((await arm.ask('GET', LIST, { as: STRANGER })).status).toBe(200);
  expect((await arm.ask('GET', `${LIST}/${READER}`, { as: STRANGER })).status).toBe(200);
  expect(failure(await arm.ask('GET', `${SUBSCRIPTION}${LIST}`, { as: STRANGER }))).toBe('403 AuthorizationFailed');
});

it.each([
  ["roleName eq 'Reader'", ['Reader']],
  ["rolename EQ 'reader'", ['Reader']],
  ["  roleName  eq  'Reader'  and type eq 'BuiltInRole' ", ['Reader']],
  ["roleName eq 'Nobody''s'", []],
  ["type eq 'CustomRole'", []],
])('filters by %s', async (filter, expected) => expect(await filtered(filter)).toEqual([200, expected]));

it.each(["roleName eq 'a' or type eq 'b'", "roleName eq 'a' roleName eq 'b'", "roleName eq 'a' and", 'roleName'])(
  'refuses the filter %s',
  async (filter) => expect((await filtered(filter))[0]).toBe(400),
);

describe('a custom role', () => {
  it('is created, shown, listed, changed and deleted', async () => {
    const path = `${SUBSCRIPTION}${LIST}/${NAMER}`;
    const created = await arm.ask('PUT', path, { body: custom() });
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({
      name: NAMER,
      id: path,
      properties: { type: 'CustomRole', ...custom().properties },
    });
    expect((await arm.ask('GET', path)).body).toEqual(created.body);
    expect(await filtered("type eq 'CustomRole'")).toEqual([200, ['Secret Namer']]);
    expect(await filtered("type eq 'CustomRole'", GROUP)).toEqual([200, ['Secret Namer']]);

    expect((await arm.ask('PUT', path, { body: custom({ roleName: 'Namer' }) })).status).toBe(201);
    expect(await filtered("type eq 'CustomRole'")).toEqual([200, ['Namer']]);

    expect((await arm.ask('DELETE', path)).body).toMatchObject({ name: NAMER });
    expect((await arm.ask('DELETE', path)).status).toBe(204);
    expect(failure(await arm.ask('GET', path))).toBe('404 RoleDefinitionDoesNotExist');
  });

  it('of a resource group is listed there, and above it only when asked for', async () => {
    const path = `${SUBSCRIPTION}${LIST}/${NAMER}`;
    await arm.ask('PUT', path, { body: custom({ assignableScopes: [GROUP] }) });
    expect(await filtered("type eq 'CustomRole'", GROUP)).toEqual([200, ['Secret Namer']]);
    expect(await filtered("type eq 'CustomRole'")).toEqual([200, []]);
    expect(await filtered("atScopeAndBelow() and type eq 'CustomRole'")).toEqual([200, ['Secret Namer']]);
    await arm.ask('DELETE', path);
  });

  it('is not deleted while it is assigned', async () => {
    const path = `${SUBSCRIPTION}${LIST}/${NAMER}`;
    await arm.ask('PUT', path, { body: custom() });
    const assignment = `${SUBSCRIPTION}/providers/Microsoft.Authorization/roleAssignments/${crypto.randomUUID()}`;
    const properties = { roleDefinitionId: path, principalId: crypto.randomUUID(), principalType: 'ServicePrincipal' };
    expect((await arm.ask('PUT', assignment, { body: { properties } })).status).toBe(201);
    expect(failure(await arm.ask('DELETE', path))).toBe('400 RoleDefinitionHasAssignments');
    await arm.ask('DELETE', assignment);
    expect((await arm.ask('DELETE', path)).status).toBe(200);
  });

  it('belongs to its tenant: another one neither sees nor changes it, and may use its name', async () => {
    await arm.ask('PUT', `${SUBSCRIPTION}${LIST}/${NAMER}`, { body: custom() });
    const foreign = `${FOREIGN_SUBSCRIPTION}${LIST}/${NAMER}`;
    const body = custom({ assignableScopes: [FOREIGN_SUBSCRIPTION] });
    const asForeigner = (method: string, path: string) => arm.ask(method, path, { as: FOREIGNER, body });
    expect(failure(await arm.ask('GET', `${LIST}/${NAMER}`, { as: FOREIGNER }))).toBe('404 RoleDefinitionDoesNotExist');
    expect((await names(LIST, FOREIGNER))[1]).not.toContain('Secret Namer');
    expect(failure(await asForeigner('PUT', foreign))).toBe('404 RoleDefinitionDoesNotExist');
    expect((await arm.ask('DELETE', foreign, { as: FOREIGNER })).status).toBe(204);
    const own = `${FOREIGN_SUBSCRIPTION}${LIST}/${crypto.randomUUID()}`;
    expect((await asForeigner('PUT', own)).status).toBe(201);
    expect((await arm.ask('DELETE', `${SUBSCRIPTION}${LIST}/${NAMER}`)).status).toBe(200);
  });

  const GIVEN = { actions: [], notActions: [], dataActions: [], notDataActions: [] };
  it.each([
    ['a name that a built-in role has', { roleName: 'reader' }, '409 RoleDefinitionWithSameNameExists'],
    ['no name', { roleName: ' ' }, '400 InvalidRoleDefinition'],
    ['a subscription of another tenant', { assignableScopes: [FOREIGN_SUBSCRIPTION] }, '403 LinkedAuthorizationFailed'],
    [
      'a subscription that does not exist',
      { assignableScopes: [SUBSCRIPTION.replace(/.$/, '9')] },
      '403 LinkedAuthorizationFailed',
    ],
    ['a group that does not exist', { assignableScopes: [`${GROUP}-not`] }, '404 ResourceGroupNotFound'],
    ['no scope', { assignableScopes: [] }, '400 InvalidParameter'],
    ['the root', { assignableScopes: ['/'] }, '400 InvalidParameter'],
    ['a resource', { assignableScopes: [`${GROUP}/providers/Microsoft.KeyVault/vaults/kv`] }, '400 InvalidParameter'],
    ['a scope that is none', { assignableScopes: ['subscriptions'] }, '400 InvalidParameter'],
    [
      'data actions at a management group',
      { assignableScopes: ['/providers/Microsoft.Management/managementGroups/mg'] },
      '400 InvalidAssignableScopes',
    ],
    [
      'an action that is none',
      { permissions: [{ ...GIVEN, actions: ['read everything'] }] },
      '400 InvalidActionOrNotAction',
    ],
    ['two sets of permissions', { permissions: [GIVEN, GIVEN] }, '400 InvalidRoleDefinition'],
    ['a condition', { permissions: [{ ...GIVEN, condition: 'x' }] }, '400 InvalidRoleDefinition'],
    ['permissions of another shape', { permissions: {} }, '400 InvalidRequestContent'],
    ['the type of a built-in role', { type: 'BuiltInRole' }, '400 InvalidRoleDefinition'],
  ])('is refused with %s', async (_, properties, expected) => {
    const answer = await arm.ask('PUT', `${SUBSCRIPTION}${LIST}/${NAMER}`, { body: custom(properties) });
    expect(failure(answer)).toBe(expected);
  });

  it('needs the right at all of its scopes, as well as at the request', async () => {
    arm.assign(STRANGER, 'User Access Administrator', GROUP);
    const put = (scope: string, assignableScopes: string[]) =>
      arm.ask('PUT', `${scope}${LIST}/${NAMER}`, { as: STRANGER, body: custom({ assignableScopes }) });
    expect(failure(await put(SUBSCRIPTION, [GROUP]))).toBe('403 AuthorizationFailed');
    expect(failure(await put(GROUP, [GROUP, SUBSCRIPTION]))).toBe('403 LinkedAuthorizationFailed');
    expect((await put(GROUP, [GROUP])).status).toBe(201);
    expect((await arm.ask('DELETE', `${GROUP}${LIST}/${NAMER}`, { as: STRANGER })).status).toBe(200);
  });

  it('is not changed by who may write roles at the new scopes alone: it would grant more where it is assigned', async () => {
    const someone = crypto.randomUUID();
    arm.assign(someone, 'User Access Administrator', GROUP);
    const write = (as: string, scope: string, permissions: object[]) =>
      arm.ask('PUT', `${scope}${LIST}/${NAMER}`, { as, body: custom({ assignableScopes: [scope], permissions }) });
    const all = [{ ...GIVEN, actions: ['*'] }];
    expect((await write(OWNER, SUBSCRIPTION, [GIVEN])).status).toBe(201);
    expect(failure(await write(someone, GROUP, all))).toBe('403 LinkedAuthorizationFailed');
    const { body } = await arm.ask('GET', `${SUBSCRIPTION}${LIST}/${NAMER}`);
    expect(body.properties).toMatchObject({ assignableScopes: [SUBSCRIPTION], permissions: [GIVEN] });
    expect((await write(OWNER, GROUP, all)).status).toBe(201);
    await arm.ask('DELETE', `${SUBSCRIPTION}${LIST}/${NAMER}`);
  });

  it('is named by a GUID, and not by that of a built-in role', async () => {
    expect(failure(await arm.ask('PUT', `${SUBSCRIPTION}${LIST}/namer`, { body: custom() }))).toBe(
      '400 InvalidRoleDefinitionId',
    );
    const reader = `${SUBSCRIPTION}${LIST}/${READER}`;
    expect(failure(await arm.ask('PUT', reader, { body: custom() }))).toBe('400 RoleDefinitionUpdateNotPermitted');
    expect(failure(await arm.ask('DELETE', reader))).toBe('400 RoleDefinitionUpdateNotPermitted');
  });

  it('grants what it says in the next request, and nothing once it is changed', async () => {
    const someone = crypto.randomUUID();
    const path = `${SUBSCRIPTION}${LIST}/${NAMER}`;
    const actions = (...list: string[]) => custom({ permissions: [{ ...GIVEN, actions: list }] });
    await arm.ask('PUT', path, { body: actions('Microsoft.Resources/subscriptions/resourceGroups/read') });
    const assignment = `${SUBSCRIPTION}/providers/Microsoft.Authorization/roleAssignments/${crypto.randomUUID()}`;
    const properties = { roleDefinitionId: path, principalId: someone, principalType: 'ServicePrincipal' };
    await arm.ask('PUT', assignment, { body: { properties } });
    const group = () => arm.ask('GET', GROUP.replace(SUBSCRIPTION_ID, SUBSCRIPTION_ID), { as: someone });
    expect((await group()).status).toBe(200);
    await arm.ask('PUT', path, { body: actions('Microsoft.Resources/subscriptions/read') });
    expect(failure(await group())).toBe('403 AuthorizationFailed');
  });
});
