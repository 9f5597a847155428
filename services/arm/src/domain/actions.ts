import { IDENTITY_TYPE } from './identity.ts';
import { providers } from './providers.ts';
import { ACCOUNT_TYPE } from './storage-account.ts';
import { VAULT_TYPE } from './vault.ts';
import { VM_TYPE } from './virtual-machine.ts';

const READ = ['read'];
const ALL = ['read', 'write', 'delete'];

/** What can be asked of each type. */
const OF_TYPE: Readonly<Record<string, readonly string[]>> = {
  'Microsoft.Authorization/roleAssignments': ALL,
  'Microsoft.Authorization/roleDefinitions': ALL,
  'Microsoft.Authorization/denyAssignments': ALL,
  'Microsoft.Authorization/permissions': READ,
  'Microsoft.Authorization/classicAdministrators': READ,
  [VM_TYPE]: ALL,
  [`${VM_TYPE}/instanceView`]: READ,
  [VAULT_TYPE]: ALL,
  [`${VAULT_TYPE}/accessPolicies`]: ['write'],
  'Microsoft.KeyVault/deletedVaults': READ,
  'Microsoft.KeyVault/locations/deletedVaults': ['read', 'purge/action'],
  'Microsoft.KeyVault/checkNameAvailability': READ,
  'Microsoft.KeyVault/managedHSMs': READ,
  'Microsoft.KeyVault/deletedManagedHSMs': READ,
  [IDENTITY_TYPE]: [...ALL, 'listAssociatedResources/action'],
  [`${IDENTITY_TYPE}/federatedIdentityCredentials`]: ALL,
  'Microsoft.ManagedIdentity/identities': READ,
  'Microsoft.Resources/subscriptions': READ,
  'Microsoft.Resources/subscriptions/locations': READ,
  'Microsoft.Resources/subscriptions/operationresults': READ,
  'Microsoft.Resources/subscriptions/providers': READ,
  'Microsoft.Resources/subscriptions/resourceGroups': ALL,
  'Microsoft.Resources/subscriptions/resourceGroups/resources': READ,
  'Microsoft.Resources/subscriptions/resources': READ,
  'Microsoft.Resources/subscriptions/tagNames': READ,
  'Microsoft.Resources/tags': ALL,
  [ACCOUNT_TYPE]: [...ALL, 'listKeys/action', 'regenerateKey/action', 'listAccountSas/action', 'listServiceSas/action'],
  [`${ACCOUNT_TYPE}/blobServices`]: READ,
  'Microsoft.Storage/checknameavailability': READ,
  'Microsoft.Web/sites': ALL,
};

/** Every action that a caller is asked the right to, as events name them. */
export const ACTIONS: readonly string[] = [
  ...Object.entries(OF_TYPE).flatMap(([type, actions]) => actions.map((action) => `${type}/${action}`)),
  ...providers().flatMap(({ namespace }) => [`${namespace}/register/action`, `${namespace}/unregister/action`]),
];
