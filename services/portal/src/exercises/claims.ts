import { sameText } from '@lab/shared/same-text.ts';
import { succeeded, tokenIdsOf, tokenRequests } from './evidence.ts';
import { type Exercise, finding } from './exercise.ts';
import { existing } from './existing.ts';

/** What a token says: whose it is, which one it is, and which resource's identity that is. */
export const claims: Exercise = {
  id: 'claims',
  needs: [],
  asks: ['oid', 'uti', 'xms_mirid'],
  check: ({ scene, events, resources, answers }) => {
    const given = tokenRequests(events, scene.machine).filter(succeeded);
    const machine = existing(resources).machine(scene.machine);
    // Of whichever identity of the machine the token was asked for.
    const isOf = (principalId: string | undefined) => given.some((event) => event.principalId === principalId);
    const owner = machine?.identities.find(({ principalId }) => sameText(principalId, answers.oid ?? ''));
    const named = machine?.identities.find(({ resourceId }) => sameText(resourceId, answers.xms_mirid ?? ''));
    return [
      finding('token', given.length > 0),
      finding('oid', owner !== undefined && isOf(owner.principalId)),
      finding('uti', tokenIdsOf(given).has(answers.uti ?? '')),
      finding('xms_mirid', named !== undefined && isOf(named.principalId)),
    ];
  },
};
