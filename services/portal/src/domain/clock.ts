import type { FabricClient } from '@lab/shared/fabric/client.ts';
import { z } from 'zod';
import { answerOf } from './fabric-answer.ts';
import { Restarts, type Workloads } from './workloads.ts';

const Time = z.object({
  now: z.int().meta({ description: 'Epoch seconds, as in tokens.' }),
  offsetSeconds: z
    .int()
    .meta({ description: "How far it is ahead of the system's clock, or will be when it goes on." }),
  heldAt: z.int().nullable().meta({ description: 'Where it stands; null while it goes.' }),
});

export const ClockState = Time.extend(Restarts.partial().shape).meta({
  description: 'The time of all services. TLS and workloads have the system clock.',
});
export type ClockState = z.infer<typeof ClockState>;

export const ClockMove = z
  .strictObject({
    forwardSeconds: z.int().nonnegative().optional().meta({ description: 'Ten years ahead in all, at most.' }),
    hold: z.boolean().optional().meta({ description: 'Stops it, or lets it go on where it would be by now.' }),
  })
  .refine((move) => Object.keys(move).length > 0, 'expected forwardSeconds or hold');
export type ClockMove = z.infer<typeof ClockMove>;

export type Clock = {
  read(): Promise<ClockState>;
  /** Answers when all services have the new time, and the workloads that were restarted are back. */
  move(move: ClockMove): Promise<ClockState>;
};

/**
 * The lab's clock, `arm`'s, and what a jump of it means for workloads: what an SDK holds there is valid by the system's clock
 * and no longer by the lab's, so they are started again. Nothing jumps where the clock is only stopped.
 *
 * One move at a time: a workload that was started again between two moves could hold a token of before the second.
 */
export function fabricClock({
  fabric,
  workloads,
}: {
  fabric: Pick<FabricClient, 'call'>;
  workloads: Pick<Workloads, 'restart'>;
}): Clock {
  let last: Promise<unknown> = Promise.resolve();
  const read = () => answerOf('arm', fabric.call('arm', 'GET', '/clock'), Time);
  const move = async (wanted: ClockMove): Promise<ClockState> => {
    const before = await read();
    const asked = fabric.call('arm', 'PUT', '/clock', { body: wanted, timeoutMs: MOVE_MS });
    const state = await answerOf('arm', asked, Time).catch(async (error: unknown) => {
      // An answer can be lost where the clock was moved: to ask again would move it twice, and workloads would hold tokens.
      const after = await read().catch(() => before);
      if (after.offsetSeconds === before.offsetSeconds && after.heldAt === before.heldAt) throw error;
      return after;
    });
    const wasReleased = before.heldAt !== null && state.heldAt === null;
    const jumped = wasReleased || state.offsetSeconds !== before.offsetSeconds;
    return { ...state, ...(jumped ? await workloads.restart() : { restartedWorkloads: [] }) };
  };
  return {
    read,
    move: (wanted) => {
      const mine = last.then(() => move(wanted));
      last = mine.catch(() => {});
      return mine;
    },
  };
}

/** Longer than `arm` waits for those who follow it. */
const MOVE_MS = 15_000;
