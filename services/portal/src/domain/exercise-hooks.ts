import type { Exercises } from './exercises.ts';
import type { LabState } from './lab-state.ts';
import type { Participants } from './participants.ts';
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

/** The same for the places of those who share the lab. */
export const endingTheirs = (participants: Participants, exercises: Pick<Exercises, 'ended'>): Participants => ({
  ...participants,
  reset: async (name) => {
    await exercises.ended(name);
    return participants.reset(name);
  },
  remove: async (name) => {
    await exercises.ended(name);
    await participants.remove(name);
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
