/**
 * Vaults through their life: absent, there, deleted, purged. Names are unique in the lab, as they are in the world.
 *
 * A deleted vault has no data plane and keeps its name and its secrets until it is recovered or purged, by hand or when
 * its retention ends. What role assignments there were at it are gone with the deletion, and do not come back.
 * @see https://learn.microsoft.com/azure/key-vault/general/soft-delete-overview
 */
import { randomUUID } from 'node:crypto';
import type { ResourceOf } from '@lab/shared/feed/resources.ts';
import { VAULT_SUFFIX } from '@lab/shared/lab/resolve-lab.ts';
import { sameText } from '@lab/shared/same-text.ts';
import type { Resources } from './resources.ts';
import {
  deletedVaultInTheWay,
  deletedVaultNotFound,
  purgeNotAllowed,
  softDeletedVaultDoesNotExist,
  vaultAlreadyExists,
} from './vault-failures.ts';

export type Vault = ResourceOf<'vault'>;
export type DeletedVault = Vault & { readonly deletedAt: number };

export const VAULT_TYPE = 'Microsoft.KeyVault/vaults';

/** @see https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftkeyvault */
export const VAULT_NAME = /^[a-z](?!.*--)[a-z0-9-]{1,22}[a-z0-9]$/i;

export const vaultId = (groupId: string, name: string): string => `${groupId}/providers/${VAULT_TYPE}/${name}`;

const SECONDS_PER_DAY = 86_400;

/** When a deleted vault is purged, epoch seconds. */
export const scheduledPurgeDate = ({ deletedAt, softDeleteRetentionInDays }: DeletedVault): number =>
  deletedAt + softDeleteRetentionInDays * SECONDS_PER_DAY;

/** The vault with this id, undefined where it is deleted. */
export function findVault(resources: Resources, id: string): Vault | undefined {
  const vault = resources.find('vault', id);
  return vault?.deletedAt === undefined ? vault : undefined;
}

/** Those of a subscription or group that are there. */
export const vaultsWithin = (resources: Resources, place: string): Vault[] =>
  resources
    .within('vault', place)
    .map(({ value }) => value)
    .filter(({ deletedAt }) => deletedAt === undefined);

/** Those of a subscription that are deleted and can be recovered. */
export const deletedVaultsWithin = (resources: Resources, place: string, now: number): DeletedVault[] =>
  resources
    .within('vault', place)
    .map(({ value }) => value)
    .filter((vault) => isRecoverable(vault, now));

/** @throws AzureError `not_found` DeletedVaultNotFound. */
export function deletedVaultAt(
  resources: Resources,
  subscription: string,
  { location, name }: { location: string; name: string },
  now: number,
): DeletedVault {
  const found = deletedVaultsWithin(resources, subscription, now).find(
    (vault) => sameText(vault.name, name) && sameText(vault.location, location),
  );
  if (!found) throw deletedVaultNotFound(name);
  return found;
}

/** Who has this name, there or deleted. */
export const holderOfVaultName = (resources: Resources, name: string, now: number): Vault | undefined =>
  resources.all('vault').find((vault) => sameText(vault.name, name) && (!vault.deletedAt || isRecoverable(vault, now)));

/**
 * A new vault. Call in a transaction.
 * @throws AzureError `conflict` ConflictError where a deleted vault of the same subscription has the name, else
 *   VaultAlreadyExists.
 */
export function createVault(resources: Resources, vault: Omit<Vault, 'host' | 'instanceId'>, now: number): Vault {
  purgeOverdue(resources, now);
  const holder = holderOfVaultName(resources, vault.name, now);
  if (holder?.deletedAt !== undefined && subscriptionOf(holder) === subscriptionOf(vault)) throw deletedVaultInTheWay();
  if (holder) throw vaultAlreadyExists(vault.name);
  const made = { ...vault, host: `${vault.name.toLowerCase()}${VAULT_SUFFIX}`, instanceId: randomUUID() };
  resources.put({ kind: 'vault', id: made.resourceId, value: made });
  return made;
}

/** @returns false where there was none. */
export function deleteVault(resources: Resources, id: string, now: number): boolean {
  const vault = findVault(resources, id);
  if (!vault) return false;
  resources.put({ kind: 'vault', id: vault.resourceId, value: { ...vault, deletedAt: now } });
  for (const { id } of resources.within('roleAssignment', vault.resourceId)) resources.remove('roleAssignment', id);
  return true;
}

/**
 * The vault as it was when it was deleted, access policies included.
 * @throws AzureError `not_found` SoftDeletedVaultDoesNotExist.
 */
export function recoverVault(resources: Resources, id: string, location: string, now: number): Vault {
  const deleted = resources.find('vault', id);
  if (!deleted || !isRecoverable(deleted, now) || !sameText(deleted.location, location)) {
    throw softDeletedVaultDoesNotExist();
  }
  const { deletedAt: _, ...vault } = deleted;
  resources.put({ kind: 'vault', id: vault.resourceId, value: vault });
  return vault;
}

/** @throws AzureError `method_not_allowed` MethodNotAllowed under purge protection. */
export function purgeVault(resources: Resources, vault: DeletedVault): void {
  if (vault.enablePurgeProtection) throw purgeNotAllowed();
  forgetVault(resources, vault);
}

/**
 * Nothing runs on a timer: a vault whose retention is over is gone for whoever asks, and goes with the next new one,
 * or when the lab's clock is moved. Call in a transaction.
 */
export function purgeOverdue(resources: Resources, now: number): void {
  for (const vault of resources.all('vault')) {
    if (isDeleted(vault) && !isRecoverable(vault, now)) forgetVault(resources, vault);
  }
}

/** With its secrets, and without a way back. */
export function forgetVault(resources: Resources, { resourceId }: Vault): void {
  for (const { id } of resources.within('secret', resourceId)) resources.remove('secret', id);
  resources.remove('vault', resourceId);
}

const isDeleted = (vault: Vault): vault is DeletedVault => vault.deletedAt !== undefined;

const isRecoverable = (vault: Vault, now: number): vault is DeletedVault =>
  isDeleted(vault) && now < scheduledPurgeDate(vault);

const subscriptionOf = ({ resourceId }: Pick<Vault, 'resourceId'>): string | undefined =>
  resourceId.split('/')[2]?.toLowerCase();
