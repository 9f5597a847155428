import { type DeletedVault, scheduledPurgeDate, VAULT_TYPE, type Vault } from '../domain/vault.ts';

/** A vault as Resource Manager shows it. What was never said is Azure's default. */
export const toVault = (vault: Vault) => {
  const { sku, enabledForDeployment, ...more } = vault.properties ?? {};
  return {
    id: vault.resourceId,
    name: vault.name,
    type: VAULT_TYPE,
    location: vault.location,
    tags: vault.tags ?? {},
    properties: {
      sku: sku ?? { family: 'A', name: 'standard' },
      tenantId: vault.tenantId,
      accessPolicies: vault.accessPolicies ?? [],
      enabledForDeployment: enabledForDeployment ?? false,
      ...more,
      enableSoftDelete: true,
      softDeleteRetentionInDays: vault.softDeleteRetentionInDays,
      enableRbacAuthorization: vault.enableRbacAuthorization ?? true,
      // Absent unless it is on: clients send back what they were shown, and `false` is refused.
      ...(vault.enablePurgeProtection && { enablePurgeProtection: true }),
      vaultUri: `https://${vault.host}/`,
      provisioningState: 'Succeeded',
      publicNetworkAccess: 'Enabled',
    },
  };
};

export const toDeletedVault = (vault: DeletedVault) => ({
  id: deletedVaultId(vault),
  name: vault.name,
  type: 'Microsoft.KeyVault/deletedVaults',
  properties: {
    vaultId: vault.resourceId,
    location: vault.location,
    tags: vault.tags ?? {},
    deletionDate: isoTime(vault.deletedAt),
    scheduledPurgeDate: isoTime(scheduledPurgeDate(vault)),
    ...(vault.enablePurgeProtection && { purgeProtectionEnabled: true }),
  },
});

export const toAccessPolicies = ({ resourceId, accessPolicies }: Vault) => ({
  id: `${resourceId}/accessPolicies/`,
  type: `${VAULT_TYPE}/accessPolicies`,
  properties: { accessPolicies: accessPolicies ?? [] },
});

const deletedVaultId = ({ resourceId, location, name }: Vault): string =>
  `${resourceId.split('/').slice(0, 3).join('/')}/providers/Microsoft.KeyVault/locations/${location}/deletedVaults/${name}`;

const isoTime = (seconds: number): string => new Date(seconds * 1_000).toISOString().replace('.000Z', 'Z');
