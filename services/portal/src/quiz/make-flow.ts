import { AzureError } from '@lab/shared/azure-error.ts';
import type { Faults } from '../domain/faults.ts';
import type { Workloads } from '../domain/workloads.ts';
import type { Act, Actor, Stage } from './acts.ts';
import { newMark } from './mark.ts';

export type MakeFlow = (question: string, act: Act, stage: Stage) => Promise<void>;

/**
 * Lets an act happen for real, from the machines of its stage and no others. One at a time, a few may wait; what it changes,
 * a fault that strikes this machine once, is undone when it ends, however it ends.
 *
 * @throws Error where a machine gets no answer, `throttled` where too many wait.
 */
export function flowMaker({
  workloads,
  faults,
  pause,
  mostWaiting = 8,
}: {
  workloads: Pick<Workloads, 'request'>;
  faults: Pick<Faults, 'add' | 'remove'>;
  /** @param ms How long. */
  pause: (ms: number) => Promise<void>;
  mostWaiting?: number;
}): MakeFlow {
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;

  const actorOn = (stage: Stage, mark: string): Actor => ({
    stage,
    get: async (url, headers = {}, from) => {
      const name = from === undefined ? stage.workload : stage.others.get(from);
      if (name === undefined) throw new Error(`${from} is not there`);
      const all = Object.entries({ ...headers, 'x-ms-client-request-id': mark });
      const answer = await workloads.request(name, { method: 'GET', url, headers: all });
      if ('error' in answer) throw new Error(`no answer: ${answer.error.code}`);
      return answer;
    },
    failingOnce: async (work) => {
      const { id } = await faults.add({
        ...{ service: 'imds', operation: 'GetManagedIdentityToken', caller: stage.scene.machine },
        ...{ times: 1, seconds: LONGEST_FAULT_SECONDS, effect: { status: 503 } },
      });
      try {
        await work();
      } finally {
        await faults.remove(id);
      }
    },
    wait: () => pause(RETRY_MS),
  });

  return async (question, act, stage) => {
    if (waiting >= mostWaiting) throw busy();
    waiting += 1;
    const mine = last.then(() => act(actorOn(stage, newMark(question))));
    last = mine
      .catch(() => {})
      .finally(() => {
        waiting -= 1;
      });
    return mine;
  };
}

const RETRY_MS = 800;
/** It ends by itself where the portal dies before it has removed it. */
const LONGEST_FAULT_SECONDS = 10;

const busy = () =>
  new AzureError({
    kind: 'throttled',
    code: 'TooManyQuestions',
    message: 'Flows for other questions are being made. Try again when they have been.',
  });
