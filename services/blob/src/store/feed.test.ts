import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { fixedClock } from '@lab/shared/clock.ts';
import { sqliteCursor } from '@lab/shared/feed/cursor-store.ts';
import type { FeedPage } from '@lab/shared/feed/feed.ts';
import type { Change } from '@lab/shared/feed/resources.ts';
import { silentLog } from '@lab/shared/log.ts';
import { sqliteAssignments } from '@lab/shared/policy/assignments.ts';
import { tablesOf } from '@lab/shared/tables.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { segmentsOf } from '../domain/storage.ts';
import { account, objectIdOf } from '../testing.ts';
import { sqliteAccounts } from './accounts.ts';
import { sqliteBlobs } from './blobs.ts';
import { sqliteBlocks } from './blocks.ts';
import { sqliteContainers } from './containers.ts';
import { directoryContent } from './content.ts';
import { openBlobDatabase } from './database.ts';
import { feedApplier, OWN_TABLES } from './feed.ts';
import { keptContent } from './kept-content.ts';

const EPOCH = randomUUID();
const containerId = `${account.resourceId}/blobServices/default/containers/docs`;
const key = { accountId: account.resourceId.toLowerCase(), container: 'docs', blob: 'a/hello.txt' };

const ACCOUNT: Change = { kind: 'storageAccount', id: account.resourceId, value: account };
const CONTAINER: Change = {
  kind: 'container',
  id: containerId,
  value: { accountId: account.resourceId, name: 'docs' },
};
const blob = (content: string): Change => ({
  kind: 'blob',
  id: `${containerId}/blobs/a/hello.txt`,
  value: { accountId: account.resourceId, container: 'docs', name: 'a/hello.txt', content, contentType: 'text/plain' },
});
const gone = (change: Change): Change => ({ ...change, value: null }) as Change;
const page = (revision: number, ...changes: Change[]): FeedPage => ({ epoch: EPOCH, revision, changes });

let directory: string;
let follower: ReturnType<typeof build>;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'blob-feed-'));
  follower = build(directory);
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function build(path: string, takeOver: () => void = () => {}) {
  const db = openBlobDatabase(':memory:');
  const parts = {
    db,
    accounts: sqliteAccounts(db),
    assignments: sqliteAssignments(db),
    cursor: sqliteCursor(db),
    containers: sqliteContainers(db),
    blobs: sqliteBlobs(db),
    content: directoryContent(path, silentLog),
    clock: fixedClock(),
  };
  const tables = tablesOf(db, OWN_TABLES);
  const blocks = sqliteBlocks(db);
  const content = keptContent(parts.content, tables, blocks);
  return { ...parts, content, blocks, tables, apply: feedApplier({ ...parts, content, takeOver }) };
}

const files = () => readdirSync(join(directory, 'kept'));
const contentOfBlob = () => {
  const found = follower.blobs.find(key);
  if (!found) return undefined;
  const pieces = follower.blobs.pieces(found, { start: 0, end: found.size });
  return pieces.map(({ file }) => readFileSync(join(directory, 'kept', file), 'utf8')).join('');
};

it('makes what is declared, and remembers how far it has come', async () => {
  await follower.apply(page(3, ACCOUNT, CONTAINER, blob('hello')), { fresh: true });
  expect(follower.accounts.findByHost('stlab.blob.core.windows.net')).toEqual(account);
  expect(contentOfBlob()).toBe('hello');
  expect(follower.blobs.find(key)?.properties).toMatchObject({ contentType: 'text/plain' });
  expect(follower.cursor.get()).toEqual({ epoch: EPOCH, revision: 3 });
});

it('takes over what else a page brings in the same breath: nobody sees one without the other', async () => {
  const seen: unknown[] = [];
  const one = build(directory, () => {
    seen.push(one.cursor.get()?.epoch);
    queueMicrotask(() => seen.push(one.cursor.get()?.epoch));
  });
  await one.apply(page(1, ACCOUNT, CONTAINER, blob('hello')), { fresh: true });
  expect(seen).toEqual([undefined, EPOCH]);
});

it('writes a changed declaration over the blob, and removes what is declared no longer', async () => {
  await follower.apply(page(1, ACCOUNT, CONTAINER, blob('one')), { fresh: true });
  await follower.apply(page(2, blob('two')), { fresh: false });
  expect(contentOfBlob()).toBe('two');
  await follower.apply(page(3, gone(blob(''))), { fresh: false });
  expect(contentOfBlob()).toBeUndefined();
  await follower.apply(page(4, gone(CONTAINER)), { fresh: false });
  expect(follower.containers.find(key)).toBeUndefined();
  await expect.poll(files).toEqual([]);
});

it('keeps data in a new epoch, and forgets accounts and role assignments that are not declared again', async () => {
  const assignment = {
    id: `${account.resourceId}/providers/Microsoft.Authorization/roleAssignments/${randomUUID()}`,
    scope: account.resourceId,
    principalId: objectIdOf('reader'),
    principalType: 'ServicePrincipal' as const,
    roleDefinitionId: randomUUID(),
  };
  const role = { roleName: 'r', description: '', actions: ['*'], notActions: [], dataActions: [], notDataActions: [] };
  const id = assignment.roleDefinitionId;
  await follower.apply(
    page(
      1,
      ACCOUNT,
      CONTAINER,
      blob('written'),
      { kind: 'roleDefinition', id, value: { ...role, id } },
      { kind: 'roleAssignment', id: assignment.id, value: assignment },
    ),
    { fresh: true },
  );
  expect(follower.assignments.ofPrincipals([objectIdOf('reader')]).roleAssignments).toHaveLength(1);
  await follower.apply(page(1, CONTAINER, blob('declared')), { fresh: true });
  expect(follower.accounts.findByName('stlab')).toBeUndefined();
  expect(follower.assignments.ofPrincipals([objectIdOf('reader')]).roleAssignments).toEqual([]);
  expect(contentOfBlob()).toBe('written');
  await expect.poll(files).toHaveLength(1);
});

it('removes the data of an account that is declared no longer', async () => {
  await follower.apply(page(1, ACCOUNT, CONTAINER, blob('hello')), { fresh: true });
  await follower.apply(page(2, gone(ACCOUNT)), { fresh: false });
  expect(follower.accounts.findByName('stlab')).toBeUndefined();
  expect(follower.containers.find(key)).toBeUndefined();
  await expect.poll(files).toEqual([]);
});

it('applies a page as a whole or not at all', async () => {
  follower.db.exec('CREATE TRIGGER no BEFORE INSERT ON blobs BEGIN SELECT RAISE(ABORT, "full"); END');
  await expect(follower.apply(page(1, ACCOUNT, CONTAINER, blob('hello')), { fresh: true })).rejects.toThrow('full');
  expect(follower.accounts.findByName('stlab')).toBeUndefined();
  expect(follower.cursor.get()).toBeUndefined();
  await expect.poll(files).toEqual([]);
});

it('sweeps what a killed process left behind, and nothing else', async () => {
  await follower.apply(page(1, ACCOUNT, CONTAINER, blob('hello')), { fresh: true });
  await follower.content.receive(bytes('orphan'));
  const block = await follower.content.receive(bytes('block'));
  follower.blocks.add(key, { file: block.file ?? '', size: 5, blockId: 'QQ==' }, 1_000);
  expect(files()).toHaveLength(3);
  directoryContent(directory, silentLog).sweep(follower.blocks.allFiles());
  expect(files()).toHaveLength(2);
  expect(contentOfBlob()).toBe('hello');
  expect(follower.blocks.removeOlderThan(1_001)).toEqual([block.file]);
});

async function* bytes(text: string) {
  yield Buffer.from(text);
}

it('shows nothing of an account to another one of its name, also where only the new one was heard of', async () => {
  const made = (instanceId: string): Change => ({ ...ACCOUNT, value: { ...account, instanceId } }) as Change;
  const [first, second] = [made(randomUUID()), made(randomUUID())];
  await follower.apply(page(1, first, CONTAINER, blob('hello')), { fresh: true });
  await follower.apply(page(2, first), { fresh: false });
  expect(contentOfBlob()).toBe('hello');
  await follower.apply(page(3, second), { fresh: false });
  expect([contentOfBlob(), follower.containers.find(key)]).toEqual([undefined, undefined]);
  await expect.poll(files).toEqual([]);
});

describe('a new life', () => {
  const SNAPSHOT = randomUUID();
  const begin = (begun: FeedPage['begun'], ...changes: Change[]) =>
    follower.apply({ ...page(1, ACCOUNT, ...changes), epoch: randomUUID(), begun }, { fresh: true });

  it('that begins with a reset has what is declared, and no file of what was there', async () => {
    await follower.apply(page(1, ACCOUNT, CONTAINER, blob('declared')), { fresh: true });
    const received = await follower.content.receive(Readable.from([Buffer.from('written')]));
    const properties = { contentType: 'text/plain', contentMd5: received.md5 };
    const { freed } = follower.blobs.put(
      { ...key, blob: 'a/hello.txt' },
      { properties, metadata: [], etag: 'e', modified: 1 },
      segmentsOf(received),
      () => {},
    );
    follower.content.discard(freed);
    await begin({ by: 'reset' }, CONTAINER, blob('declared'));
    expect(contentOfBlob()).toBe('declared');
    await expect.poll(files).toHaveLength(1);
  });

  it('that begins with a snapshot has the bytes of then, whatever has been written or removed since', async () => {
    await follower.apply(page(1, ACCOUNT, CONTAINER, blob('then')), { fresh: true });
    follower.tables.copy(SNAPSHOT, []);
    follower.content.reconsider();
    await follower.apply(page(2, blob('since')), { fresh: false });
    await begin({ by: 'reset' });
    await expect.poll(files).toHaveLength(1); // the snapshot's
    await begin({ by: 'snapshot', id: SNAPSHOT });
    expect(contentOfBlob()).toBe('then');
  });

  it('leaves the files of a snapshot where they are until it is forgotten, over a restart too', async () => {
    await follower.apply(page(1, ACCOUNT, CONTAINER, blob('then')), { fresh: true });
    follower.tables.copy(SNAPSHOT, []);
    follower.content.reconsider();
    await begin({ by: 'reset' });
    follower.content.sweep(follower.blocks.allFiles());
    expect(files()).toHaveLength(1);
    follower.tables.keepOnly([]);
    follower.content.reconsider();
    await expect.poll(files).toEqual([]);
  });
});
