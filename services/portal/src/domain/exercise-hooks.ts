import type { Exercises } from './exercises.ts';
import type { LabState } from './lab-state.ts';
import type { Workloads } from './workloads.ts';

/** What exercises have to hear of that others do with the lab. */

/** The state of the lab as others change it: what an exercise prepared is gone when everything begins anew. */
export const endingExercises = (state: LabState, exercises: Pick<Exercises, 'ended'>): LabState => ({
  ...state,
  reset: async () => {
    await exercises.ended();
    return state.reset();
  },
  snapshots: {
    ...state.snapshots,
    restore: async (name) => {
      const begun = await state.snapshots.restore(name);
      await exercises.ended();
      return begun;
    },
  },
});

/** Workloads whose requests are told to the exercises: what never arrives anywhere is no event of any service. */
export const tellingExercises = <W extends Pick<Workloads, 'list' | 'request'>>(
  workloads: W,
  exercises: Pick<Exercises, 'sent'>,
): W => ({
  ...workloads,
  request: async (name, request) => {
    const answer = await workloads.request(name, request);
    const sender = (await workloads.list()).find((one) => one.name === name);
    exercises.sent({
      machine: sender?.machine ?? name,
      ...{ method: request.method, url: request.url },
      ...('error' in answer ? { error: answer.error.code } : { status: answer.status }),
    });
    return answer;
  },
});
