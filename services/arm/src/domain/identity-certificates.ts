import type { Peer } from '@lab/shared/fabric/peers.ts';
import type { Resources } from './resources.ts';

/**
 * Where managed identities live, by the service that holds their keys there. Each hands over certificates under an id of
 * its own, `{clientId}/{service}`: a user-assigned identity on a virtual machine and on a function app has two keys, and
 * neither service overwrites what the other handed over.
 */
const HOSTS = { imds: 'virtualMachine', appservice: 'site' } as const satisfies Partial<
  Record<Peer, 'virtualMachine' | 'site'>
>;
export type HostService = keyof typeof HOSTS;

export const certificatesId = (clientId: string, service: HostService): string =>
  `${clientId.toLowerCase()}/${service}`;

/** Whether a host of this service's has the identity. One that has none of it has no business with its keys. */
export const isHostedBy = (resources: Resources, clientId: string, service: HostService): boolean =>
  resources
    .all(HOSTS[service])
    .some(({ identities }) => identities.some((identity) => identity.clientId === clientId.toLowerCase()));

/** With the service principal go the certificates that it signed in with, whoever held their keys. */
export function forgetCertificates(resources: Resources, clientId: string): void {
  for (const service of Object.keys(HOSTS) as HostService[]) {
    resources.remove('identityCertificates', certificatesId(clientId, service));
  }
}

/**
 * The certificates of identities, to be put back into another life of the lab. Those of now: keys are not a part of any
 * life, and an identity that has a host in the next one goes on with the key that it has.
 */
export function hostedCertificates(resources: Resources): { putBack(): void } {
  const all = () => resources.changedSince(0, ['identityCertificates'], Number.MAX_SAFE_INTEGER);
  const now = all();
  return {
    putBack: () => {
      for (const { id } of all()) resources.remove('identityCertificates', id);
      for (const { kind, id, value } of now) {
        if (kind !== 'identityCertificates' || !value) continue;
        const service = id.split('/').at(-1) as HostService;
        if (isHostedBy(resources, value.clientId, service)) resources.put({ kind, id, value });
      }
    },
  };
}
