import { z } from 'zod';
import { ArmError, invalidParameter } from './errors.ts';
import type { StorageAccount } from './storage-account.ts';

const SKUS = [
  ...['Standard_LRS', 'Standard_GRS', 'Standard_RAGRS', 'Standard_ZRS', 'Standard_GZRS', 'Standard_RAGZRS'],
  ...['Premium_LRS', 'Premium_ZRS'],
];
const KINDS = ['Storage', 'StorageV2', 'BlobStorage', 'FileStorage', 'BlockBlobStorage'];
const TIERS = ['Hot', 'Cool', 'Cold', 'Premium'];
const TLS_VERSIONS = ['TLS1_0', 'TLS1_1', 'TLS1_2', 'TLS1_3'];

const flag = z.boolean().nullish();
const Sku = z.object({ name: z.string() });

/** `properties` as they are sent. Those that nothing here depends on are kept as they came, and shown again. */
const Properties = z.looseObject({
  accessTier: z.string().nullish(),
  minimumTlsVersion: z.string().nullish(),
  supportsHttpsTrafficOnly: flag,
  allowBlobPublicAccess: flag,
  allowSharedKeyAccess: flag,
  isHnsEnabled: flag,
  isSftpEnabled: flag,
  isNfsV3Enabled: flag,
  publicNetworkAccess: z.string().nullish(),
  networkAcls: z
    .looseObject({
      defaultAction: z.string().nullish(),
      ipRules: z.array(z.unknown()).nullish(),
      virtualNetworkRules: z.array(z.unknown()).nullish(),
      resourceAccessRules: z.array(z.unknown()).nullish(),
    })
    .nullish(),
});

export const PutAccount = z.object({
  location: z.string().min(1),
  sku: Sku,
  kind: z.string(),
  properties: Properties.nullish(),
  identity: z.unknown().optional(),
});
export const PatchAccount = PutAccount.partial();

export type SentAccount = z.output<typeof PatchAccount>;

/** Kept in the resource's `properties`: `{ sku, kind, properties }` as they are shown. */
export type AccountContent = { readonly sku: string; readonly kind: string; readonly properties: object };

/** What an account is, with Azure's defaults for what was never said. */
export const contentOf = ({ properties = {} }: Pick<StorageAccount, 'properties'>): AccountContent => ({
  sku: typeof properties.sku === 'string' ? properties.sku : 'Standard_LRS',
  kind: typeof properties.kind === 'string' ? properties.kind : 'StorageV2',
  properties: typeof properties.properties === 'object' ? (properties.properties ?? {}) : {},
});

/**
 * What an account is to be after a write; what is not sent stays.
 *
 * @throws AzureError `invalid` InvalidRequestPropertyValue; InvalidParameter for what would restrict access and is not
 *   emulated: an account that is open although it says that it is not.
 * @see https://learn.microsoft.com/rest/api/storagerp/storage-accounts/create
 */
export function accountContent(sent: SentAccount, known: AccountContent): AccountContent {
  const properties = sent.properties ?? {};
  checkAbsent(sent);
  const accessTier = oneOf('accessTier', TIERS, properties.accessTier);
  const minimumTlsVersion = oneOf('minimumTlsVersion', TLS_VERSIONS, properties.minimumTlsVersion);
  const given = { ...properties, ...(accessTier && { accessTier }), ...(minimumTlsVersion && { minimumTlsVersion }) };
  const kept = Object.entries(given).filter(
    ([name, value]) => value !== undefined && value !== null && !OURS.has(name.toLowerCase()),
  );
  return {
    sku: oneOf('sku.name', SKUS, sent.sku?.name) ?? known.sku,
    kind: oneOf('kind', KINDS, sent.kind) ?? known.kind,
    properties: { ...known.properties, ...Object.fromEntries(kept) },
  };
}

/** What the service says, whatever a client sends: what it was shown comes back with its next write. */
const OURS: ReadonlySet<string> = new Set(
  [
    ...['provisioningState', 'primaryEndpoints', 'primaryLocation', 'statusOfPrimary', 'creationTime'],
    ...['secondaryEndpoints', 'secondaryLocation', 'statusOfSecondary', 'allowSharedKeyAccess', 'keyCreationTime'],
    ...['privateEndpointConnections', 'networkAcls', 'publicNetworkAccess'],
  ].map((name) => name.toLowerCase()),
);

function checkAbsent({ identity, properties }: SentAccount): void {
  if (identity !== undefined && identity !== null) throw absent('identity', 'no identities of storage accounts');
  for (const name of ['isHnsEnabled', 'isSftpEnabled', 'isNfsV3Enabled'] as const) {
    if (properties?.[name]) throw absent(name, 'no file systems and no other protocols than that of blobs');
  }
  const { networkAcls, publicNetworkAccess } = properties ?? {};
  const rules = ['ipRules', 'virtualNetworkRules', 'resourceAccessRules'] as const;
  const restricted =
    networkAcls?.defaultAction?.toLowerCase() === 'deny' || rules.some((name) => networkAcls?.[name]?.length);
  if (restricted) throw absent('networkAcls', 'no network rules of storage accounts');
  if (publicNetworkAccess && publicNetworkAccess.toLowerCase() !== 'enabled') {
    throw absent('publicNetworkAccess', 'no network rules of storage accounts');
  }
}

const absent = (property: string, what: string) =>
  invalidParameter(`'${property}' cannot be set: this lab emulates ${what}.`, property);

function oneOf(property: string, allowed: readonly string[], value: string | null | undefined): string | undefined {
  if (value === undefined || value === null) return undefined;
  const found = allowed.find((name) => name.toLowerCase() === value.toLowerCase());
  if (found !== undefined) return found;
  throw new ArmError({
    kind: 'invalid',
    code: 'InvalidRequestPropertyValue',
    message: `The value '${value.slice(0, 64)}' is not allowed for property ${property}. Allowed are: ${allowed.join(', ')}.`,
    target: property,
  });
}
