import { expect, it, onTestFinished } from 'vitest';
import { fakeServices } from '../testing/fake-lab.ts';
import { decodeCursor, type Positions } from './event-cursor.ts';
import { eventStreams } from './event-streams.ts';
import { EVENT_SERVICES } from './services.ts';

function lab(options: { most?: number; pollMs?: number } = {}) {
  const fake = fakeServices();
  const streams = eventStreams({ services: fake.services, pollMs: 1, ...options });
  onTestFinished(() => streams.close());
  const watch = (positions?: Positions) => {
    const seen = { paths: [] as string[], cursor: '', rounds: 0, ended: false, stop: () => {} };
    const watcher = {
      event: ({ path }: { path: string }, cursor: string) =>
        Object.assign(seen, { paths: [...seen.paths, path], cursor }),
      settled: (cursor: string) => Object.assign(seen, { cursor, rounds: seen.rounds + 1 }),
      ended: () => Object.assign(seen, { ended: true }),
    };
    seen.stop = streams.watch({ positions, filter: {}, watcher });
    return seen;
  };
  return { ...fake, streams, watch };
}

it('asks each service once per round, however many watch', async () => {
  const { asked, watch, streams } = lab({ pollMs: 60_000 });
  const watching = [watch(), watch(), watch()];
  await expect.poll(() => watching[0]?.rounds).toBe(1);
  expect(asked.toSorted()).toEqual([...EVENT_SERVICES].toSorted());
  await streams.close();
});

it('asks nobody when nobody watches', async () => {
  const { asked, watch } = lab();
  const one = watch();
  await expect.poll(() => one.rounds).toBeGreaterThan(0);
  one.stop();
  await new Promise((resolve) => setTimeout(resolve, 10));
  const before = asked.length;
  await new Promise((resolve) => setTimeout(resolve, 10));
  expect(asked.length).toBe(before);
});

it('tells a watcher that is behind what it missed, and no other', async () => {
  const { happened, watch } = lab();
  happened('imds');
  happened('imds');
  const now = watch();
  await expect.poll(() => now.rounds).toBeGreaterThan(0);
  const behind = watch({ imds: { epoch: 'life-1', sequence: 1 } });
  await expect.poll(() => behind.paths).toEqual(['/imds/2']);
  happened('imds');
  await expect.poll(() => [now.paths, behind.paths]).toEqual([['/imds/3'], ['/imds/2', '/imds/3']]);
  expect(decodeCursor(now.cursor)).toMatchObject({ imds: { sequence: 3 } });
});

it('starts over at a service that was restarted', async () => {
  const { happened, restart, watch } = lab();
  happened('blob');
  happened('blob');
  const one = watch();
  await expect.poll(() => one.rounds).toBeGreaterThan(0);
  restart('blob');
  // More than before: by its count alone it could be one that went on.
  for (let index = 1; index <= 3; index += 1) happened('blob', { path: `/anew/${index}` });
  await expect.poll(() => one.paths).toEqual(['/anew/1', '/anew/2', '/anew/3']);
});

it('refuses one more than it can serve, until one has ended', () => {
  const { watch } = lab({ most: 2 });
  const first = watch();
  watch();
  expect(() => watch()).toThrow(expect.objectContaining({ kind: 'throttled', code: 'TooManyStreams' }));
  first.stop();
  expect(() => watch()).not.toThrow();
});

it('goes on with the others where one fails', async () => {
  const { happened, watch, streams } = lab();
  const failing = { ended: 0 };
  streams.watch({
    positions: {},
    filter: {},
    watcher: {
      event: () => {
        throw new Error('no room');
      },
      settled: () => {},
      ended: () => {
        failing.ended += 1;
      },
    },
  });
  const one = watch();
  await expect.poll(() => one.rounds).toBeGreaterThan(0);
  happened('imds');
  happened('imds');
  await expect.poll(() => one.paths).toEqual(['/imds/1', '/imds/2']);
  expect(failing.ended).toBe(1);
});

it('ends every stream when the lab is closed', async () => {
  const { streams, watch } = lab();
  const one = watch();
  await streams.close();
  expect(one.ended).toBe(true);
  expect(() => watch()).toThrow();
});
