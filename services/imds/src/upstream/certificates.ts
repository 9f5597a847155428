import { EventEmitter, once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '@lab/shared/clock.ts';
import type { FabricClient } from '@lab/shared/fabric/client.ts';
import type { Log } from '@lab/shared/log.ts';
import { selfSigned } from '@lab/shared/x509/certificates.ts';
import {
  type IdentityKey,
  type IdentityKeys,
  LIFE_SECONDS,
  nextStep,
  RETIRED_SECONDS,
  signingKey,
} from '../domain/identity-key.ts';

/** Hands an identity's certificates to `arm`; true when `entra` has applied them. */
export type HandOver = (clientId: string, certificates: readonly string[]) => Promise<boolean>;

/** `PUT /identities/{clientId}/certificates`. `arm` answers 202 while `entra` has not confirmed. */
export const handOverTo =
  (fabric: FabricClient): HandOver =>
  async (clientId, certificates) => {
    const path = `/identities/${encodeURIComponent(clientId)}/certificates`;
    const { status } = await fabric.call('arm', 'PUT', path, { body: { certificates }, timeoutMs: 15_000 });
    if (status !== 200 && status !== 202) throw new Error(`arm answered ${status}`);
    return status === 200;
  };

export type CertificateKeeper = {
  /** Looks whether anything is to be done: identities came or went, or the epoch changed. */
  wake(): void;
  /**
   * The key that an identity signs with; waits for it where the identity is new. Undefined when there is none after
   * `waitMs`, or the identity has gone.
   */
  keyFor(clientId: string, waitMs: number): Promise<IdentityKey | undefined>;
  /** Renews an identity's key now. @returns the new one once it is signed with; undefined when it is not after `waitMs`. */
  rotate(clientId: string, waitMs: number): Promise<IdentityKey | undefined>;
  close(): Promise<void>;
};

/**
 * Keeps every identity in possession of a key pair that `entra` knows: makes it, hands its certificate over, tries again
 * until that is confirmed, renews it in time. Each identity is looked after on its own, so that one which `arm` refuses
 * holds up no other.
 *
 * @param clientIds The identities that any virtual machine has now.
 * @param epoch Of `arm`'s database, undefined while `arm` has never been heard.
 * @param whenAsked An identity gets its first key when somebody asks for it, and not before.
 */
export function keepCertificates({
  clientIds,
  keys,
  epoch,
  handOver,
  clock,
  log,
  whenAsked = false,
  retryMs = 250,
  checkMs = 60_000,
}: {
  clientIds: () => readonly string[];
  keys: IdentityKeys;
  epoch: () => string | undefined;
  handOver: HandOver;
  clock: Clock;
  log: Log;
  whenAsked?: boolean;
  retryMs?: number;
  checkMs?: number;
}): CertificateKeeper {
  const closing = new AbortController();
  /** Identities that are being looked after; `again` when something has changed since the last look. */
  const tended = new Map<string, { again: boolean; done: Promise<void> }>();
  const asked = new Set<string>();
  const isDue = (clientId: string) => !whenAsked || asked.has(clientId) || keys.of(clientId).length > 0;
  /** Ids of keys that are to be renewed before their time. */
  const replaced = new Map<string, number>();
  const progress = new EventEmitter().setMaxListeners(0);
  const isWanted = (clientId: string) => !closing.signal.aborted && clientIds().includes(clientId);
  const currentKey = (clientId: string) => signingKey(keys.of(clientId), epoch() ?? '', clock.now());

  /** One step for an identity. @returns whether nothing is left to do. */
  const step = async (clientId: string): Promise<boolean> => {
    const now = clock.now();
    const current = epoch();
    if (current === undefined) return true;
    const own = keys.of(clientId);
    switch (nextStep(own, { epoch: current, now, replaced: replaced.get(clientId) })) {
      case 'rest':
        return true;
      case 'make': {
        const validity = { notBefore: now, notAfter: now + LIFE_SECONDS };
        const { cert, key } = await selfSigned(clientId, 'RSA-2048', validity);
        // The identity may have gone meanwhile, and with it its right to a key.
        if (clientIds().includes(clientId)) keys.add({ clientId, certificate: cert, privateKey: key, ...validity });
        return false;
      }
      case 'hand over': {
        const newest = own.at(-1);
        const usable = own.filter(({ notAfter }) => now < notAfter).map(({ certificate }) => certificate);
        const certificates = [...keys.retired(clientId, now - RETIRED_SECONDS), ...usable];
        if (!newest || !(await handOver(clientId, certificates))) throw new Error('entra has not confirmed yet');
        keys.confirm(newest, current, clock.now());
        progress.emit('change');
        return false;
      }
    }
  };

  const tend = async (clientId: string, tending: { again: boolean }): Promise<void> => {
    for (let failures = 0; isWanted(clientId); ) {
      try {
        tending.again = false;
        if ((await step(clientId)) && !tending.again) break;
      } catch (error) {
        if (closing.signal.aborted) break;
        if (failures === 0) log.warn({ clientId, reason: String(error) }, 'certificate not handed over yet; retrying');
        failures += 1;
        const pauseMs = Math.min(retryMs * 2 ** Math.min(failures - 1, 5), 5_000);
        await sleep(pauseMs, undefined, { signal: closing.signal }).catch(() => {});
      }
    }
    // In the same breath as the last look: who wakes from here on begins anew.
    tended.delete(clientId);
  };

  const wake = () => {
    progress.emit('change');
    for (const clientId of clientIds().filter(isDue)) {
      const known = tended.get(clientId);
      if (known) known.again = true;
      else {
        const tending = { again: false, done: Promise.resolve() };
        tended.set(clientId, tending);
        tending.done = tend(clientId, tending);
      }
    }
  };

  /** The identity's key as soon as it is one that will do. */
  const keyWhen = async (
    clientId: string,
    willDo: (key: IdentityKey) => boolean,
    waitMs: number,
  ): Promise<IdentityKey | undefined> => {
    if (!isDue(clientId)) {
      asked.add(clientId);
      wake();
    }
    const giveUp = AbortSignal.any([AbortSignal.timeout(waitMs), closing.signal]);
    while (isWanted(clientId)) {
      const key = currentKey(clientId);
      if (key && willDo(key)) return key;
      const changed = once(progress, 'change', { signal: giveUp });
      if (!(await changed.then(() => true).catch(() => false))) return undefined;
    }
    return undefined;
  };

  const timer = setInterval(wake, checkMs);
  timer.unref();
  wake();

  return {
    wake,
    keyFor: async (clientId, waitMs) => currentKey(clientId) ?? keyWhen(clientId, () => true, waitMs),
    rotate: (clientId, waitMs) => {
      const newest = keys.of(clientId).at(-1);
      // One that is not confirmed yet is the new one already.
      const isCurrent = newest !== undefined && newest.confirmedIn === epoch();
      if (isCurrent) replaced.set(clientId, newest.id);
      wake();
      const after = isCurrent ? newest.id : (newest?.id ?? 0) - 1;
      return keyWhen(clientId, ({ id }) => id > after, waitMs);
    },
    close: async () => {
      closing.abort();
      clearInterval(timer);
      await Promise.all([...tended.values()].map(({ done }) => done));
    },
  };
}
