import { isFor, refusedBy, sentBy, succeeded, tokenIdsOf, tokenRequests, VAULT_AUDIENCE } from './evidence.ts';
import { type Exercise, finding } from './exercise.ts';

/** The first token, by hand: refused without the header, given with it, and good for a secret. */
export const firstToken: Exercise = {
  id: 'first-token',
  needs: [],
  asks: [],
  check: ({ scene, events }) => {
    const asked = tokenRequests(events, scene.machine);
    const given = asked.filter((event) => succeeded(event) && isFor(event, VAULT_AUDIENCE));
    const tokens = tokenIdsOf(given);
    const read = events.some(
      (event) =>
        event.operation === 'GetSecret' &&
        succeeded(event) &&
        sentBy(event, scene.machine) &&
        tokens.has(event.tokenId ?? ''),
    );
    return [
      finding(
        'no-header',
        asked.some((event) => refusedBy(event) === 'metadata header'),
      ),
      finding('token', given.length > 0),
      finding('secret', read),
    ];
  },
};
