import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { account, objectIdOf, startTestLab, type TestLab } from '../testing.ts';

const CONTAINERS = 'Microsoft.Storage/storageAccounts/blobServices/containers';
const BLOBS = `${CONTAINERS}/blobs`;
const READ = `ActionMatches{'${BLOBS}/read'}`;
const TAGS = { 'x-ms-blob-type': 'BlockBlob', 'x-ms-tags': 'Project=Cascade' };

let lab: TestLab;
beforeEach(async () => {
  lab = await startTestLab();
  await lab.container('docs');
  await lab.container('other');
  for (const path of ['/docs/public/a', '/docs/private/a', '/other/public/a']) await lab.put(path, 'abc');
  await lab.ask('PUT', '/docs/tagged', { as: 'dataOwner', headers: TAGS, body: 'x' });
});
afterEach(() => lab.close());

/** Gives `nobody` the role of somebody, under a condition. */
function assign(as: 'reader' | 'contributor' | 'dataOwner', condition: string): void {
  const [held] = lab.assignments.ofPrincipals([objectIdOf(as)]).roleAssignments;
  const id = `${account.resourceId}/providers/Microsoft.Authorization/roleAssignments/conditional`;
  const value = {
    id,
    scope: account.resourceId,
    principalId: objectIdOf('nobody'),
    principalType: 'ServicePrincipal' as const,
    roleDefinitionId: held?.role.id ?? '',
    condition,
  };
  lab.assignments.apply({ kind: 'roleAssignment', id, value });
}
const ask = async (method: string, path: string, more = {}) =>
  (await lab.ask(method, path, { as: 'nobody', ...more })).status;
const list = (query: string) => ask('GET', `/docs?restype=container&comp=list${query}`);

it('opens what lies in a path, and nothing beside it', async () => {
  assign('reader', `!(${READ}) OR @Resource[${BLOBS}:path] StringLike 'public/*'`);
  expect(await ask('GET', '/docs/public/a')).toBe(200);
  expect(await ask('GET', '/docs/public%2Fa')).toBe(200);
  expect(await ask('GET', '/docs/private/a')).toBe(403);
  expect(await ask('GET', '/docs/public')).toBe(403);
  expect(await ask('GET', '/docs/private/../public/a')).toBe(403); // a name like any other
  expect(await list('')).toBe(403); // a list has no path
  expect(await ask('GET', '/?comp=list')).toBe(200); // not what the condition is about
});

it('opens a container by its name', async () => {
  assign('reader', `!(${READ}) OR @Resource[${CONTAINERS}:name] StringEquals 'docs'`);
  expect(await ask('GET', '/docs/public/a')).toBe(200);
  expect(await list('')).toBe(200);
  expect(await ask('GET', '/other/public/a')).toBe(403);
});

it('tells lists from other reads, and lists what the prefix allows', async () => {
  assign(
    'reader',
    `(!(${READ} AND NOT SubOperationMatches{'Blob.List'}) OR @Resource[${BLOBS}:path] StringStartsWith 'public/') AND ` +
      `(!(${READ} AND SubOperationMatches{'Blob.List'}) OR @Request[${BLOBS}:prefix] StringStartsWith 'public/')`,
  );
  expect(await ask('GET', '/docs/public/a')).toBe(200);
  expect(await ask('GET', '/docs/private/a')).toBe(403);
  expect(await list('&prefix=public/')).toBe(200);
  expect(await list('&prefix=')).toBe(403);
  expect(await list('')).toBe(403);
  expect(await list('&prefix=p')).toBe(403);
});

it('opens blobs by their tags', async () => {
  assign('reader', `!(${READ}) OR @Resource[${BLOBS}/tags:Project<$key_case_sensitive$>] StringEquals 'Cascade'`);
  expect(await ask('GET', '/docs/tagged')).toBe(200);
  expect(await ask('GET', '/docs/public/a')).toBe(403);
  expect(await ask('GET', '/docs/nope')).toBe(403);
});

it('does not open a blob without tags to a condition on what they are not', async () => {
  assign('reader', `!(${READ}) OR @Resource[${BLOBS}/tags:Project] StringNotEquals 'Baker'`);
  expect(await ask('GET', '/docs/tagged')).toBe(200);
  expect(await ask('GET', '/docs/public/a')).toBe(403);
});

describe('tags that a write brings along', () => {
  const withTags = (header: string | undefined, path = '/docs/new') =>
    ask('PUT', path, { headers: { 'x-ms-blob-type': 'BlockBlob', 'x-ms-tags': header }, body: 'x' });

  it('have to be these, where a condition is about writes with tags', async () => {
    const targets = ['write', 'add/action'].map(
      (action) => `!(ActionMatches{'${BLOBS}/${action}'} AND SubOperationMatches{'Blob.Write.WithTagHeaders'})`,
    );
    assign('dataOwner', `(${targets.join(' AND ')}) OR @Request[${BLOBS}/tags:Project] StringEquals 'Cascade'`);
    expect(await withTags('Project=Cascade')).toBe(201);
    expect(await withTags('Project=Baker')).toBe(403);
    expect(await withTags('other=1')).toBe(403);
    expect(await withTags('Project=*')).toBe(403);
    expect(await withTags(undefined)).toBe(201); // not what the condition is about
  });

  it('have to be these under each spelling of the key: another one beside it does not stand for it', async () => {
    assign('dataOwner', `@Request[${BLOBS}/tags:Project] StringEquals 'Cascade'`);
    const write = (tags: string) => ask('PUT', '/docs/new', { headers: { ...TAGS, 'x-ms-tags': tags }, body: 'x' });
    expect(await write('project=Cascade&Project=Other')).toBe(403);
    expect(await write('Project=Other&project=Cascade')).toBe(403);
    expect(await write('project=Cascade')).toBe(201);
  });

  it('have to have these keys, also when they are set later', async () => {
    const target = `!(ActionMatches{'${BLOBS}/tags/write'})`;
    assign(
      'dataOwner',
      `${target} OR @Request[${BLOBS}/tags&$keys$&] ForAllOfAnyValues:StringEquals {'Project', 'Program'}`,
    );
    const set = (key: string) =>
      ask('PUT', '/docs/tagged?comp=tags', {
        body: `<Tags><TagSet><Tag><Key>${key}</Key><Value>v</Value></Tag></TagSet></Tags>`,
      });
    expect(await set('Program')).toBe(204);
    expect(await set('Secret')).toBe(403);
    expect(await ask('PUT', '/docs/tagged?comp=tags', { body: '<Tags><TagSet /></Tags>' })).toBe(403);
    expect(await ask('PUT', '/docs/tagged?comp=tags', { body: '<' })).toBe(403);
  });
});

it.each([
  [`@Resource[Microsoft.Storage/storageAccounts:name] StringEquals 'stlab'`, 200],
  [`@Resource[Microsoft.Storage/storageAccounts:name] StringEquals 'stother'`, 403],
  ['@Resource[Microsoft.Storage/storageAccounts:isHnsEnabled] BoolEquals true', 403],
  [`@Resource[${BLOBS}:isCurrentVersion] BoolEquals true`, 200],
  [`NOT Exists @Request[${BLOBS}:snapshot]`, 200],
  ["@Environment[UtcNow] DateTimeGreaterThan '2020-01-01T00:00:00.0Z'", 200],
  ["@Environment[UtcNow] DateTimeLessThan '2020-01-01T00:00:00.0Z'", 403],
  ['@Environment[isPrivateLink] BoolEquals true', 403],
  ["@Principal[Microsoft.Directory/CustomSecurityAttributes/Id:a_b] StringEquals 'x'", 403],
  ["@Resource[Microsoft.Storage/storageAccounts/encryptionScopes:name] StringEquals 'x'", 403],
])('knows %s: %i', async (condition, status) => {
  assign('reader', `!(${READ}) OR ${condition}`);
  expect(await ask('GET', '/docs/public/a')).toBe(status);
});

it('says in the event which condition was not met', async () => {
  const condition = `!(${READ}) OR @Resource[${BLOBS}:path] StringEquals 'x'`;
  assign('reader', condition);
  await ask('GET', '/docs/public/a');
  expect(lab.events.since(0).at(-1)?.decision).toMatchObject({
    grantedBy: null,
    considered: [{ verdict: 'condition not met', condition }],
  });
});

it('is kept from a blob by a deny assignment, whatever the roles say', async () => {
  const denial = {
    id: `${account.resourceId}/providers/Microsoft.Authorization/denyAssignments/1`,
    denyAssignmentName: 'Deny',
    description: '',
    scope: account.resourceId,
    doNotApplyToChildScopes: false,
    principalIds: ['00000000-0000-0000-0000-000000000000'],
    excludedPrincipalIds: [objectIdOf('dataOwner')],
    actions: [],
    notActions: [],
    dataActions: [`${BLOBS}/*`],
    notDataActions: [],
  };
  lab.assignments.apply({ kind: 'denyAssignment', id: denial.id, value: denial });
  expect((await lab.ask('GET', '/docs/public/a', { as: 'reader' })).code).toBe('AuthorizationPermissionMismatch');
  expect((await lab.ask('GET', '/docs/public/a', { as: 'dataOwner' })).status).toBe(200);
});
