import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '@lab/shared/clock.ts';
import type { FabricClient } from '@lab/shared/fabric/client.ts';
import type { Log } from '@lab/shared/log.ts';
import { selfSigned } from '@lab/shared/x509/certificates.ts';
import { type IdentityKeys, LIFE_SECONDS, nextStep } from '../domain/identity-key.ts';

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
  close(): Promise<void>;
};

/**
 * Keeps every identity in possession of a key pair that `entra` knows: makes it, hands its certificate over, tries again
 * until that is confirmed, renews it in time. Each identity is looked after on its own, so that one which `arm` refuses
 * holds up no other.
 *
 * @param clientIds The identities that any virtual machine has now.
 * @param epoch Of `arm`'s database, undefined while `arm` has never been heard.
 */
export function keepCertificates({
  clientIds,
  keys,
  epoch,
  handOver,
  clock,
  log,
  retryMs = 250,
  checkMs = 60_000,
}: {
  clientIds: () => readonly string[];
  keys: IdentityKeys;
  epoch: () => string | undefined;
  handOver: HandOver;
  clock: Clock;
  log: Log;
  retryMs?: number;
  checkMs?: number;
}): CertificateKeeper {
  const closing = new AbortController();
  const tended = new Map<string, Promise<void>>();
  const wanted = (clientId: string) => !closing.signal.aborted && clientIds().includes(clientId);

  /** One step for an identity. @returns whether nothing is left to do. */
  const step = async (clientId: string): Promise<boolean> => {
    const now = clock.now();
    const current = epoch();
    if (current === undefined) return true;
    const own = keys.of(clientId);
    switch (nextStep(own, current, now)) {
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
        const certificates = own.filter(({ notAfter }) => now < notAfter).map(({ certificate }) => certificate);
        if (newest && (await handOver(clientId, certificates))) keys.confirm(newest, current);
        else throw new Error('entra has not confirmed yet');
        return false;
      }
    }
  };

  const tend = async (clientId: string): Promise<void> => {
    for (let failures = 0; wanted(clientId); ) {
      try {
        if (await step(clientId)) return;
      } catch (error) {
        if (closing.signal.aborted) return;
        if (failures === 0) log.warn({ clientId, reason: String(error) }, 'certificate not handed over yet; retrying');
        failures += 1;
        const pauseMs = Math.min(retryMs * 2 ** Math.min(failures - 1, 5), 5_000);
        await sleep(pauseMs, undefined, { signal: closing.signal }).catch(() => {});
      }
    }
  };

  const wake = () => {
    for (const clientId of clientIds()) {
      if (tended.has(clientId)) continue;
      tended.set(
        clientId,
        tend(clientId).finally(() => tended.delete(clientId)),
      );
    }
  };

  const timer = setInterval(wake, checkMs);
  timer.unref();
  wake();

  return {
    wake,
    close: async () => {
      closing.abort();
      clearInterval(timer);
      await Promise.all(tended.values());
    },
  };
}
