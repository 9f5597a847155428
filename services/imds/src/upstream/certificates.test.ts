import { X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { fixedClock } from '@lab/shared/clock.ts';
import { silentLog } from '@lab/shared/log.ts';
import { openDatabase } from '@lab/shared/sqlite.ts';
import { expect, it, vi } from 'vitest';
import { LIFE_SECONDS, RETIRED_SECONDS, signingKey } from '../domain/identity-key.ts';
import { sqliteIdentityKeys } from '../store/identity-keys.ts';
import { type HandOver, keepCertificates } from './certificates.ts';

const HALF = LIFE_SECONDS / 2;

/** A keeper for one identity, whose epoch and confirmations the test decides on. */
function setUp({ clientIds = ['client'] }: { clientIds?: string[] } = {}) {
  const clock = fixedClock();
  const keys = sqliteIdentityKeys(openDatabase(':memory:', join(import.meta.dirname, '../store/migrations')));
  const lab = { clientIds, epoch: 'first' as string | undefined };
  const handOver = vi.fn<HandOver>(async () => true);
  const start = () =>
    keepCertificates({
      clientIds: () => lab.clientIds,
      keys,
      epoch: () => lab.epoch,
      handOver,
      clock,
      log: silentLog,
      retryMs: 1,
    });
  const own = () => keys.of('client');
  const confirmed = () => signingKey(own(), lab.epoch ?? '', clock.now());
  return { clock, keys, lab, handOver, start, own, confirmed };
}

it('makes a key for an identity that has none, and hands over the certificate, not the key', async () => {
  const { handOver, start, own, confirmed } = setUp();
  const keeper = start();
  await vi.waitFor(() => expect(confirmed()).toBeDefined());
  await keeper.close();
  expect(handOver.mock.calls).toEqual([['client', [own()[0]?.certificate]]]);
  const certificate = new X509Certificate(own()[0]?.certificate ?? '');
  expect(certificate.publicKey.asymmetricKeyDetails?.modulusLength).toBe(2048);
  expect(certificate.validToDate.getTime() - certificate.validFromDate.getTime()).toBe(LIFE_SECONDS * 1_000);
  expect(JSON.stringify(handOver.mock.calls)).not.toContain('PRIVATE');
});

it('hands over again until entra has confirmed, and does not sign before', async () => {
  const { handOver, start, confirmed } = setUp();
  const outcomes: (boolean | undefined)[] = [];
  handOver.mockImplementation(async () => {
    outcomes.push(confirmed() !== undefined);
    if (outcomes.length === 1) throw new Error('arm cannot be reached');
    return outcomes.length === 3;
  });
  const keeper = start();
  await vi.waitFor(() => expect(confirmed()).toBeDefined());
  await keeper.close();
  expect(outcomes).toEqual([false, false, false]);
});

it('repeats after a restart nothing that was confirmed, and all of it in another epoch', async () => {
  const { lab, handOver, start, own, confirmed } = setUp();
  const keeper = start();
  await vi.waitFor(() => expect(confirmed()).toBeDefined());
  await keeper.close();

  const again = start();
  await again.close();
  expect(handOver).toHaveBeenCalledTimes(1);

  lab.epoch = 'second';
  expect(confirmed()).toBeUndefined();
  const [before] = own();
  const third = start();
  await vi.waitFor(() => expect(confirmed()).toBeDefined());
  await third.close();
  expect(handOver).toHaveBeenCalledTimes(2);
  expect(own()[0]?.privateKey).toBe(before?.privateKey);
});

it('renews at half of the life, signs with the old key until the new one is confirmed, then drops it', async () => {
  const { clock, handOver, start, own, confirmed } = setUp();
  const keeper = start();
  await vi.waitFor(() => expect(confirmed()).toBeDefined());
  const old = confirmed();

  let confirm = (_: boolean) => {};
  handOver.mockImplementation(() => new Promise((resolve) => (confirm = resolve)));
  clock.advance(HALF);
  keeper.wake();
  await vi.waitFor(() => expect(handOver).toHaveBeenCalledTimes(2));
  expect(handOver.mock.lastCall).toEqual(['client', own().map(({ certificate }) => certificate)]);
  expect(own()).toHaveLength(2);
  expect(confirmed()).toEqual(old);

  confirm(true);
  await vi.waitFor(() => expect(confirmed()?.id).not.toBe(old?.id));
  await keeper.close();
  expect(own()).toHaveLength(1);
});

it('keeps certificates with entra that assertions under way are signed for, as long as those are good', async () => {
  const { clock, handOver, start, own } = setUp();
  const keeper = start();
  const first = await keeper.keyFor('client', 5_000);
  const second = await keeper.rotate('client', 5_000);
  const third = await keeper.rotate('client', 5_000);
  const certificates = [first, second, third].map((key) => key?.certificate);
  expect(new Set(certificates).size).toBe(3);
  expect(handOver.mock.lastCall).toEqual(['client', certificates]);
  expect(own()).toHaveLength(1);

  clock.advance(RETIRED_SECONDS + 1);
  const fourth = await keeper.rotate('client', 5_000);
  await keeper.close();
  expect(handOver.mock.lastCall).toEqual(['client', [third?.certificate, fourth?.certificate]]);
});

it('rotates once for those who ask at the same time', async () => {
  const { handOver, start } = setUp();
  const keeper = start();
  const first = await keeper.keyFor('client', 5_000);
  const rotated = await Promise.all([keeper.rotate('client', 5_000), keeper.rotate('client', 5_000)]);
  await keeper.close();
  expect(rotated[0]?.id).toBeGreaterThan(first?.id ?? 0);
  expect(rotated[1]?.id).toBe(rotated[0]?.id);
  expect(handOver).toHaveBeenCalledTimes(2);
});

it('waits for the key of a new identity no longer than it may, and not for one that has gone', async () => {
  const { lab, handOver, start } = setUp();
  handOver.mockImplementation(async () => false);
  const keeper = start();
  expect(await keeper.keyFor('client', 20)).toBeUndefined();
  expect(await keeper.rotate('client', 20)).toBeUndefined();
  const waiting = keeper.keyFor('client', 60_000);
  lab.clientIds = [];
  keeper.wake();
  expect(await waiting).toBeUndefined();
  await keeper.close();
});

it('looks again when something changed while it was looking', async () => {
  const { lab, handOver, start, confirmed } = setUp();
  const keeper = start();
  await keeper.keyFor('client', 5_000);
  // In the middle of a look: the step has decided by the old epoch, and its answer is on its way.
  keeper.wake();
  lab.epoch = 'second';
  keeper.wake();
  await vi.waitFor(() => expect(confirmed()).toBeDefined());
  await keeper.close();
  expect(handOver).toHaveBeenCalledTimes(2);
});

it('gives no key to an identity that went while it was made', async () => {
  const { lab, handOver, start, own } = setUp();
  const keeper = start();
  lab.clientIds = [];
  await keeper.close();
  expect(own()).toEqual([]);
  expect(handOver).not.toHaveBeenCalled();
});

it('looks after each identity on its own', async () => {
  const { handOver, start, confirmed } = setUp({ clientIds: ['refused', 'client'] });
  handOver.mockImplementation(async (clientId) => {
    if (clientId === 'refused') throw new Error('arm answered 404');
    return true;
  });
  const keeper = start();
  await vi.waitFor(() => expect(confirmed()).toBeDefined());
  await keeper.close();
});
