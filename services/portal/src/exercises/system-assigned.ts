import { sentBy, succeeded } from './evidence.ts';
import { type Exercise, finding } from './exercise.ts';
import { existing } from './existing.ts';

/**
 * An identity that comes and goes with its machine: turned off and on again it is another one, and the roles that it was given
 * stay behind, with a principal that nobody knows.
 */
export const systemAssigned: Exercise = {
  id: 'system-assigned',
  needs: [],
  asks: [],
  prepare: async ({ scene, resources }) => {
    const there = existing(await resources('virtualMachine'));
    return { principalId: there.ownIdentity(scene.machine)?.principalId ?? '' };
  },
  check: ({ scene, events, resources, facts: { principalId = '' } }) => {
    const there = existing(resources);
    const reads = events.filter((event) => event.operation === 'GetSecret' && sentBy(event, scene.machine));
    const asOther = reads.filter((event) => event.principalId !== undefined && event.principalId !== principalId);
    const hasGone = principalId !== '' && !there.principal(principalId);
    const left = hasGone ? there.assignmentsOf(principalId).length : 0;
    return [
      finding(
        'read',
        reads.some((event) => event.principalId === principalId && succeeded(event)),
      ),
      finding('another', hasGone && asOther.some(({ status }) => status === 403)),
      finding('orphans', left > 0, { count: String(left) }),
      finding('deleted', hasGone && !there.machine(scene.machine)),
    ];
  },
};
