import { isFor, refusedBy, sentBy, succeeded, tokenIdsOf, tokenRequests, VAULT_AUDIENCE } from './evidence.ts';
import { type Exercise, finding } from './exercise.ts';
import { presentedTokenId } from './presented-token.ts';

/** A token of the machine, used by another one: it works, until it expires. */
export const stolenToken: Exercise = {
  id: 'stolen-token',
  needs: ['outsider', 'isolation', 'trainer'],
  asks: [],
  check: ({ scene, events }) => {
    const given = tokenRequests(events, scene.machine).filter(
      (event) => succeeded(event) && isFor(event, VAULT_AUDIENCE),
    );
    const tokens = tokenIdsOf(given);
    const replayed = events.filter(
      (event) => event.service === 'keyvault' && sentBy(event, 'outsider') && tokens.has(presentedTokenId(event) ?? ''),
    );
    const read = replayed.filter((event) => event.operation === 'GetSecret' && succeeded(event));
    const accepted = new Set(read.map(presentedTokenId));
    const expired = replayed.some((event) => refusedBy(event) === 'expiry' && accepted.has(presentedTokenId(event)));
    return [finding('token', given.length > 0), finding('replayed', read.length > 0), finding('expired', expired)];
  },
};
