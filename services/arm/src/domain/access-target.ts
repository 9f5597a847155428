import type { ResourceOf } from '@lab/shared/feed/resources.ts';
import { ATTRIBUTE } from '@lab/shared/rbac/conditions/index.ts';
import { sameText } from '@lab/shared/same-text.ts';
import { notFound } from './errors.ts';
import { findResourceId, type ResourceId } from './resource-id.ts';
import type { Resources } from './resources.ts';

/** What access is asked about. */
export type AccessTarget = {
  /** Where role assignments are looked for. */
  readonly scope: string;
  readonly tenantId: string;
  readonly vault?: ResourceOf<'vault'>;
  /** What conditions may ask about a blob. */
  readonly blob?: Readonly<Record<string, string | boolean>>;
};

/** @throws `not_found` for what is in no subscription of the lab, in no vault and no account of it. */
export function findTarget(resources: Resources, text: string): AccessTarget {
  const [, scope = text, path] = BLOB.exec(text) ?? [];
  const id = findResourceId(scope);
  const subscription = id?.subscriptionId && resources.find('subscription', `/subscriptions/${id.subscriptionId}`);
  if (!id || !subscription) throw notFound('ResourceNotFound', 'The resource is in no subscription of this lab.');
  const at = { scope: id.id, tenantId: subscription.tenantId };
  const above = placesOf(id);
  const vaultId = above.find(({ type }) => isType(type, 'Microsoft.KeyVault/vaults'))?.id;
  if (vaultId !== undefined) {
    const vault = resources.find('vault', vaultId);
    if (!vault || vault.deletedAt !== undefined) throw notFound('ResourceNotFound', 'There is no such vault.');
    return { ...at, vault };
  }
  const accountId = above.find(({ type }) => isType(type, 'Microsoft.Storage/storageAccounts'))?.id;
  if (accountId === undefined) return at;
  const account = resources.find('storageAccount', accountId);
  if (!account) throw notFound('ResourceNotFound', 'There is no such storage account.');
  const container = above.find(({ type }) => isType(type, CONTAINER_TYPE))?.name;
  const blob = {
    [ATTRIBUTE.accountName]: account.name,
    [ATTRIBUTE.isHnsEnabled]: account.properties?.isHnsEnabled === true,
    ...(container !== undefined && { [ATTRIBUTE.containerName]: container }),
    ...(path !== undefined && { [ATTRIBUTE.blobPath]: path, [ATTRIBUTE.isCurrentVersion]: true }),
  };
  return { ...at, blob };
}

/** Its name may have slashes, so that it is no id as others are. */
const BLOB =
  /^(\/subscriptions\/.{1,600}?\/blobServices\/default\/containers\/[a-z0-9$-]{1,63})(?:\/blobs\/(.{1,1024}))$/i;
const CONTAINER_TYPE = 'Microsoft.Storage/storageAccounts/blobServices/containers';

const isType = (type: string | undefined, wanted: string): boolean => type !== undefined && sameText(type, wanted);

/** A place and what it is in, the innermost first. */
export const placesOf = (id: ResourceId | undefined): ResourceId[] => (id ? [id, ...placesOf(id.parent)] : []);
