import type { Resource } from '@lab/shared/feed/resources.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { assignmentsSeenFrom } from '../../domain/authorization/role-assignment.ts';
import { parseResourceId } from '../../domain/resource-id.ts';
import {
  FOREIGN_SUBSCRIPTION,
  FOREIGNER,
  failure,
  GROUP,
  OTHER_TENANT,
  OWNER,
  roleIdOf,
  STRANGER,
  SUBSCRIPTION,
  startTestArm,
  TENANT,
  type TestArm,
} from '../../testing.ts';

const APP = '0b000000-0000-4000-8000-000000000001';
const FOREIGN_APP = '0b000000-0000-4000-8000-000000000002';
const UNKNOWN = '0b000000-0000-4000-8000-000000000009';
const NAME = '145d75f8-08de-4446-bec8-91166e6c00d5';
const VAULT = `${GROUP}/providers/Microsoft.KeyVault/vaults/kv-lab`;
const SECRET = `${VAULT}/secrets/db`;
const READER = roleIdOf('Reader');
const LIST = '/providers/Microsoft.Authorization/roleAssignments';
const at = (scope: string, name = NAME) => `${scope}${LIST}/${name}`;
const roleId = (roleName = 'Reader', scope = SUBSCRIPTION) =>
  `${scope}/providers/Microsoft.Authorization/roleDefinitions/${roleIdOf(roleName)}`;
const body = (more: object = {}) => ({
  properties: { roleDefinitionId: roleId(), principalId: APP, principalType: 'ServicePrincipal', ...more },
});
const CONDITION =
  "((!(ActionMatches{'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read'})) OR (@Resource[Microsoft.Storage/storageAccounts/blobServices/containers/blobs:path] StringLike 'public/*'))";

const principal = (principalId: string, tenantId: string): Resource => ({
  kind: 'servicePrincipal',
  id: principalId,
  value: {
    principalId,
    clientId: principalId.replace('0b', '0c'),
    tenantId,
    displayName: 'vm-app01',
    identityType: 'SystemAssigned',
    resourceId: `${GROUP}/providers/Microsoft.Compute/virtualMachines/vm-app01`,
  },
});
const vault: Resource = {
  kind: 'vault',
  id: VAULT,
  value: {
    resourceId: VAULT,
    name: 'kv-lab',
    host: 'kv-lab.vault.azure.net',
    tenantId: TENANT,
    location: 'westeurope',
    softDeleteRetentionInDays: 90,
    enablePurgeProtection: false,
  },
};

let arm: TestArm;
beforeEach(async () => {
  arm = await startTestArm({ resources: [principal(APP, TENANT), principal(FOREIGN_APP, OTHER_TENANT), vault] });
});
afterEach(() => arm.close());

const put = (path: string, content: object = body(), more: object = {}) =>
  arm.ask('PUT', path, { body: content, ...more });

it('creates one: 201, as Azure shows it; the creator is filled in later', async () => {
  const created = await put(at(GROUP), body({ description: 'for the app' }));
  expect(created.status).toBe(201);
  const shown = {
    id: at(GROUP),
    type: 'Microsoft.Authorization/roleAssignments',
    name: NAME,
    properties: {
      roleDefinitionId: roleId(),
      principalId: APP,
      principalType: 'ServicePrincipal',
      scope: GROUP,
      condition: null,
      conditionVersion: null,
      createdOn: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z$/),
      updatedOn: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z$/),
      createdBy: null,
      updatedBy: OWNER,
      delegatedManagedIdentityResourceId: null,
      description: 'for the app',
    },
  };
  expect(created.body).toEqual(shown);
  expect((await arm.ask('GET', at(GROUP))).body).toEqual({
    ...shown,
    properties: { ...shown.properties, createdBy: OWNER },
  });
});

it.each([
  ['subscription', SUBSCRIPTION],
  ['resource group', GROUP],
  ['vault', VAULT],
  ['secret, which need not exist', SECRET],
])('is made at a %s', async (_, scope) => {
  const { status, body: shown } = await put(at(scope));
  expect([status, shown.id, shown.properties.scope]).toEqual([201, at(scope), scope]);
});

it.each([
  ['a group that does not exist', `${GROUP}-not`, '404 ResourceGroupNotFound'],
  ['a vault that does not exist', `${VAULT}-not`, '404 ResourceNotFound'],
  ['a resource of a type that there is not', `${GROUP}/providers/Microsoft.Foo/bars/b`, '404 ResourceNotFound'],
])('is not made at %s', async (_, scope, expected) => expect(failure(await put(at(scope)))).toBe(expected));

it('takes the id of a role with any scope, and answers with the one of the subscription', async () => {
  const { body: shown } = await put(at(GROUP), body({ roleDefinitionId: roleId('Reader', GROUP) }));
  expect(shown.properties.roleDefinitionId).toBe(roleId());
});

it('tells the type of a known principal by itself', async () => {
  const { status, body: shown } = await put(at(GROUP), body({ principalType: undefined }));
  expect([status, shown.properties.principalType]).toEqual([201, 'ServicePrincipal']);
});

it('takes a principal that nobody knows when its type is given, and not otherwise', async () => {
  const untyped = await put(at(GROUP), body({ principalId: UNKNOWN, principalType: null }));
  expect(failure(untyped)).toBe('400 PrincipalNotFound');
  expect(untyped.body.error.message).toMatch(
    new RegExp(`^Principal ${UNKNOWN.replaceAll('-', '')} does not exist in the directory ${TENANT}\\.`),
  );
  expect((await put(at(GROUP), body({ principalId: UNKNOWN }))).status).toBe(201);
});

it('knows no principal of another tenant, whatever its type is said to be', async () => {
  expect(failure(await put(at(GROUP), body({ principalId: FOREIGN_APP })))).toBe('400 PrincipalNotFound');
});

it('assigns nothing at a scope that goes while the directory is asked: what is made anew there is free of it', async () => {
  const gone = await startTestArm({
    entra: async () => {
      await gone.ask('DELETE', GROUP);
      return { status: 404, body: {} };
    },
  });
  const content = { body: body({ principalId: UNKNOWN, principalType: 'User' }) };
  expect(failure(await gone.ask('PUT', at(GROUP), content))).toBe('404 ResourceGroupNotFound');
  await gone.ask('PUT', GROUP, { body: { location: 'westeurope' } });
  expect(failure(await gone.ask('GET', at(GROUP)))).toBe('404 RoleAssignmentNotFound');
  await gone.close();
});

it('says so when the directory cannot be asked', async () => {
  const deaf = await startTestArm({
    entra: async () => {
      throw new Error('down');
    },
  });
  expect(failure(await deaf.ask('PUT', at(GROUP), { body: body({ principalId: UNKNOWN }) }))).toBe(
    '503 ServiceUnavailable',
  );
  await deaf.close();
});

it.each([
  ['a name that is no GUID', at(GROUP, 'mine'), body(), '400 InvalidRoleAssignmentId'],
  ['another type than the principal has', at(GROUP), body({ principalType: 'User' }), '400 UnmatchedPrincipalType'],
  ['a type that there is not', at(GROUP), body({ principalType: 'Robot' }), '400 InvalidPrincipalType'],
  ['a principal that is no GUID', at(GROUP), body({ principalId: 'app' }), '400 InvalidPrincipalId'],
  [
    'a role that does not exist',
    at(GROUP),
    body({ roleDefinitionId: roleId().replace(/.$/, 'f') }),
    '404 RoleDefinitionDoesNotExist',
  ],
  ['a role that is none', at(GROUP), body({ roleDefinitionId: 'Reader' }), '400 InvalidRoleDefinitionId'],
  ['no principal', at(GROUP), body({ principalId: undefined }), '400 InvalidRequestContent'],
  ['no properties', at(GROUP), {}, '400 InvalidRequestContent'],
  ['a condition that is none', at(GROUP), body({ condition: 'true' }), '400 InvalidRoleAssignmentCondition'],
  [
    'a condition of version 1.0',
    at(GROUP),
    body({ condition: CONDITION, conditionVersion: '1.0' }),
    '400 InvalidRoleAssignmentCondition',
  ],
])('refuses %s', async (_, path, content, expected) => expect(failure(await put(path, content))).toBe(expected));

it('says what is wrong with a condition, and where', async () => {
  const condition = "@Resource[Microsoft.ServiceBus/namespaces/queues:Name] stringEquals 'foo'";
  expect((await put(at(GROUP), body({ condition }))).body.error).toEqual({
    code: 'InvalidRoleAssignmentCondition',
    message:
      'The given role assignment condition is invalid. At position 0: Resource attribute Microsoft.ServiceBus/namespaces/queues:Name is not valid.',
    target: 'properties.condition',
  });
});

it('keeps a condition, of version 2.0 if none is given', async () => {
  const { body: shown } = await put(at(GROUP), body({ condition: CONDITION }));
  expect(shown.properties).toMatchObject({ condition: CONDITION, conditionVersion: '2.0' });
});

describe('a second PUT', () => {
  beforeEach(async () => {
    await put(at(GROUP));
  });

  it('of the same changes nothing: 200, and 201 for clients that know no other', async () => {
    expect((await put(at(GROUP))).status).toBe(200);
    expect((await put(at(GROUP), body(), { query: 'api-version=2020-04-01-preview' })).status).toBe(201);
    const revision = arm.resources.revision();
    await put(at(GROUP.toUpperCase().replace('/SUBSCRIPTIONS', '/subscriptions')));
    expect(arm.resources.revision()).toBe(revision);
  });

  it('changes description and condition, and nothing else', async () => {
    const { status, body: shown } = await put(at(GROUP), body({ description: 'new', condition: CONDITION }));
    expect([status, shown.properties.description, shown.properties.condition]).toEqual([200, 'new', CONDITION]);
    expect((await put(at(GROUP))).body.properties).toMatchObject({ description: null, condition: null });
  });

  it.each([
    ['principal', at(GROUP), { principalId: UNKNOWN }],
    ['role', at(GROUP), { roleDefinitionId: roleId('Contributor') }],
    ['scope', at(SUBSCRIPTION), {}],
  ])('with another %s is not permitted', async (_, path, more) => {
    const answer = await put(path, body(more));
    expect(failure(answer)).toBe('400 RoleAssignmentUpdateNotPermitted');
    expect(answer.body.error.message).toBe(
      'Tenant ID, application ID, principal ID, and scope are not allowed to be updated.',
    );
  });

  it('by another tenant, under the same name, is another assignment', async () => {
    await put(at(GROUP));
    const foreign = { principalId: FOREIGN_APP, roleDefinitionId: roleId('Reader', FOREIGN_SUBSCRIPTION) };
    expect((await put(at(FOREIGN_SUBSCRIPTION), body(foreign), { as: FOREIGNER })).status).toBe(201);
    expect((await arm.ask('GET', at(GROUP))).body.properties.principalId).toBe(APP);
  });

  it('under another name finds that it exists', async () => {
    const answer = await put(at(GROUP, crypto.randomUUID()));
    expect(failure(answer)).toBe('409 RoleAssignmentExists');
    expect(answer.body.error.message).toBe('The role assignment already exists.');
  });
});

it('deletes: 200 with what it was, then 204, and 404 for who asks for it', async () => {
  await put(at(GROUP));
  const path = at(GROUP.replace('resourceGroups', 'RESOURCEGROUPS'), NAME.toUpperCase());
  expect(await arm.ask('DELETE', path)).toMatchObject({ status: 200, body: { id: at(GROUP) } });
  expect(await arm.ask('DELETE', path)).toMatchObject({ status: 204, text: '' });
  const answer = await arm.ask('GET', at(GROUP));
  expect([failure(answer), answer.body.error.message]).toEqual([
    '404 RoleAssignmentNotFound',
    `The role assignment '${NAME}' is not found.`,
  ]);
});

it('assigns a custom role within its own scopes only', async () => {
  const role = crypto.randomUUID();
  const path = `${SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/${role}`;
  const properties = { roleName: 'R', permissions: [{ actions: ['*/read'] }], assignableScopes: [GROUP] };
  expect((await put(path, { properties })).status).toBe(201);
  expect(failure(await put(at(SUBSCRIPTION), body({ roleDefinitionId: path })))).toBe(
    '400 RoleAssignmentScopeNotAssignableToRoleDefinition',
  );
  expect((await put(at(VAULT), body({ roleDefinitionId: path }))).status).toBe(201);
});

describe('a list', () => {
  const ids: Record<string, string> = {};
  beforeEach(async () => {
    for (const [name, scope] of Object.entries({ sub: SUBSCRIPTION, group: GROUP, vault: VAULT, secret: SECRET })) {
      ids[name] = crypto.randomUUID();
      await put(at(scope, ids[name]));
    }
    ids.other = crypto.randomUUID();
    await put(at(VAULT, ids.other), body({ principalId: UNKNOWN }));
    arm.assign(APP, 'Reader', `${SUBSCRIPTION}/resourceGroups/rg-lab-2`);
  });
  const list = async (scope: string, filter?: string, as = OWNER) => {
    const query = filter === undefined ? '' : `?$filter=${filter}`;
    const { status, body: shown } = await arm.ask('GET', `${scope}${LIST}${query}`, { as });
    if (status !== 200) return [status];
    const byId = new Map(Object.entries(ids).map(([name, id]) => [id, name]));
    return shown.value.flatMap(({ name }: { name: string }) => byId.get(name) ?? []).sort();
  };
  const all = ['group', 'other', 'secret', 'sub', 'vault'];

  it.each([
    ['at, above and below the subscription', SUBSCRIPTION, undefined, all],
    ['at, above and below a vault', VAULT, undefined, all],
    ['at and above', VAULT, 'atScope()', ['group', 'other', 'sub', 'vault']],
    ['at and above, encoded', GROUP, 'atScope%28%29', ['group', 'sub']],
    [
      'of a principal, at, above and below',
      VAULT,
      `principalId%20eq%20%27${APP}%27`,
      ['group', 'secret', 'sub', 'vault'],
    ],
    ['of a principal in another case', GROUP, `PrincipalID+EQ+'${UNKNOWN.toUpperCase()}'`, ['other']],
    ['of whom it is assigned to', SUBSCRIPTION, `assignedTo('${UNKNOWN}')`, ['other']],
    ['of whom it is assigned to, spaced', SUBSCRIPTION, `assignedTo( '${UNKNOWN}' )`.replaceAll(' ', '%20'), ['other']],
    ['both', GROUP, `atScope()%20and%20assignedTo(%27${APP}%27)`, ['group', 'sub']],
    ['both, the other way round', GROUP, `principalId%20eq%20'${APP}'%20AND%20atScope()`, ['group', 'sub']],
    ['an empty filter', VAULT, '', all],
    ['of nobody', SUBSCRIPTION, `principalId eq '${FOREIGNER}'`.replaceAll(' ', '%20'), []],
    ['the whole tenant, for who may', '', undefined, all],
  ])('shows %s', async (_, scope, filter, expected) => {
    if (scope === '') arm.assign(OWNER, 'Reader', '/');
    expect(await list(scope, filter)).toEqual(expected);
  });

  it.each([
    'atScope',
    'atScope()atScope()',
    'atScope()%20and',
    "principalId%20eq%20'x'%20or%20atScope()",
    'x',
    "principalId%20ne%20'x'",
  ])('refuses the filter %s, and does not ignore it', async (filter) =>
    expect(await list(SUBSCRIPTION, filter)).toEqual([400]),
  );

  it('is for those who may read it, and shows what they inherit', async () => {
    expect(await list(VAULT, undefined, STRANGER)).toEqual([403]);
    arm.assign(STRANGER, 'Reader', VAULT);
    expect(await list(VAULT, 'atScope()', STRANGER)).toEqual(['group', 'other', 'sub', 'vault']);
    expect(await list(GROUP, undefined, STRANGER)).toEqual([403]);
  });

  it('shows nothing of another tenant, at the root either', async () => {
    arm.assign(FOREIGNER, 'Owner', '/');
    expect(await list('', undefined, FOREIGNER)).toEqual([]);
    expect(await list('', `principalId%20eq%20'${APP}'`, FOREIGNER)).toEqual([]);
    expect(await list(SUBSCRIPTION, undefined, FOREIGNER)).toEqual([401]);
  });

  it('comes in pages, each assignment once', async () => {
    const seen: string[] = [];
    let path: string | undefined = `${GROUP}${LIST}?$top=2`;
    while (path !== undefined) {
      const { body: page } = await arm.ask('GET', path);
      seen.push(...page.value.map(({ id }: { id: string }) => id));
      path = page.nextLink && new URL(page.nextLink).pathname + new URL(page.nextLink).search;
      if (path) path = path.replace(/&?api-version=[^&]*/, '');
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toHaveLength(6); // and that of OWNER
  });

  it('reads no more of them than a page has, however many there are at the scope, above and below it', async () => {
    arm.resources.transaction(() => {
      for (const scope of [SUBSCRIPTION, GROUP, VAULT]) {
        for (let count = 0; count < 40; count += 1) arm.assign(crypto.randomUUID(), 'Reader', scope);
      }
    });
    let read = 0;
    const counting: typeof arm.resources = {
      ...arm.resources,
      within: (kind, place, page) => {
        const found = arm.resources.within(kind, place, page);
        read += found.length;
        return found;
      },
    };
    const page = { after: undefined, limit: 3 };
    const filter = { atScope: false, principalId: undefined };
    const seen = assignmentsSeenFrom(counting, parseResourceId(GROUP), filter, { tenantId: TENANT, page });
    expect(seen.length).toBeGreaterThanOrEqual(3);
    expect(read).toBeLessThanOrEqual(9);
  });

  it('shows what is left of a principal that has gone', async () => {
    arm.resources.remove('servicePrincipal', APP);
    expect(await list(VAULT, `principalId%20eq%20'${APP}'`)).toEqual(['group', 'secret', 'sub', 'vault']);
  });
});

describe('who may assign roles', () => {
  it.each([
    ['Contributor', '403 AuthorizationFailed'],
    ['Reader', '403 AuthorizationFailed'],
    ['User Access Administrator', '201 undefined'],
    ['Role Based Access Control Administrator', '201 undefined'],
  ])('%s: %s', async (roleName, expected) => {
    arm.assign(STRANGER, roleName, GROUP);
    expect(failure(await put(at(GROUP), body(), { as: STRANGER }))).toBe(expected);
  });

  it('names the assignment asked for in the refusal, and says nothing about what exists', async () => {
    for (const scope of [GROUP, `${GROUP}-not`]) {
      for (const method of ['GET', 'PUT', 'DELETE']) {
        const answer = await arm.ask(method, at(scope), { as: STRANGER, ...(method === 'PUT' && { rawBody: '{' }) });
        expect(failure(answer)).toBe('403 AuthorizationFailed');
        expect(answer.body.error.message).toContain(`over scope '${at(scope)}'`);
      }
    }
  });
});

describe('an administrator under a condition', () => {
  const LIMITED = `((!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'})) OR (@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {${READER}} AND @Request[Microsoft.Authorization/roleAssignments:PrincipalType] StringEqualsIgnoreCase 'ServicePrincipal')) AND ((!(ActionMatches{'Microsoft.Authorization/roleAssignments/delete'})) OR (@Resource[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {${READER}}))`;
  const asLimited = { as: STRANGER };
  beforeEach(async () => {
    const administrator = roleId('Role Based Access Control Administrator');
    const properties = { roleDefinitionId: administrator, principalId: STRANGER, principalType: 'ServicePrincipal' };
    const path = at(GROUP, crypto.randomUUID());
    expect((await put(path, { properties: { ...properties, condition: LIMITED } })).status).toBe(201);
  });

  it('assigns the roles that it names, to principals that it names', async () => {
    expect((await put(at(GROUP), body(), asLimited)).status).toBe(201);
    expect(failure(await put(at(VAULT, UNKNOWN), body({ roleDefinitionId: roleId('Owner') }), asLimited))).toBe(
      '403 AuthorizationFailed',
    );
    expect(failure(await put(at(VAULT, UNKNOWN), body({ principalType: 'User' }), asLimited))).toBe(
      '403 AuthorizationFailed',
    );
    expect(failure(await arm.ask('PUT', at(VAULT, UNKNOWN), { as: STRANGER, rawBody: '{' }))).toBe(
      '403 AuthorizationFailed',
    );
  });

  it('looks the type of the principal up where the request does not say it', async () => {
    expect((await put(at(GROUP), body({ principalType: undefined }), asLimited)).status).toBe(201);
  });

  it('takes back those roles, and no others', async () => {
    await put(at(GROUP));
    const owner = at(VAULT, UNKNOWN);
    await put(owner, body({ roleDefinitionId: roleId('Owner') }));
    expect((await arm.ask('DELETE', at(GROUP), asLimited)).status).toBe(200);
    expect(failure(await arm.ask('DELETE', owner, asLimited))).toBe('403 AuthorizationFailed');
  });

  it('cannot lift its own condition', async () => {
    const [own] = arm.resources.findBy('roleAssignment', 'principalId', STRANGER);
    const { id = '', roleDefinitionId = '' } = own ?? {};
    const properties = { ...body().properties, roleDefinitionId, principalId: STRANGER };
    expect(
      failure(
        await put(
          id,
          { properties: { ...properties, roleDefinitionId: `${roleId().slice(0, -36)}${roleDefinitionId}` } },
          asLimited,
        ),
      ),
    ).toBe('403 AuthorizationFailed');
  });
});

it('loses nothing of 200 concurrent writes, while others read', async () => {
  const names = Array.from({ length: 200 }, () => crypto.randomUUID());
  const principals = names.map(() => crypto.randomUUID());
  const write = (name: string, index: number) => put(at(VAULT, name), body({ principalId: principals[index] }));
  const read = () => arm.ask('GET', `${VAULT}${LIST}`);
  const answers = await Promise.all(names.flatMap((name, index) => [write(name, index), read()]));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 201]));
  const { body: shown } = await read();
  const found = new Set(shown.value.map(({ name }: { name: string }) => name));
  expect(names.filter((name) => !found.has(name))).toEqual([]);
  expect(new Set(arm.resources.changedSince(0, ['roleAssignment'], 1_000).map(({ id }) => id)).size).toBe(202);
}, 30_000); // of a busy machine; a second of an idle one

it('lets one of many concurrent writes of the same assignment create it', async () => {
  const answers = await Promise.all(Array.from({ length: 8 }, () => put(at(VAULT, crypto.randomUUID()))));
  expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(7).fill(409)]);
});

it('leaves another tenant outside, whatever its roles', async () => {
  arm.assign(FOREIGNER, 'Owner', SUBSCRIPTION);
  for (const method of ['GET', 'PUT', 'DELETE']) {
    expect(failure(await arm.ask(method, at(GROUP), { as: FOREIGNER, body: body() }))).toBe(
      '401 InvalidAuthenticationTokenTenant',
    );
  }
  expect(failure(await arm.ask('GET', `${FOREIGN_SUBSCRIPTION}${LIST}`))).toBe('401 InvalidAuthenticationTokenTenant');
});
