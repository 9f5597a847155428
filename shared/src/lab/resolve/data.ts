import { sameText } from '../../same-text.ts';
import { resourceIdOf } from '../ids.ts';
import type { Authorization } from './authorization.ts';
import type { Draft, Entry, Path, Place } from './draft.ts';
import type { Existing } from './existing.ts';

export const VAULT_SUFFIX = '.vault.azure.net';
export const BLOB_SUFFIX = '.blob.core.windows.net';

/** Vaults with their secrets, storage accounts with containers and blobs. */
export function dataOf(draft: Draft, authorization: Authorization, existing: Existing) {
  /** Ids by name, of what has a name in the world. */
  const holders = { vault: new Map<string, string>(), storageAccount: new Map<string, string>() };
  const claimName = (kind: keyof typeof holders, name: string, id: string, path: Path): void => {
    const key = name.toLowerCase();
    const other = holders[kind].get(key) ?? existing.all(kind).find((one) => sameText(one.name, name))?.resourceId;
    holders[kind].set(key, id);
    if (other === undefined || sameText(other, id)) return;
    const what = kind === 'vault' ? 'vault' : 'storage account';
    draft.mistake(
      [...path, 'name'],
      `another ${what} of the lab is called ${name}; names of these are unique in the world.`,
    );
  };

  const addVault = ({ tenantId, groupId, location }: Place, entry: Entry<'vaults'>, path: Path): void => {
    const { name, softDeleteRetentionInDays, enablePurgeProtection, tags, secrets } = entry;
    const id = resourceIdOf(groupId, 'Microsoft.KeyVault/vaults', name);
    const host = `${name.toLowerCase()}${VAULT_SUFFIX}`;
    claimName('vault', name, id, path);
    const settings = { softDeleteRetentionInDays, enablePurgeProtection, ...(tags && { tags }) };
    draft.add('vault', id, { resourceId: id, name, host, tenantId, location, ...settings }, path);
    authorization.addGrants(tenantId, id, entry, path);
    for (const [secretName, declared] of Object.entries(secrets)) {
      const { roleAssignments, ...secret } =
        typeof declared === 'string' ? { value: declared, roleAssignments: [] } : declared;
      const here = [...path, 'secrets', secretName];
      const secretId = `${id}/secrets/${secretName}`;
      draft.add('secret', secretId, { vaultId: id, name: secretName, ...secret }, here);
      authorization.addGrants(tenantId, secretId, { roleAssignments }, here);
    }
  };

  const addStorageAccount = (
    { tenantId, groupId, location }: Place,
    entry: Entry<'storageAccounts'>,
    path: Path,
  ): void => {
    const { name, tags, containers } = entry;
    const id = resourceIdOf(groupId, 'Microsoft.Storage/storageAccounts', name);
    const host = `${name}${BLOB_SUFFIX}`;
    claimName('storageAccount', name, id, path);
    draft.add('storageAccount', id, { resourceId: id, name, host, tenantId, location, ...(tags && { tags }) }, path);
    authorization.addGrants(tenantId, id, entry, path);
    containers.forEach((container, index) => {
      const here = [...path, 'containers', index];
      const containerId = `${id}/blobServices/default/containers/${container.name}`;
      draft.add('container', containerId, { accountId: id, name: container.name }, here);
      authorization.addGrants(tenantId, containerId, container, here);
      for (const [blobName, declared] of Object.entries(container.blobs)) {
        const blob = typeof declared === 'string' ? { content: declared, contentType: 'text/plain' } : declared;
        const value = { accountId: id, container: container.name, name: blobName, ...blob };
        draft.add('blob', `${containerId}/blobs/${blobName}`, value, [...here, 'blobs', blobName]);
      }
    });
  };

  return { addVault, addStorageAccount };
}
