import { sameText } from '@lab/shared/same-text.ts';
import { sentBy, succeeded, tokenRequests } from './evidence.ts';
import { type Exercise, finding } from './exercise.ts';
import { existing } from './existing.ts';

/**
 * One identity on two machines: which one a machine speaks as where it has several, and how to tell which machine it was, when
 * both are the same principal.
 */
export const userAssigned: Exercise = {
  id: 'user-assigned',
  needs: ['vm-app02'],
  asks: ['oid', 'claim'],
  check: ({ scene, events, resources, answers }) => {
    const there = existing(resources);
    const shared = there.identity(scene.identity)?.principalId ?? '';
    const own = there.ownIdentity(scene.machine)?.principalId ?? '';
    const tokensOf = (machine: string, principalId: string) =>
      tokenRequests(events, machine).filter((event) => succeeded(event) && event.principalId === principalId);
    const hasRead = (machine: string) =>
      events.some(
        (event) =>
          event.operation === 'GetBlob' && succeeded(event) && event.principalId === shared && sentBy(event, machine),
      );
    return [
      finding('default', tokensOf(scene.machine, own).length > 0),
      finding('first', tokensOf(scene.machine, shared).length > 0 && hasRead(scene.machine)),
      finding('second', tokensOf(scene.otherMachine, shared).length > 0 && hasRead(scene.otherMachine)),
      finding('oid', shared !== '' && sameText(answers.oid ?? '', shared)),
      finding('claim', answers.claim === 'xms_az_rid'),
    ];
  },
};
