import { sameText } from '@lab/shared/same-text.ts';
import { isFor, refusedBy, sentBy, succeeded, tokenIdsOf, tokenRequests, VAULT_AUDIENCE } from './evidence.ts';
import { type Exercise, finding } from './exercise.ts';

/** A token for one service is none for another: refused before anybody looks at roles. Then the right one. */
export const audience: Exercise = {
  id: 'audience',
  needs: [],
  asks: ['audience'],
  check: ({ scene, events, answers }) => {
    const given = tokenRequests(events, scene.machine).filter(succeeded);
    const others = given.filter((event) => !isFor(event, VAULT_AUDIENCE));
    const right = tokenIdsOf(given.filter((event) => isFor(event, VAULT_AUDIENCE)));
    const atVault = events.filter(({ service }) => service === 'keyvault');
    return [
      finding('other-token', others.length > 0, { audience: others.at(-1)?.audience ?? '' }),
      // Whose token it was is not known of one that is refused; that the machine presented one is.
      finding(
        'refused',
        others.length > 0 &&
          atVault.some((event) => refusedBy(event) === 'audience' && isFromMachine(event, scene.machine)),
      ),
      finding('expected', sameText((answers.audience ?? '').replace(/\/$/, ''), VAULT_AUDIENCE)),
      finding(
        'read',
        atVault.some(
          (event) =>
            event.operation === 'GetSecret' &&
            succeeded(event) &&
            sentBy(event, scene.machine) &&
            right.has(event.tokenId ?? ''),
        ),
      ),
    ];
  },
};

/** Who sent it; in the embedded lab nobody knows that of a request whose token was refused. */
const isFromMachine = (event: Parameters<typeof sentBy>[0], machine: string): boolean =>
  (event.caller === undefined && event.virtualMachine === undefined) || sentBy(event, machine);
