import { sameText } from '@lab/shared/same-text.ts';
import { z } from 'zod';
import { AccessPolicies, type AccessPolicy } from './access-policies.ts';
import type { Vault } from './vault.ts';
import { invalidVaultValue, irreversible, networkRulesAbsent, retentionIsSet } from './vault-failures.ts';

const flag = z.boolean().nullish();

const NetworkAcls = z.object({
  bypass: z.enum(['AzureServices', 'None']).nullish(),
  defaultAction: z.enum(['Allow', 'Deny']).nullish(),
  ipRules: z.array(z.unknown()).nullish(),
  virtualNetworkRules: z.array(z.unknown()).nullish(),
});

/** `properties` of a vault as it is sent. What the service alone sets (`vaultUri`, `provisioningState`) is passed over. */
const Properties = z.object({
  tenantId: z.guid(),
  sku: z.object({
    family: z.string().regex(/^a$/i, "the family is 'A'").nullish(),
    name: z
      .string()
      .regex(/^(standard|premium)$/i, "either 'standard' or 'premium'")
      .toLowerCase(),
  }),
  accessPolicies: AccessPolicies.nullish(),
  createMode: z
    .string()
    .regex(/^(default|recover)$/i, "either 'default' or 'recover'")
    .toLowerCase()
    .nullish(),
  enabledForDeployment: flag,
  enabledForDiskEncryption: flag,
  enabledForTemplateDeployment: flag,
  enableSoftDelete: flag,
  enableRbacAuthorization: flag,
  enablePurgeProtection: flag,
  softDeleteRetentionInDays: z.number().int().nullish(),
  networkAcls: NetworkAcls.nullish(),
  publicNetworkAccess: z
    .string()
    .regex(/^(enabled|disabled)$/i, "either 'enabled' or 'disabled'")
    .nullish(),
});

export const PutVault = z.object({ location: z.string().min(1), properties: Properties });
const Changes = Properties.partial();
export const PatchVault = z.object({ properties: Changes.nullish() });

export type VaultProperties = z.output<typeof Changes>;

/** What can be set, without what identifies a vault. */
export type VaultContent = Pick<
  Vault,
  | 'softDeleteRetentionInDays'
  | 'enablePurgeProtection'
  | 'enableRbacAuthorization'
  | 'accessPolicies'
  | 'properties'
  | 'tenantId'
>;

/**
 * What a vault is to be after a write: what is not sent stays as it was, or is Azure's default for a new one.
 *
 * @param tenantId Of the subscription: a vault trusts that tenant.
 * @param known Absent for a new vault.
 * @throws AzureError `invalid` BadRequest, and InvalidParameter for network rules, which would be a promise not kept.
 * @see https://learn.microsoft.com/rest/api/keyvault/keyvault/vaults/create-or-update
 */
export function vaultContent(sent: VaultProperties, tenantId: string, known?: Vault): VaultContent {
  if (sent.tenantId && !sameText(sent.tenantId, tenantId)) throw invalidVaultValue('tenantId');
  checkNetwork(sent);
  if (sent.enableSoftDelete === false && known) throw irreversible('enableSoftDelete', 'soft delete');
  // Also for a new vault: the property is true or absent.
  if (sent.enablePurgeProtection === false) throw irreversible('enablePurgeProtection', 'purge protection');
  const accessPolicies = sent.accessPolicies ?? known?.accessPolicies ?? [];
  checkPolicies(accessPolicies, tenantId);
  const { sku, enabledForDeployment, enabledForDiskEncryption, enabledForTemplateDeployment, networkAcls } = sent;
  const kept = Object.entries({
    ...(sku && { sku: { family: 'A', name: sku.name } }),
    enabledForDeployment,
    enabledForDiskEncryption,
    enabledForTemplateDeployment,
    networkAcls,
  }).filter(([, value]) => value !== undefined && value !== null);
  // A vault of the lab file decides by role assignments, and says nothing of it.
  const knownModel = known && (known.enableRbacAuthorization ?? true);
  return {
    tenantId,
    softDeleteRetentionInDays: retention(sent, known),
    enablePurgeProtection: sent.enablePurgeProtection ?? known?.enablePurgeProtection ?? false,
    enableRbacAuthorization: sent.enableRbacAuthorization ?? knownModel ?? false,
    accessPolicies,
    properties: { ...known?.properties, ...Object.fromEntries(kept) },
  };
}

/** @throws AzureError `invalid` BadRequest: policies are for principals of the vault's own tenant. */
export function checkPolicies(policies: readonly AccessPolicy[], tenantId: string): void {
  if (!policies.every((policy) => sameText(policy.tenantId, tenantId))) throw invalidVaultValue('accessPolicies');
}

function checkNetwork({ networkAcls, publicNetworkAccess }: VaultProperties): void {
  if (publicNetworkAccess?.toLowerCase() === 'disabled') throw networkRulesAbsent('publicNetworkAccess');
  if (networkAcls?.defaultAction === 'Deny') throw networkRulesAbsent('networkAcls.defaultAction');
  if (networkAcls?.ipRules?.length) throw networkRulesAbsent('networkAcls.ipRules');
  if (networkAcls?.virtualNetworkRules?.length) throw networkRulesAbsent('networkAcls.virtualNetworkRules');
}

function retention({ softDeleteRetentionInDays: days }: VaultProperties, known: Vault | undefined): number {
  if (days === undefined || days === null) return known?.softDeleteRetentionInDays ?? 90;
  if (days < 7 || days > 90) throw invalidVaultValue('softDeleteRetentionInDays');
  if (known && known.softDeleteRetentionInDays !== days) throw retentionIsSet();
  return days;
}
