import type { Peer } from '@lab/shared/fabric/peers.ts';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openArmDatabase } from '../store/database.ts';
import { sqliteResources } from '../store/resources.ts';
import { feedOf } from './feed.ts';
import { noting, settling, writing } from './settle.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function lab() {
  const { resources, noted } = noting(sqliteResources(openArmDatabase(':memory:')));
  const feed = feedOf(resources);
  const settle = settling(resources, feed);
  const write = writing(resources, feed, noted, settle);
  const asks = (peer: Peer) =>
    feed.page(peer, { epoch: resources.life().epoch, revision: resources.revision() }, 0, new AbortController().signal);
  const put = () =>
    resources.put({
      kind: 'secret',
      id: '/subscriptions/s',
      value: { vaultId: '/subscriptions/v', name: 'a', value: '1' },
    });
  return { resources, write, asks, put };
}

const settled = async (writing: Promise<unknown>): Promise<boolean> => {
  let done = false;
  void writing.then(() => {
    done = true;
  });
  await vi.advanceTimersByTimeAsync(0);
  return done;
};

it('waits until those who follow what was written have applied it', async () => {
  const { write, asks, put } = lab();
  await asks('keyvault');
  const answer = write(put);
  expect(await settled(answer)).toBe(false);
  await asks('blob'); // follows other kinds
  expect(await settled(answer)).toBe(false);
  await asks('keyvault');
  expect(await settled(answer)).toBe(true);
});

it('waits for nobody who is not there, and for three seconds at most', async () => {
  const { write, asks, put } = lab();
  expect(await settled(write(put))).toBe(true);
  await asks('keyvault');
  const late = write(put);
  await vi.advanceTimersByTimeAsync(2_999);
  expect(await settled(late)).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(await settled(late)).toBe(true);
  // Whoever was late is not waited for again before it asks.
  expect(await settled(write(put))).toBe(true);
  await asks('keyvault');
  expect(await settled(write(put))).toBe(false);
});

it('forgets who has not asked for half a minute', async () => {
  const { write, asks, put } = lab();
  await asks('keyvault');
  await vi.advanceTimersByTimeAsync(30_000);
  expect(await settled(write(put))).toBe(true);
});

it('writes all of it or nothing', async () => {
  const { resources, write, asks, put } = lab();
  await asks('keyvault');
  const failing = write(() => {
    put();
    throw new Error('in the middle');
  });
  await expect(failing).rejects.toThrow('in the middle');
  expect([resources.all('secret'), resources.revision()]).toEqual([[], 0]);
});
