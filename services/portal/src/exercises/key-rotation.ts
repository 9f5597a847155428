import type { FlowEvent } from '@lab/shared/events.ts';
import { sentBy, succeeded, tokenRequests } from './evidence.ts';
import { type Exercise, finding } from './exercise.ts';
import { kidOf } from './presented-token.ts';

/**
 * Signing keys change, and nobody notices: a token signed with the key before goes on being good, and so is one signed with
 * the new key. That there was a rotation is seen by the tokens, as a validator sees it.
 */
export const keyRotation: Exercise = {
  id: 'key-rotation',
  needs: ['trainer'],
  asks: [],
  check: ({ scene, events }) => {
    const read = events.filter(
      (event) => event.operation === 'GetSecret' && succeeded(event) && sentBy(event, scene.machine),
    );
    const before = kidOf(read[0]);
    const isNew = (event: FlowEvent) => kidOf(event) !== undefined && kidOf(event) !== before;
    const issued =
      before === undefined
        ? undefined
        : tokenRequests(events, scene.machine).find((event) => succeeded(event) && isNew(event));
    const after = issued === undefined ? [] : read.filter(({ at }) => at >= issued.at);
    return [
      finding('read', before !== undefined),
      finding('rotated', issued !== undefined),
      finding(
        'old-key',
        after.some((event) => kidOf(event) === before),
      ),
      finding('new-key', after.some(isNew)),
    ];
  },
};
