import type { ResourceOf } from '@lab/shared/feed/resources.ts';
import type { Holder } from './token-cache.ts';
import type { VirtualMachine } from './virtual-machine.ts';

/** A function app, as App Service runs it. */
export type Site = ResourceOf<'site'>;

/** Where a managed identity lives: Azure holds its key there, and gives its tokens to what runs there. */
export type Host = VirtualMachine | Site;

/** An identity as a host has it. */
export type Identity = Host['identities'][number];

/** Every identity on every host that has it. */
export const holdersOf = (hosts: readonly Host[]): Holder[] =>
  hosts.flatMap(({ resourceId: hostResourceId, identities }) =>
    identities.map(({ clientId }) => ({ clientId, hostResourceId })),
  );

/** Client ids of all identities that any of the hosts has, each once. */
export const clientIdsOf = (hosts: readonly Host[]): string[] => [
  ...new Set(hosts.flatMap(({ identities }) => identities.map(({ clientId }) => clientId))),
];
