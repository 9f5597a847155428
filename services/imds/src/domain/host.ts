import type { ResourceOf } from '@lab/shared/feed/resources.ts';
import type { VirtualMachine } from './virtual-machine.ts';

/** A function app, as App Service runs it. */
export type Site = ResourceOf<'site'>;

/** Where a managed identity lives: Azure holds its key there, and gives its tokens to what runs there. */
export type Host = VirtualMachine | Site;

/** An identity as a host has it. */
export type Identity = Host['identities'][number];

/** Client ids of all identities that any of the hosts has, each once. */
export const clientIdsOf = (hosts: readonly Host[]): string[] => [
  ...new Set(hosts.flatMap(({ identities }) => identities.map(({ clientId }) => clientId))),
];
