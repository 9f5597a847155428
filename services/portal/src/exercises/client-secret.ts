import { sameText } from '@lab/shared/same-text.ts';
import { sentBy, succeeded, tokenRequests } from './evidence.ts';
import { type Exercise, finding } from './exercise.ts';

/**
 * An application with a client secret, and a managed identity: when the secret has expired, one of the two goes on. Those that
 * are declared do not count: the secret has to be one that somebody made.
 */
export const clientSecret: Exercise = {
  id: 'client-secret',
  needs: ['trainer'],
  asks: [],
  prepare: async (lab) => ({ declared: (await lab.resources('application')).map(({ id }) => id).join(' ') }),
  check: ({ scene, events, resources, facts }) => {
    const declared = (facts.declared ?? '').split(' ');
    const made = new Set(
      resources
        .filter(({ kind, id }) => kind === 'application' && !declared.includes(id))
        .map(({ clientId }) => String(clientId)),
    );
    const signIns = events.filter(({ service, clientId }) => service === 'entra' && made.has(clientId ?? ''));
    const issued = signIns.filter(succeeded);
    const worked = new Set(issued.map(({ clientId }) => clientId));
    const expired = signIns.find(({ errorCode, clientId }) => errorCode === SECRET_EXPIRED && worked.has(clientId));
    const after = expired ? events.filter(({ at }) => at >= expired.at) : [];
    const read = after.some(
      (event) =>
        event.operation === 'GetSecret' &&
        succeeded(event) &&
        sameText(event.virtualMachine ?? '', scene.machine) &&
        sentBy(event, scene.machine),
    );
    return [
      finding('application', made.size > 0),
      finding('signed-in', issued.length > 0),
      finding('expired', expired !== undefined),
      finding('goes-on', read && tokenRequests(after, scene.machine).some(succeeded)),
    ];
  },
};

const SECRET_EXPIRED = 'AADSTS7000222';
