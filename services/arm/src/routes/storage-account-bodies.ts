import { ACCOUNT_TYPE, type StorageAccount } from '../domain/storage-account.ts';
import { contentOf } from '../domain/storage-account-content.ts';

/** An account as Resource Manager shows it. */
export function toStorageAccount(account: StorageAccount) {
  const { sku, kind, properties } = contentOf(account);
  return {
    sku: toSku(sku),
    kind,
    id: account.resourceId,
    name: account.name,
    type: ACCOUNT_TYPE,
    location: account.location,
    tags: account.tags ?? {},
    properties: {
      minimumTlsVersion: 'TLS1_2',
      allowBlobPublicAccess: false,
      supportsHttpsTrafficOnly: true,
      accessTier: 'Hot',
      encryption: { services: { blob: { keyType: 'Account', enabled: true } }, keySource: 'Microsoft.Storage' },
      ...properties,
      allowSharedKeyAccess: false, // there are no keys
      networkAcls: {
        resourceAccessRules: [],
        bypass: 'AzureServices',
        virtualNetworkRules: [],
        ipRules: [],
        defaultAction: 'Allow',
      },
      provisioningState: 'Succeeded',
      ...(account.createdAt !== undefined && { creationTime: isoTime(account.createdAt) }),
      primaryEndpoints: { blob: `https://${account.host}/` },
      primaryLocation: account.location,
      statusOfPrimary: 'available',
    },
  };
}

/** The one blob service that an account has. */
export const toBlobService = (account: StorageAccount) => ({
  sku: toSku(contentOf(account).sku),
  id: `${account.resourceId}/blobServices/default`,
  name: 'default',
  type: `${ACCOUNT_TYPE}/blobServices`,
  properties: { cors: { corsRules: [] }, deleteRetentionPolicy: { allowPermanentDelete: false, enabled: false } },
});

const toSku = (name: string) => ({ name, tier: name.split('_', 1)[0] });

/** Seven digits after the second, as the service has them. */
const isoTime = (seconds: number): string => new Date(seconds * 1_000).toISOString().replace('.000Z', '.0000000Z');
