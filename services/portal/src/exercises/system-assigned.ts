import { sameText } from '@lab/shared/same-text.ts';
import { sentBy, succeeded, tokenIdsOf, tokenRequests } from './evidence.ts';
import { type Exercise, finding } from './exercise.ts';
import { existing } from './existing.ts';
import { presentedTokenId } from './presented-token.ts';

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
    const { principalId = '', resourceId = '' } = there.ownIdentity(scene.machine) ?? {};
    return { principalId, machineId: resourceId };
  },
  check: ({ scene, events, resources, facts: { principalId = '', machineId = '' } }) => {
    const there = existing(resources);
    const reads = events.filter((event) => event.operation === 'GetSecret' && sentBy(event, scene.machine));
    // The machine has further identities, and anybody a forge: only a token counts that IMDS gave the machine as its own.
    const renewed = tokenIdsOf(
      tokenRequests(events, scene.machine).filter(
        (event) =>
          succeeded(event) &&
          event.principalId !== principalId &&
          machineId !== '' &&
          sameText(String(event.issued?.claims.xms_mirid), machineId),
      ),
    );
    const asOther = reads.filter(
      (event) => event.principalId !== principalId && renewed.has(presentedTokenId(event) ?? ''),
    );
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
