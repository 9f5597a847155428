import { createHash } from 'node:crypto';
import type { Resource } from '@lab/shared/feed/resources.ts';
import type { Slot } from '@lab/shared/lab/lab-state.ts';
import { BUILT_IN_ROLES } from '@lab/shared/rbac/built-in-roles.ts';
import { removePrincipal } from './identity.ts';
import { reconcile } from './reconcile.ts';
import { removeGroup } from './resource-group.ts';
import type { DeclaredEntry, Resources } from './resources.ts';

/** How many entries of the lab file were new or changed, and how many had gone from it. */
export type Applied = { readonly changed: number; readonly removed: number };

/**
 * Applies what the lab file declares, once per content.
 *
 * The file is compared with what it said when it was last applied, not with what exists: an entry that says the same as
 * then is left alone, whatever has been done to its resource since, and so is everything that the file never named.
 * An entry that has gone takes its resource with it, and a group what was made in it since. All of it or nothing.
 * @param slots Where virtual machines can be.
 * @param now Epoch seconds; since then there is what is new.
 */
export function applyLab(
  resources: Resources,
  declared: readonly Resource[],
  slots: readonly Slot[] = [],
  now = 0,
): Applied {
  return resources.transaction(() => {
    const before = new Map(resources.declared().map((entry) => [keyOf(entry), entry]));
    let changed = 0;
    for (const resource of declared) {
      const digest = digestOf(resource);
      const known = before.get(keyOf(resource));
      before.delete(keyOf(resource));
      if (known?.digest === digest) continue;
      resources.put(dated(resources, resource, now));
      declareEntry(resources, resource);
      changed += 1;
    }
    for (const gone of before.values()) {
      remove(resources, gone);
      resources.undeclare(gone);
    }
    reconcile(resources, new Set(declared.map(({ id }) => id.toLowerCase())), slots);
    resources.setAppliedLab();
    return { changed, removed: before.size };
  });
}

/** Takes what the lab file declares for applied, whatever there is. */
export function declareLab(resources: Resources, declared: readonly Resource[]): void {
  for (const entry of resources.declared()) resources.undeclare(entry);
  for (const resource of declared) declareEntry(resources, resource);
}

/** Takes one entry of the lab file for applied. */
export const declareEntry = (resources: Resources, resource: Resource): void =>
  resources.declare({ kind: resource.kind, id: resource.id, digest: digestOf(resource) });

/** With the times that clients expect, which no lab file says: made when it was first declared, changed with its entry. */
export function dated(resources: Resources, resource: Resource, now: number): Resource {
  const { kind, id, value } = resource;
  if (kind !== 'roleAssignment' && kind !== 'storageAccount') return resource;
  const createdAt = resources.find(kind, id)?.createdAt ?? now;
  if (kind === 'storageAccount') return { kind, id, value: { createdAt, ...value } };
  return { kind, id, value: { createdAt, updatedAt: now, ...value } };
}

/** Azure's built-in roles, as this version of the lab knows them. */
export function applyBuiltInRoles(resources: Resources): void {
  resources.transaction(() => {
    for (const role of BUILT_IN_ROLES) {
      const known = resources.find('roleDefinition', role.id);
      if (JSON.stringify(known) === JSON.stringify(role)) continue;
      resources.put({ kind: 'roleDefinition', id: role.id, value: { ...role } as never });
    }
  });
}

function remove(resources: Resources, { kind, id }: DeclaredEntry): void {
  if (kind === 'servicePrincipal') removePrincipal(resources, id);
  // What was made in a group or a subscription cannot be reached without it.
  if (kind === 'resourceGroup' || kind === 'subscription') {
    for (const group of resources.within('resourceGroup', id)) removeGroup(resources, group.id, 0);
    for (const vault of resources.within('vault', id)) resources.remove('vault', vault.id); // nobody could recover it
  }
  resources.remove(kind, id);
}

const keyOf = ({ kind, id }: { kind: string; id: string }): string => `${kind} ${id.toLowerCase()}`;

const digestOf = ({ id, value }: Resource): string =>
  createHash('sha256')
    .update(JSON.stringify([id, value]))
    .digest('hex');
