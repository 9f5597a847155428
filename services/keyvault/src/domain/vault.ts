import type { ResourceOf } from '@lab/shared/feed/resources.ts';

/** A key vault as Resource Manager describes it: name, host, tenant, soft delete, and what decides who may do what. */
export type Vault = ResourceOf<'vault'>;

/** Those that are there: a deleted vault is not found. */
export type Vaults = {
  /** @param host Lower case, without port. */
  findByHost(host: string): Vault | undefined;
  findByName(name: string): Vault | undefined;
};

/**
 * What stands in `attributes.recoveryLevel` of everything in the vault.
 * @see https://learn.microsoft.com/rest/api/keyvault/secrets/get-secret/get-secret#deletionrecoverylevel
 */
export function recoveryLevel({ softDeleteRetentionInDays, enablePurgeProtection }: Vault): string {
  const base = softDeleteRetentionInDays < 90 ? 'CustomizedRecoverable' : 'Recoverable';
  return enablePurgeProtection ? base : `${base}+Purgeable`;
}

/** Id of a secret as role assignments name it. A valid name is its own encoding; any other cannot add a segment. */
export const secretId = (vault: Vault, name: string): string =>
  `${vault.resourceId}/secrets/${encodeURIComponent(name.toWellFormed())}`;
