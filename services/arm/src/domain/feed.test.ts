import { fileURLToPath } from 'node:url';
import type { Beginning } from '@lab/shared/feed/feed.ts';
import type { Resource } from '@lab/shared/feed/resources.ts';
import { type Database, openDatabase } from '@lab/shared/sqlite.ts';
import { tablesOf } from '@lab/shared/tables.ts';
import { beforeEach, describe, expect, it } from 'vitest';
import { sqliteFollowers } from '../store/followers.ts';
import { OWN_TABLES, sqliteResources } from '../store/resources.ts';
import { type Feed, feedOf } from './feed.ts';
import type { Resources } from './resources.ts';

const ACCOUNT = '/subscriptions/s/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/stlab';
const container = (name: string): Resource => ({
  kind: 'container',
  id: `${ACCOUNT}/blobServices/default/containers/${name}`,
  value: { accountId: ACCOUNT, name },
});
const tenant: Resource = {
  kind: 'tenant',
  id: 'f3b1a6a0-0000-4000-8000-000000000001',
  value: { tenantId: 'f3b1a6a0-0000-4000-8000-000000000001', name: 't', displayName: 'T', domain: 't.example' },
};

let db: Database;
let resources: Resources;
let feed: Feed;
const here = new AbortController().signal;
beforeEach(() => {
  db = openDatabase(':memory:', fileURLToPath(new URL('../store/migrations', import.meta.url)));
  resources = sqliteResources(db);
  feed = feedOf(resources);
});

const page = (revision?: number, waitMs = 0) =>
  feed.page('blob', revision === undefined ? undefined : { epoch: resources.life().epoch, revision }, waitMs, here);

it('tells a new follower everything that concerns it, and nothing else', async () => {
  resources.put(tenant);
  resources.put(container('a'));
  const { changes, revision } = await page();
  expect(changes.map(({ kind }) => kind)).toEqual(['container']);
  expect(revision).toBe(resources.revision());
});

it('tells what changed after a position, deletions included', async () => {
  resources.put(container('a'));
  const { revision } = await page();
  resources.remove('container', container('a').id);
  expect((await page(revision)).changes).toEqual([{ kind: 'container', id: container('a').id, value: null }]);
});

it('starts over for a position of another epoch', async () => {
  resources.put(container('a'));
  const other = { epoch: 'f3b1a6a0-0000-4000-8000-00000000000f', revision: 1 };
  expect((await feed.page('blob', other, 0, here)).changes).toHaveLength(1);
});

it('waits until something changes', async () => {
  const waiting = page(0, 60_000);
  resources.put(container('a'));
  feed.changed();
  expect((await waiting).changes).toHaveLength(1);
});

it('does not wake one follower because another one asks', async () => {
  let answered = false;
  const waiting = page(0, 60_000).then(() => {
    answered = true;
  });
  await feed.page('keyvault', { epoch: resources.life().epoch, revision: 0 }, 0, here);
  await new Promise((resolve) => setImmediate(resolve));
  expect(answered).toBe(false);
  feed.changed();
  await waiting;
});

it('knows what a follower has applied by where it asks on from', async () => {
  resources.put(tenant);
  const applied = feed.hasApplied('entra', resources.revision(), 60_000);
  await feed.page('entra', { epoch: resources.life().epoch, revision: resources.revision() }, 0, here);
  expect(await applied).toBe(true);
  expect(await feed.hasApplied('entra', resources.revision() + 1, 0)).toBe(false);
});

describe('another life', () => {
  const SNAPSHOT = '99999999-9999-4999-8999-999999999999';
  const begin = (begun: Beginning) => resources.transaction(() => resources.begin(begun));

  it('is told from its beginning to who waits in the one before, with what it began with', async () => {
    resources.put(container('a'));
    const waiting = page(resources.revision(), 5_000);
    begin({ by: 'reset' });
    resources.put(container('b'));
    feed.changed();
    const { changes, begun, epoch } = await waiting;
    expect([changes.map(({ id }) => id), begun, epoch]).toEqual([
      [container('b').id],
      { by: 'reset' },
      resources.life().epoch,
    ]);
  });

  it('counts no position of the one before', async () => {
    for (const name of ['a', 'b', 'c']) resources.put(container(name));
    await page(resources.revision());
    begin({ by: 'reset' });
    resources.put(container('a'));
    expect(await feed.hasApplied('blob', 1, 0)).toBe(false);
    await page(1);
    expect(await feed.hasApplied('blob', 1, 0)).toBe(true);
  });

  it('that began with a snapshot tells followers nothing that their copies have, and what came since', async () => {
    resources.put(container('a'));
    tablesOf(db, OWN_TABLES).copy(SNAPSHOT, []);
    begin({ by: 'snapshot', id: SNAPSHOT });
    resources.put(container('b'));
    const { changes, begun } = await page();
    expect([changes.map(({ id }) => id), begun]).toEqual([[container('b').id], { by: 'snapshot', id: SNAPSHOT }]);
  });
});

it('waits for nobody who has hung up', async () => {
  const hangsUp = new AbortController();
  const waiting = feed.page('blob', { epoch: resources.life().epoch, revision: 0 }, 5_000, hangsUp.signal);
  expect(feed.isFollowing('blob')).toBe(true);
  hangsUp.abort();
  await waiting;
  expect(feed.isFollowing('blob')).toBe(false);
});

it('expects those who followed before a restart back in a moment, and others not at all', async () => {
  feed = feedOf(resources, sqliteFollowers(db));
  await page();
  const again = feedOf(resources, sqliteFollowers(db));
  expect([again.isFollowing('blob'), again.isFollowing('imds')]).toEqual([true, false]);
  expect(await again.hasApplied('blob', 0, 0)).toBe(false);
});
