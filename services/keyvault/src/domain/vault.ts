/** A key vault as Resource Manager describes it: name, host, tenant, and what soft delete is set to. */
export type Vault = {
  /** Full ARM id, `/subscriptions/…/vaults/{name}`. */
  readonly resourceId: string;
  readonly name: string;
  /** `kv-lab.vault.azure.net`, lower case. */
  readonly host: string;
  /** The tenant whose tokens it accepts; not necessarily the one of its subscription's virtual machines. */
  readonly tenantId: string;
  readonly location: string;
  readonly softDeleteRetentionInDays: number;
  readonly enablePurgeProtection: boolean;
};

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
