import { generateKeyPairSync } from 'node:crypto';
import { afterEach, expect, it } from 'vitest';
import { silentLog } from '../log.ts';
import { type RemoteKeys, remoteKeys } from './jwks.ts';

const jwk = (kid: string) => ({
  ...generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' }),
  use: 'sig',
  kid,
});

let opened: RemoteKeys | undefined;
afterEach(() => opened?.close());

function keysAt(publish: () => { keys: unknown }, cooldownMs = 0) {
  let fetches = 0;
  const keys = remoteKeys({
    url: 'https://entra/keys',
    log: silentLog,
    cooldownMs,
    fetchKeySet: async () => {
      fetches += 1;
      return publish();
    },
  });
  opened = keys;
  return { keyFor: keys.keyFor, look: keys.look, expire: keys.expire, fetches: () => fetches };
}

it('serves the whole set from one fetch', async () => {
  const { keyFor, fetches } = keysAt(() => ({ keys: [jwk('a'), jwk('b')] }));
  expect(await keyFor('a')).toBeDefined();
  expect(await keyFor('b')).toBeDefined();
  expect(fetches()).toBe(1);
});

it('fetches again for a kid that it does not know, and finds a new key', async () => {
  const published = [jwk('a')];
  const { keyFor } = keysAt(() => ({ keys: published }));
  await keyFor('a');
  published.push(jwk('b'));
  expect(await keyFor('b')).toBeDefined();
});

it('makes one fetch in a cool-down, however many unknown kids come, and still knows the honest ones', async () => {
  const set = { keys: [jwk('a'), jwk('next')] };
  const { keyFor, fetches } = keysAt(() => set, 60_000);
  await keyFor('a');
  for (let i = 0; i < 1_000; i += 1) expect(await keyFor(`made-up-${i}`)).toBeUndefined();
  expect(fetches()).toBe(1);
  expect(await keyFor('next')).toBeDefined();
});

it('asks once within the cool-down where it was told that keys may have rolled', async () => {
  const published = [jwk('a')];
  const { keyFor, expire, fetches } = keysAt(() => ({ keys: published }), 60_000);
  await keyFor('a');
  published.push(jwk('b'));
  expect(await keyFor('b')).toBeUndefined();
  expire();
  expect(await keyFor('b')).toBeDefined();
  expect(await keyFor('made-up')).toBeUndefined();
  expect(fetches()).toBe(2);
});

it('shares one fetch among those who wait for it', async () => {
  const { keyFor, fetches } = keysAt(() => ({ keys: [jwk('a')] }));
  await Promise.all(Array.from({ length: 100 }, () => keyFor('a')));
  expect(fetches()).toBe(1);
});

it('lets somebody look for a key without spending the fetch that others may need', async () => {
  const published = [jwk('a')];
  const { keyFor, look, fetches } = keysAt(() => ({ keys: published }));
  await keyFor('a');
  published.push(jwk('b'));
  expect(await look('b')).toBeDefined();
  for (let i = 0; i < 100; i += 1) expect(await look(`made-up-${i}`)).toBeUndefined();
  expect(fetches()).toBe(2);
});

it('begins no cool-down for who only looks', async () => {
  const published = [jwk('a')];
  const { keyFor, look, expire } = keysAt(() => ({ keys: published }), 60_000);
  await keyFor('a');
  expire(); // the next fetch is due to whoever needs it
  await look('made-up');
  published.push(jwk('b'));
  expect(await keyFor('b')).toBeDefined();
});

it('looks among the keys that it has while the issuer is down', async () => {
  let up = true;
  const { keyFor, look } = keysAt(() => {
    if (!up) throw new Error('down');
    return { keys: [jwk('a')] };
  });
  await keyFor('a');
  up = false;
  expect(await look('b')).toBeUndefined();
  expect(await look('a')).toBeDefined();
});

it('keeps the last good set while the issuer is down', async () => {
  let up = true;
  const set = { keys: [jwk('a')] };
  const { keyFor } = keysAt(() => {
    if (!up) throw new Error('down');
    return set;
  });
  await keyFor('a');
  up = false;
  expect(await keyFor('unknown')).toBeUndefined();
  expect(await keyFor('a')).toBeDefined();
});

it('rejects as long as there has never been a set', async () => {
  const { keyFor } = keysAt(() => {
    throw new Error('down');
  });
  await expect(keyFor('a')).rejects.toThrow('no signing keys');
});

it('tries again on its own until there is a set', async () => {
  let up = false;
  let fetched = () => {};
  const later = new Promise<void>((resolve) => {
    fetched = resolve;
  });
  opened = remoteKeys({
    url: 'https://entra/keys',
    log: silentLog,
    retryMs: 1,
    fetchKeySet: async () => {
      if (!up) {
        up = true;
        throw new Error('down');
      }
      fetched();
      return { keys: [jwk('a')] };
    },
  });
  await later;
});

it('does not let a caller wait for the cool-down when there is no set yet', async () => {
  let up = false;
  const { keyFor } = keysAt(() => {
    if (!up) throw new Error('down');
    return { keys: [jwk('a')] };
  }, 60_000);
  await expect(keyFor('a')).rejects.toThrow('no signing keys');
  up = true;
  expect(await keyFor('a')).toBeDefined();
});
