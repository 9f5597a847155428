import { refusedBy, sentBy, succeeded, tokenRequests } from './evidence.ts';
import { type Exercise, finding, type SentRequest } from './exercise.ts';

const OUTSIDER = 'outsider';

/** From outside of the machine: no way to IMDS, whatever is sent; the vault answers everybody, and asks for a token. */
export const outside: Exercise = {
  id: 'outside',
  needs: ['outsider', 'isolation'],
  asks: [],
  check: ({ scene, events, sent }) => {
    const inVain = sent.filter((one) => one.machine === OUTSIDER && isToImds(one) && one.status === undefined);
    const challenged = events.filter(
      (event) => event.service === 'keyvault' && sentBy(event, OUTSIDER) && refusedBy(event) === 'bearer token',
    );
    const inside = tokenRequests(events, scene.machine).filter(succeeded);
    return [
      finding('no-way', inVain.length > 0, { error: inVain.at(-1)?.error ?? '' }),
      finding('challenged', challenged.length > 0),
      finding('inside', inside.length > 0),
    ];
  },
};

/** Under its own address: a name for it would say nothing about the way there. */
const isToImds = ({ url }: SentRequest): boolean => URL.canParse(url) && new URL(url).hostname === '169.254.169.254';
