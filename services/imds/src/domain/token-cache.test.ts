import { fixedClock } from '@lab/shared/clock.ts';
import { expect, it, vi } from 'vitest';
import { issued } from '../testing.ts';
import { tokenCache } from './token-cache.ts';

const key = { clientId: 'client', hostResourceId: '/vm', audience: 'https://vault.azure.net' };

function setUp({ life = 86_400, capacity }: { life?: number; capacity?: number } = {}) {
  const clock = fixedClock();
  const cache = tokenCache(clock, capacity);
  let count = 0;
  const ask = vi.fn(async () => {
    count += 1;
    return issued(clock.now(), { tokenId: `token-${count}`, expiresOn: clock.now() + life });
  });
  const get = async (options?: { bypass?: boolean }) => {
    const { token, from } = await cache.get(key, ask, options);
    return `${token.tokenId} from ${from}`;
  };
  return { clock, cache, ask, get };
}
const settle = () => new Promise((resolve) => setImmediate(resolve));

it('asks once for a hundred simultaneous first callers, and gives all the same token', async () => {
  const { ask, get } = setUp();
  const answers = await Promise.all(Array.from({ length: 100 }, () => get()));
  expect(new Set(answers)).toEqual(new Set(['token-1 from entra']));
  expect(ask).toHaveBeenCalledTimes(1);
});

it('serves from memory until an hour is left, and then renews while the old one is served', async () => {
  const { clock, ask, get } = setUp();
  await get();
  clock.advance(86_400 - 3_601);
  expect(await get()).toBe('token-1 from cache');
  expect(ask).toHaveBeenCalledTimes(1);
  clock.advance(1);
  expect(await get()).toBe('token-1 from cache');
  await settle();
  expect(await get()).toBe('token-2 from cache');
});

it('lets callers wait for the new token in the last five minutes', async () => {
  const { clock, get } = setUp();
  await get();
  clock.advance(86_400 - 300);
  expect(await get()).toBe('token-2 from entra');
});

it('renews a short token at half its life', async () => {
  const { clock, ask, get } = setUp({ life: 1_000 });
  await get();
  clock.advance(499);
  await get();
  expect(ask).toHaveBeenCalledTimes(1);
  clock.advance(2);
  await get();
  expect(ask).toHaveBeenCalledTimes(2);
});

it('serves the old token while entra fails, as long as it is valid, and gives entra a rest', async () => {
  const { clock, ask, get } = setUp();
  await get();
  ask.mockRejectedValue(new Error('entra is down'));
  const expiresOn = clock.now() + 86_400;
  for (const left of [3_000, 299, 200, 1]) {
    clock.advance(expiresOn - left - clock.now());
    expect(await get()).toBe('token-1 from cache');
    await settle();
  }
  const asked = ask.mock.calls.length;
  for (let call = 0; call < 10; call += 1) await get();
  await settle();
  expect(ask.mock.calls.length).toBeLessThanOrEqual(asked + 1);
  clock.advance(1);
  await expect(get()).rejects.toThrow('entra is down');
});

it('shares a failure among those who wait and never keeps it', async () => {
  const { ask, get } = setUp();
  ask.mockRejectedValueOnce(new Error('once'));
  const outcomes = await Promise.allSettled([get(), get()]);
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await get()).toBe('token-1 from entra');
});

it('asks again when the cache is bypassed, and keeps what came', async () => {
  const { get } = setUp();
  await get();
  expect(await get({ bypass: true })).toBe('token-2 from entra');
  expect(await get()).toBe('token-2 from cache');
});

it('keeps tokens for one audience with and without slash apart', async () => {
  const { cache, ask, get } = setUp();
  await get();
  await cache.get({ ...key, audience: `${key.audience}/` }, ask);
  expect(ask).toHaveBeenCalledTimes(2);
});

it('keeps the tokens of two identities apart', async () => {
  const { cache, ask, get } = setUp();
  await get();
  const { token, from } = await cache.get({ ...key, clientId: 'other' }, ask);
  expect(`${token.tokenId} from ${from}`).toBe('token-2 from entra');
});

it('keeps the tokens of an identity on two virtual machines apart', async () => {
  const { cache, ask, get } = setUp();
  await get();
  const { token, from } = await cache.get({ ...key, hostResourceId: '/other' }, ask);
  expect(`${token.tokenId} from ${from}`).toBe('token-2 from entra');
});

it('forgets the tokens of an identity that has gone, also one that is on its way', async () => {
  const { cache, get } = setUp();
  const onItsWay = get();
  cache.keepOnly([{ ...key, clientId: 'other' }]);
  await expect(onItsWay).rejects.toThrow('Identity not found');
  cache.keepOnly([key]);
  expect(await get()).toBe('token-2 from entra');
  cache.keepOnly([key]);
  expect(await get()).toBe('token-2 from cache');
  cache.keepOnly([]);
  cache.keepOnly([key]);
  expect(await get()).toBe('token-3 from entra');
  cache.clear();
  expect(await get()).toBe('token-4 from entra');
});

it('forgets the tokens of an identity on a machine that has lost it, and keeps those on another that has it', async () => {
  const { cache, ask, get } = setUp();
  const elsewhere = { ...key, hostResourceId: '/other-vm' };
  await get();
  await cache.get(elsewhere, ask);
  cache.keepOnly([elsewhere]);
  expect((await cache.get(elsewhere, ask)).from).toBe('cache');
  cache.keepOnly([elsewhere, key]);
  expect(await get()).toBe('token-3 from entra');
});

it('gives no old token in the place of a new one to a machine that has lost the identity meanwhile', async () => {
  const { clock, cache, ask, get } = setUp();
  await get();
  clock.advance(86_400 - 200);
  ask.mockImplementation(async () => {
    cache.keepOnly([]);
    throw new Error('entra is down');
  });
  await expect(get()).rejects.toThrow('Identity not found');
});

it('holds no more tokens than it may, the oldest go first', async () => {
  const { cache, ask, get } = setUp({ capacity: 2 });
  await get();
  for (const audience of ['b', 'c']) await cache.get({ ...key, audience }, ask);
  expect(await get()).toBe('token-4 from entra');
});
