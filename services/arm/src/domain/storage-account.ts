/** Storage accounts: what one is, and what becomes of it. Names are unique in the lab, as they are in the world. */
import { randomUUID } from 'node:crypto';
import type { ResourceOf } from '@lab/shared/feed/resources.ts';
import { BLOB_SUFFIX } from '@lab/shared/lab/resolve-lab.ts';
import { ArmError, conflict } from './errors.ts';
import type { Resources } from './resources.ts';

export type StorageAccount = ResourceOf<'storageAccount'>;

export const ACCOUNT_TYPE = 'Microsoft.Storage/storageAccounts';

export const accountId = (groupId: string, name: string): string => `${groupId}/providers/${ACCOUNT_TYPE}/${name}`;

/** @see https://learn.microsoft.com/azure/storage/common/storage-account-overview#storage-account-name */
export const ACCOUNT_NAME = /^[a-z0-9]{3,24}$/;

export const accountsWithin = (resources: Resources, place: string): StorageAccount[] =>
  resources.within('storageAccount', place).map(({ value }) => value);

export const holderOfAccountName = (resources: Resources, name: string): StorageAccount | undefined =>
  resources.all('storageAccount').find((account) => account.name === name.toLowerCase());

/**
 * A new account, empty whatever had its name before. Call in a transaction.
 * @throws AzureError `conflict` StorageAccountAlreadyExists within the subscription, else StorageAccountAlreadyTaken.
 */
export function createAccount(
  resources: Resources,
  account: Omit<StorageAccount, 'host' | 'instanceId'>,
): StorageAccount {
  const holder = holderOfAccountName(resources, account.name);
  if (holder && subscriptionOf(holder) === subscriptionOf(account)) throw accountAlreadyExists(account.name);
  if (holder) throw accountAlreadyTaken(account.name);
  const made = { ...account, host: `${account.name}${BLOB_SUFFIX}`, instanceId: randomUUID() };
  resources.put({ kind: 'storageAccount', id: made.resourceId, value: made });
  return made;
}

/** With everything in it, and the role assignments at it and in it. @returns false where there was none. */
export function deleteAccount(resources: Resources, id: string): boolean {
  if (!resources.find('storageAccount', id)) return false;
  for (const kind of ['blob', 'container', 'roleAssignment'] as const) {
    for (const entry of resources.within(kind, id)) resources.remove(kind, entry.id);
  }
  resources.remove('storageAccount', id);
  return true;
}

export const accountNameInvalid = (name: string) =>
  new ArmError({
    kind: 'invalid',
    code: 'AccountNameInvalid',
    message: `${name.slice(0, 260)} is not a valid storage account name. Storage account name must be between 3 and 24 characters in length and use numbers and lower-case letters only.`,
  });

export const accountAlreadyTaken = (name: string) =>
  conflict('StorageAccountAlreadyTaken', `The storage account named ${name} is already taken.`);

const accountAlreadyExists = (name: string) =>
  conflict('StorageAccountAlreadyExists', `The storage account named ${name} already exists under the subscription.`);

/** The data plane's own word for it: a client that wants a key is told what to do instead. */
export const noAccountKeys = () =>
  new ArmError({
    kind: 'forbidden',
    code: 'KeyBasedAuthenticationNotPermitted',
    message:
      'Key based authentication is not permitted on this storage account. Accounts of this lab have no keys; use a token instead (Azure CLI: --auth-mode login).',
  });

const subscriptionOf = ({ resourceId }: Pick<StorageAccount, 'resourceId'>): string | undefined =>
  resourceId.split('/')[2]?.toLowerCase();
