import { setTimeout as sleep } from 'node:timers/promises';
import type { LabClock } from '@lab/shared/clock.ts';
import type { FabricClient } from '@lab/shared/fabric/client.ts';
import { z } from 'zod';
import type { ClockState, EmbeddedClock } from './types.ts';

const ClockBody = z.object({ now: z.number(), offsetSeconds: z.number(), heldAt: z.number().nullable() });

type Vault = { readonly clock: Pick<LabClock, 'setting'> };

const PATIENCE_MS = 5_000;

/**
 * The clock through `arm`'s control route.
 * @param vaults Clocks to wait for besides: `arm` takes the key vaults of the embedded lab for one follower.
 */
export function embeddedClock(fabric: FabricClient, vaults: readonly Vault[]): EmbeddedClock {
  const ask = async (method: 'GET' | 'PUT', body?: object): Promise<ClockState> => {
    const answer = await fabric.call('arm', method, '/clock', { body, timeoutMs: 15_000 });
    if (answer.status !== 200) throw new Error(`the clock was not set: ${JSON.stringify(answer.body)}`);
    return ClockBody.parse(answer.body);
  };
  const move = async (body: object): Promise<ClockState> => {
    const state = await ask('PUT', body);
    const isLate = ({ clock }: Vault) => {
      const { offsetSeconds, heldAt } = clock.setting();
      return offsetSeconds !== state.offsetSeconds || heldAt !== state.heldAt;
    };
    for (const deadline = performance.now() + PATIENCE_MS; vaults.some(isLate); await sleep(5)) {
      if (performance.now() > deadline) throw new Error('a key vault has not heard of the new time');
    }
    return state;
  };
  return {
    read: () => ask('GET'),
    forward: (forwardSeconds) => move({ forwardSeconds }),
    hold: () => move({ hold: true }),
    release: () => move({ hold: false }),
  };
}
