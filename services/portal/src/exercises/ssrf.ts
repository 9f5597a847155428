import { isFor, refusedBy, sentBy, succeeded, tokenIdsOf, tokenRequests, VAULT_AUDIENCE } from './evidence.ts';
import { type Exercise, finding } from './exercise.ts';

/**
 * A page of the machine that fetches links for others. Two of its three ways end at IMDS, by the header that is missing and by
 * the one that is there; the third gives the machine's token to whoever asks, who then reads a secret with it from outside.
 */
export const ssrf: Exercise = {
  id: 'ssrf',
  needs: ['outsider', 'isolation'],
  asks: [],
  prepare: async (lab) => {
    const { machine } = lab.scene;
    try {
      await lab.preview(machine, 'open');
    } catch (error) {
      await lab.preview(machine, 'close'); // it may be open all the same, and only its answer came too late
      throw error;
    }
    return { machine };
  },
  end: async (lab, { machine }) => {
    if (machine !== undefined) await lab.preview(machine, 'close');
  },
  check: ({ scene, events }) => {
    const asked = tokenRequests(events, scene.machine);
    const by = (way: string) =>
      asked.filter(({ clientRequestId }) => clientRequestId?.startsWith(`link-preview-${way}-`));
    const given = by('fetch').filter((event) => succeeded(event) && isFor(event, VAULT_AUDIENCE));
    const tokens = tokenIdsOf(given);
    const read = events.some(
      (event) =>
        event.operation === 'GetSecret' &&
        succeeded(event) &&
        sentBy(event, 'outsider') &&
        tokens.has(event.tokenId ?? ''),
    );
    return [
      finding(
        'plain',
        by('preview').some((event) => refusedBy(event) === 'metadata header'),
      ),
      finding(
        'forwarded',
        by('proxy').some((event) => refusedBy(event) === 'x-forwarded-for'),
      ),
      finding('token', given.length > 0),
      finding('secret', read),
    ];
  },
};
