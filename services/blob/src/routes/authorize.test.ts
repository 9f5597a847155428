import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { account, objectIdOf, type Principal, startTestLab, type TestLab } from '../testing.ts';

let lab: TestLab;
beforeEach(async () => {
  lab = await startTestLab();
  await lab.container();
  await lab.put('/docs/a', 'abc');
});
afterEach(() => lab.close());

const DENIED = 'AuthorizationPermissionMismatch';
const BLOCK_BLOB = { 'x-ms-blob-type': 'BlockBlob' };

it.each<[string, Principal, string, string, number]>([
  ['an Owner lists containers, for that is an action', 'owner', 'GET', '/?comp=list', 200],
  ['an Owner creates a container', 'owner', 'PUT', '/more?restype=container', 201],
  ['an Owner reads account information', 'owner', 'GET', '/?restype=account&comp=properties', 200],
  ['an Owner reads no blob, for that is a data action', 'owner', 'GET', '/docs/a', 403],
  ['an Owner lists no blobs', 'owner', 'GET', '/docs?restype=container&comp=list', 403],
  ['a reader reads a blob', 'reader', 'GET', '/docs/a', 200],
  ['a reader lists blobs', 'reader', 'GET', '/docs?restype=container&comp=list', 200],
  ['a reader writes no blob', 'reader', 'PUT', '/docs/b', 403],
  ['a reader deletes no blob', 'reader', 'DELETE', '/docs/a', 403],
  ['a reader reads no account information', 'reader', 'GET', '/?restype=account&comp=properties', 403],
  ['a contributor reads no tags', 'contributor', 'GET', '/docs/a?comp=tags', 403],
  ['a contributor reads no access policies', 'contributor', 'GET', '/docs?restype=container&comp=acl', 403],
  ['add/action suffices for a new blob', 'adder', 'PUT', '/docs/b', 201],
  ['add/action does not suffice to overwrite', 'adder', 'PUT', '/docs/a', 403],
  ['add/action does not suffice to read', 'adder', 'GET', '/docs/a', 403],
])('%s', async (_, as, method, path, status) => {
  const headers = method === 'PUT' && !path.includes('restype') ? BLOCK_BLOB : {};
  const answer = await lab.ask(method, path, { as, headers });
  expect(answer.status).toBe(status);
  if (status === 403) expect(answer.code).toBe('AuthorizationPermissionMismatch');
});

const VERSION_ID = '2026-01-01T00:00:00.1234567Z';
const TAGS = { 'x-ms-tags': 'a=b' };
it.each<[string, Principal, string, string, Record<string, string>, string | undefined]>([
  ['deletes a version', 'contributor', 'DELETE', `/docs/a?versionid=${VERSION_ID}`, {}, DENIED],
  ['deletes for good', 'contributor', 'DELETE', '/docs/a?deletetype=permanent', {}, DENIED],
  ['lists with tags', 'contributor', 'GET', '/docs?restype=container&comp=list&include=metadata,Tags', {}, DENIED],
  ['uploads with tags', 'contributor', 'PUT', '/docs/b', { ...BLOCK_BLOB, ...TAGS }, DENIED],
  ['commits blocks with tags', 'contributor', 'PUT', '/docs/b?comp=blocklist', TAGS, DENIED],
  ['deletes a version', 'dataOwner', 'DELETE', `/docs/a?versionid=${VERSION_ID}`, {}, 'BlobNotFound'],
  ['deletes for good', 'dataOwner', 'DELETE', '/docs/a?deletetype=permanent', {}, 'FeatureNotEnabled'],
  ['lists with tags', 'dataOwner', 'GET', '/docs?restype=container&comp=list&include=metadata,Tags', {}, undefined],
  ['uploads with tags', 'dataOwner', 'PUT', '/docs/b', { ...BLOCK_BLOB, ...TAGS }, undefined],
  ['reads tags', 'dataOwner', 'GET', '/docs/a?comp=tags', {}, undefined],
  ['sets metadata with tags', 'dataOwner', 'PUT', '/docs/a?comp=metadata', TAGS, 'UnsupportedHeader'],
])('asks for the right that goes with the particulars: who %s, as %s', async (_, as, method, path, headers, code) => {
  expect((await lab.ask(method, path, { as, headers })).code).toBe(code);
});

it('ends at the container of the assignment: its neighbour and the list of containers stay closed', async () => {
  await lab.container('docs2');
  await lab.put('/docs2/a', 'abc');
  const scope = `${account.resourceId}/blobServices/default/containers/docs`;
  const [held] = lab.assignments.ofPrincipals([objectIdOf('reader')]).roleAssignments;
  const id = `${scope}/providers/Microsoft.Authorization/roleAssignments/1`;
  const principalId = objectIdOf('nobody');
  const roleDefinitionId = held?.role.id ?? '';
  const value = { id, scope, principalId, principalType: 'ServicePrincipal' as const, roleDefinitionId };
  lab.assignments.apply({ kind: 'roleAssignment', id, value });
  const asked = ['/docs/a', '/docs2/a', '/?comp=list'].map((path) => lab.ask('GET', path, { as: 'nobody' }));
  expect((await Promise.all(asked)).map(({ status }) => status)).toEqual([200, 403, 403]);
});

it('lets one of many concurrent uploads with add/action alone create the blob', async () => {
  const uploads = Array.from({ length: 8 }, () =>
    lab.ask('PUT', '/docs/new', { as: 'adder', headers: BLOCK_BLOB, body: 'x' }),
  );
  const statuses = (await Promise.all(uploads)).map(({ status }) => status).sort();
  expect(statuses).toEqual([201, ...Array(7).fill(403)]);
});

it('names principal, operation and scope in the 403 and in the event', async () => {
  const answer = await lab.ask('GET', '/docs/a', { as: 'nobody' });
  const operation = 'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read';
  const scope = `${account.resourceId}/blobServices/default/containers/docs`;
  expect(answer).toMatchObject({ status: 403, code: 'AuthorizationPermissionMismatch' });
  for (const part of [objectIdOf('nobody'), operation, scope]) expect(answer.text).toContain(part);
  expect(answer.headers['www-authenticate']).toBeUndefined();
  // An event is recorded when its answer has left, which may be a moment after it has arrived.
  await vi.waitFor(() =>
    expect(lab.events.since(0).at(-1)).toMatchObject({
      operation: 'GetBlob',
      principalId: objectIdOf('nobody'),
      tokenId: 'token-id',
      audience: 'https://storage.azure.com',
      errorCode: 'AuthorizationPermissionMismatch',
      decision: { operation, resourceId: scope, grantedBy: null, considered: [] },
    }),
  );
});

it('shows the assignment that granted and its verdict', async () => {
  await lab.ask('GET', '/docs/a', { as: 'reader' });
  await vi.waitFor(() => {
    const { decision } = lab.events.since(0).at(-1) ?? {};
    expect(decision?.grantedBy).toContain('/roleAssignments/');
    expect(decision?.considered).toMatchObject([{ roleName: 'reader', scope: account.resourceId, verdict: 'grants' }]);
  });
});

it('refuses Create Container with AuthorizationFailure, as restic and rclone expect', async () => {
  expect(await lab.ask('PUT', '/more?restype=container', { as: 'reader' })).toMatchObject({
    status: 403,
    code: 'AuthorizationFailure',
  });
});

it.each([
  ['a missing blob', '/docs/missing'],
  ['a missing container', '/nothing/a'],
  ['a name that there cannot be', '/No--Name/a'],
])('answers 403 before it says anything about %s', async (_, path) => {
  expect(await lab.ask('GET', path, { as: 'nobody' })).toMatchObject({ status: 403 });
});
