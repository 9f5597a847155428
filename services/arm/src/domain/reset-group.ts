import { AzureError } from '@lab/shared/azure-error.ts';
import type { Resource } from '@lab/shared/feed/resources.ts';
import type { Slot } from '@lab/shared/lab/lab-state.ts';
import { dated, declareEntry } from './apply-lab.ts';
import { resourceGroupNotFound } from './errors.ts';
import { patchLab } from './patch-lab.ts';
import { reconcile } from './reconcile.ts';
import { type ResourceGroup, removeGroup } from './resource-group.ts';
import type { Resources } from './resources.ts';
import { accountAlreadyTaken } from './storage-account.ts';
import { forgetVault } from './vault.ts';
import { vaultAlreadyExists } from './vault-failures.ts';

/**
 * One resource group as it was at first, and the others as they are. In two steps, each a write of its own: a service that has
 * state besides what it is told, such as the versions of a secret, has to hear that it is gone.
 */

export type GroupReset = {
  readonly id: string;
  /** All that the lab file says. */
  readonly declared: readonly Resource[];
  /** A partial lab file with what the group was at first, where the lab file knows nothing of it. */
  readonly text: string | undefined;
};

type Surroundings = Parameters<typeof patchLab>[2];

/**
 * What can be told of a reset before it is made: nothing is emptied that could not be filled again, such as where its names
 * were taken by somebody else meanwhile.
 * @throws what {@link fillGroup} throws.
 */
export function rehearseReset(resources: Resources, reset: GroupReset, around: Surroundings): void {
  const undone = new Error('undone');
  try {
    resources.transaction(() => {
      emptyGroup(resources, reset.id, around.now);
      fillGroup(resources, reset, around);
      throw undone;
    });
  } catch (error) {
    if (error !== undone) throw error;
  }
}

/**
 * Fills a group that is empty.
 * @throws AzureError `conflict` VaultAlreadyExists, StorageAccountAlreadyTaken; `invalid` InvalidLabFile
 */
export function fillGroup(resources: Resources, { id, declared, text }: GroupReset, around: Surroundings): void {
  const isDeclared = refillGroup(resources, id, declared, around);
  if (!isDeclared && text !== undefined) patchLab(resources, text, around);
  refuseTaken(resources, id);
}

/** A host name is one thing's in the whole lab. */
function refuseTaken(resources: Resources, id: string): void {
  const kinds = [
    ['vault', vaultAlreadyExists],
    ['storageAccount', accountAlreadyTaken],
  ] as const;
  for (const [kind, refusal] of kinds) {
    const all = resources.all(kind);
    for (const { value: own } of resources.within(kind, id)) {
      const others = all.filter(({ resourceId }) => resourceId.toLowerCase() !== own.resourceId.toLowerCase());
      if (others.some(({ host }) => host === own.host)) throw refusal(own.name);
    }
  }
}

/** Everything in the group, for good. Answers what the group was, which the lab file may know nothing of. */
export function emptyGroup(resources: Resources, id: string, now: number): ResourceGroup | undefined {
  const group = resources.find('resourceGroup', id);
  removeGroup(resources, id, now);
  // Nothing that a person deleted is there to be recovered, any more than at the lab's first start.
  for (const { value } of resources.within('vault', id)) forgetVault(resources, value);
  if (group?.participant) resources.remove('application', group.participant.clientId);
  return group;
}

/**
 * What the lab file declares there, and what it declares elsewhere that hangs on it: the identities of what lies in the
 * group, with their roles, and the APIs that these may call.
 * @returns false where the file knows nothing of the group.
 */
export function refillGroup(
  resources: Resources,
  id: string,
  declared: readonly Resource[],
  { slots, now }: { slots: readonly Slot[]; now: number },
): boolean {
  const isInside = (other: string) => `${other.toLowerCase()}/`.startsWith(`${id.toLowerCase()}/`);
  const inside = declared.filter(
    (resource) =>
      isInside(resource.id) || (resource.kind === 'servicePrincipal' && isInside(resource.value.resourceId)),
  );
  if (inside.length === 0) return false;
  const principals = new Set(inside.map((resource) => resource.kind === 'servicePrincipal' && resource.id));
  const outside = declared.filter(
    (resource) =>
      !inside.includes(resource) &&
      (resource.kind === 'application' ||
        (resource.kind === 'roleAssignment' && principals.has(resource.value.principalId))),
  );
  // Denials first, as at a reset of the whole.
  const isDenial = ({ kind }: Resource) => Number(kind === 'denyAssignment');
  for (const resource of [...inside, ...outside].toSorted((a, b) => isDenial(b) - isDenial(a))) {
    resources.put(dated(resources, resource, now));
    declareEntry(resources, resource);
  }
  reconcile(resources, new Set(declared.map((resource) => resource.id.toLowerCase())), slots);
  return true;
}

/** @throws AzureError `conflict` DeclaredGroup: it would be back with the next start. */
export function refuseDeclared(id: string, declared: readonly Resource[]): void {
  if (!declared.some((resource) => resource.id.toLowerCase() === id.toLowerCase())) return;
  const message = 'The lab file declares this resource group. Take it out there, and start the lab again.';
  throw new AzureError({ kind: 'conflict', code: 'DeclaredGroup', message });
}

/** @throws AzureError `not_found` ResourceGroupNotFound: neither in the lab nor in its file. */
export function knownGroup(resources: Resources, id: string, declared: readonly Resource[]): void {
  const isIt = (resource: Resource) =>
    resource.kind === 'resourceGroup' && resource.id.toLowerCase() === id.toLowerCase();
  if (!resources.find('resourceGroup', id) && !declared.some(isIt)) {
    throw resourceGroupNotFound(id.split('/').at(-1) ?? '');
  }
}
