/** The feed between `arm` and those who follow it: who is told what, and how it is put on the wire. */
import { z } from 'zod';
import type { Peer } from '../fabric/peers.ts';
import { type Change, type Kind, RESOURCE } from './resources.ts';

/** Who may follow what. A service sees nothing of the kinds that are not listed for it. */
export const FOLLOWED: Partial<Record<Peer, readonly Kind[]>> = {
  entra: ['tenant', 'servicePrincipal', 'identityCertificates', 'application', 'federatedCredential', 'labClock'],
  imds: ['virtualMachine', 'labClock'],
  appservice: ['site', 'labClock'],
  keyvault: ['vault', 'secret', 'roleDefinition', 'roleAssignment', 'denyAssignment', 'labClock'],
  blob: ['storageAccount', 'container', 'blob', 'roleDefinition', 'roleAssignment', 'denyAssignment', 'labClock'],
  dns: ['vault', 'storageAccount'],
  cluster: ['labClock'],
};

/**
 * What a life of the lab began with, for the state that a follower has besides what it follows: a reset, after which there is
 * none, or a snapshot, which it has a copy of. Absent where `arm`'s database was new: that state then stays.
 */
export const Beginning = z.discriminatedUnion('by', [
  z.object({ by: z.literal('reset') }),
  z.object({ by: z.literal('snapshot'), id: z.guid() }),
]);
export type Beginning = z.infer<typeof Beginning>;

/** What a follower makes state of its own from. A copy of that state has it already, so it is not told again with it. */
export const SEEDS: readonly Kind[] = ['secret', 'container', 'blob', 'application'];

/**
 * `GET /feed?epoch={epoch}&since={revision}&waitSeconds={n}` on `arm`'s control API: what changed after a revision, one
 * entry per resource, oldest change first; held open until there is something, or the time is up.
 */
export const FeedPage = z.object({
  /** Names a life of the lab. Another epoch than the follower's: all of it is sent anew. */
  epoch: z.guid(),
  begun: Beginning.optional(),
  /** The follower asks on from here. By asking it says that it has applied everything up to here. */
  revision: z.number().int().nonnegative(),
  changes: z.array(
    z
      .object({ kind: z.enum(Object.keys(RESOURCE) as [Kind, ...Kind[]]), id: z.string(), value: z.unknown() })
      .transform((change): Change => {
        const value = change.value === null ? null : RESOURCE[change.kind].parse(change.value);
        return { kind: change.kind, id: change.id, value } as Change;
      }),
  ),
});
export type FeedPage = z.infer<typeof FeedPage>;
