import { expect, it, onTestFinished, vi } from 'vitest';
import type { FabricClient } from '../fabric/client.ts';
import { silentLog } from '../log.ts';
import type { FeedPage } from './feed.ts';
import { type Cursor, followFeed } from './follow.ts';

const [FIRST, SECOND] = ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222'] as const;
type Apply = (page: FeedPage, options: { fresh: boolean }) => void;

/** A follower of an `arm` that answers with these pages, one per question, and then with nothing more. */
function follow(pages: readonly Cursor[], { cursor, apply = () => {} }: { cursor?: Cursor; apply?: Apply } = {}) {
  const asked: string[] = [];
  const waiting = [...pages];
  let hangUp = (_: Error) => {};
  const call: FabricClient['call'] = (_service, _method, path) => {
    const query = new URLSearchParams(path.split('?')[1]);
    asked.push(`${query.get('epoch')} ${query.get('since')}`);
    const page = waiting.shift();
    if (page) return Promise.resolve({ status: 200, body: { ...page, changes: [] } });
    return new Promise((_, reject) => {
      hangUp = reject;
    });
  };
  const applied = vi.fn<Apply>(apply);
  const fabric = { call, close: async () => {} };
  const follower = followFeed({ fabric, cursor, apply: applied, log: silentLog, retryMs: 1 });
  onTestFinished(() => {
    const closed = follower.close();
    hangUp(new Error('closed'));
    return closed;
  });
  return { follower, asked, applied };
}

const question = ({ epoch, revision }: Cursor) => `${epoch} ${revision}`;
const freshness = (applied: { mock: { calls: Parameters<Apply>[] } }) =>
  applied.mock.calls.map(([, { fresh }]) => fresh);

it('asks on from where it was', async () => {
  const cursor = { epoch: FIRST, revision: 7 };
  const { follower, asked, applied } = follow([{ epoch: FIRST, revision: 9 }], { cursor });
  expect(follower.isSynced()).toBe(true);
  await expect.poll(() => asked).toEqual([question(cursor), `${FIRST} 9`]);
  expect(freshness(applied)).toEqual([false]);
});

it('says that an epoch is new, and asks on within it', async () => {
  const { asked, applied } = follow([
    { epoch: FIRST, revision: 3 },
    { epoch: SECOND, revision: 1 },
    { epoch: SECOND, revision: 2 },
  ]);
  await expect.poll(() => asked).toEqual(['null null', `${FIRST} 3`, `${SECOND} 1`, `${SECOND} 2`]);
  expect(freshness(applied)).toEqual([true, true, false]);
});

it('asks again for a page that could not be applied', async () => {
  let failures = 1;
  const apply = () => {
    failures -= 1;
    if (failures >= 0) throw new Error('the disk is full');
  };
  const page = { epoch: FIRST, revision: 3 };
  const { follower, asked } = follow([page, page], { apply });
  await expect.poll(() => asked).toEqual(['null null', 'null null', `${FIRST} 3`]);
  expect(follower.position()).toEqual(page);
});

it('applies nothing where nothing has changed', async () => {
  const cursor = { epoch: FIRST, revision: 7 };
  const { asked, applied } = follow([cursor], { cursor });
  await expect.poll(() => asked).toHaveLength(2);
  expect(applied).not.toHaveBeenCalled();
});
