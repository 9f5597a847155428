import type { RoleDefinition } from './decide-access.ts';

/** A role definition with the sentence that Azure shows for it. */
export type BuiltInRole = RoleDefinition & { readonly description: string };

const KV = 'Microsoft.KeyVault/vaults';
const BLOB = 'Microsoft.Storage/storageAccounts/blobServices';
const IDENTITY = 'Microsoft.ManagedIdentity/userAssignedIdentities';

const COMMON = [
  'Microsoft.Authorization/*/read',
  'Microsoft.Insights/alertRules/*',
  'Microsoft.Resources/deployments/*',
  'Microsoft.Resources/subscriptions/resourceGroups/read',
  'Microsoft.Support/*',
];

const KEY_VAULT = [
  ...COMMON,
  'Microsoft.KeyVault/checkNameAvailability/read',
  'Microsoft.KeyVault/deletedVaults/read',
  'Microsoft.KeyVault/locations/*/read',
  'Microsoft.KeyVault/vaults/*/read',
  'Microsoft.KeyVault/operations/read',
];

const DELEGATION_KEY = `${BLOB}/generateUserDelegationKey/action`;

function role(id: string, roleName: string, description: string, permissions: Partial<RoleDefinition>): BuiltInRole {
  return {
    id,
    roleName,
    description,
    actions: [],
    notActions: [],
    dataActions: [],
    notDataActions: [],
    ...permissions,
  };
}

/**
 * Azure's built-in roles that concern what the lab emulates, with their true GUIDs.
 * @see https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
 */
export const BUILT_IN_ROLES: readonly BuiltInRole[] = [
  role('8e3af657-a8ff-443c-a75c-2fe8c4bcb635', 'Owner', 'Full access to all resources, role assignments included.', {
    actions: ['*'],
  }),
  role(
    'b24988ac-6180-42a0-ab88-20f7382dd24c',
    'Contributor',
    'Full access to all resources, but no role assignments.',
    {
      actions: ['*'],
      notActions: [
        'Microsoft.Authorization/*/Delete',
        'Microsoft.Authorization/*/Write',
        'Microsoft.Authorization/elevateAccess/Action',
        'Microsoft.Blueprint/blueprintAssignments/write',
        'Microsoft.Blueprint/blueprintAssignments/delete',
        'Microsoft.Compute/galleries/share/action',
        'Microsoft.Purview/consents/write',
        'Microsoft.Purview/consents/delete',
      ],
    },
  ),
  role('acdd72a7-3385-48ef-bd42-f606fba81ae7', 'Reader', 'View all resources, change nothing.', {
    actions: ['*/read'],
  }),
  role('18d7d88d-d35e-4fb5-a5c3-7773c20a72d9', 'User Access Administrator', 'Manage access to Azure resources.', {
    actions: ['*/read', 'Microsoft.Authorization/*', 'Microsoft.Support/*'],
  }),
  role('f58310d9-a9f6-439a-9e8d-f62e7b41a168', 'Role Based Access Control Administrator', 'Manage role assignments.', {
    actions: [
      'Microsoft.Authorization/roleAssignments/write',
      'Microsoft.Authorization/roleAssignments/delete',
      '*/read',
      'Microsoft.Support/*',
    ],
  }),
  role(
    'f1a07417-d97a-45cb-824c-7a7467783830',
    'Managed Identity Operator',
    'Read and assign user-assigned identities.',
    {
      actions: [`${IDENTITY}/*/read`, `${IDENTITY}/*/assign/action`, ...COMMON],
    },
  ),
  role(
    'e40ec5ca-96e0-45a2-b4ff-59039f2c2b59',
    'Managed Identity Contributor',
    'Create, read, update and delete user-assigned identities.',
    {
      actions: [
        `${IDENTITY}/read`,
        `${IDENTITY}/write`,
        `${IDENTITY}/delete`,
        `${IDENTITY}/federatedIdentityCredentials/*`,
        `${IDENTITY}/revokeTokens/action`,
        ...COMMON,
      ],
    },
  ),
  role(
    '00482a5a-887f-4fb3-b363-3b7fe8e74483',
    'Key Vault Administrator',
    'All data plane operations on a vault and its objects.',
    {
      actions: KEY_VAULT,
      dataActions: [`${KV}/*`],
    },
  ),
  role(
    '21090545-7ca7-4776-b22c-e363652d74d2',
    'Key Vault Reader',
    'Read metadata of a vault and its objects, no values.',
    {
      actions: KEY_VAULT,
      dataActions: [`${KV}/*/read`, `${KV}/secrets/readMetadata/action`],
    },
  ),
  role(
    'b86a8fe4-44ce-4948-aee5-eccb2c155cd7',
    'Key Vault Secrets Officer',
    'All operations on the secrets of a vault.',
    {
      actions: KEY_VAULT,
      dataActions: [`${KV}/secrets/*`],
    },
  ),
  role('4633458b-17de-408a-b874-0445c86b69e6', 'Key Vault Secrets User', 'Read secret contents.', {
    dataActions: [`${KV}/secrets/getSecret/action`, `${KV}/secrets/readMetadata/action`],
  }),
  role('14b46e9e-c2b7-41b4-b07b-48a6ebf60603', 'Key Vault Crypto Officer', 'All operations on the keys of a vault.', {
    actions: KEY_VAULT,
    dataActions: [`${KV}/keys/*`, `${KV}/keyrotationpolicies/*`],
  }),
  role('12338af0-0e69-4776-bea7-57ae8d297424', 'Key Vault Crypto User', 'Cryptographic operations using keys.', {
    dataActions: [
      `${KV}/keys/read`,
      ...['update', 'backup', 'encrypt', 'decrypt', 'wrap', 'unwrap', 'sign', 'verify'].map(
        (verb) => `${KV}/keys/${verb}/action`,
      ),
    ],
  }),
  role(
    'e147488a-f6f5-4113-8e2d-b22465e65bf6',
    'Key Vault Crypto Service Encryption User',
    'Read keys, wrap and unwrap with them.',
    {
      actions: [
        'Microsoft.EventGrid/eventSubscriptions/write',
        'Microsoft.EventGrid/eventSubscriptions/read',
        'Microsoft.EventGrid/eventSubscriptions/delete',
      ],
      dataActions: [`${KV}/keys/read`, `${KV}/keys/wrap/action`, `${KV}/keys/unwrap/action`],
    },
  ),
  role(
    'a4417e6f-fecd-4de8-b567-7b0420556985',
    'Key Vault Certificates Officer',
    'All operations on the certificates of a vault.',
    {
      actions: KEY_VAULT,
      dataActions: [`${KV}/certificatecas/*`, `${KV}/certificates/*`, `${KV}/certificatecontacts/write`],
    },
  ),
  role('db79e9a7-68ee-4b58-9aeb-b90e7c24fcba', 'Key Vault Certificate User', 'Read certificate contents.', {
    dataActions: [
      `${KV}/certificates/read`,
      `${KV}/secrets/getSecret/action`,
      `${KV}/secrets/readMetadata/action`,
      `${KV}/keys/read`,
    ],
  }),
  role(
    'f25e0fa2-a7c8-4377-a976-54943a77a395',
    'Key Vault Contributor',
    'Manage vaults, without access to their objects.',
    {
      actions: [...COMMON, 'Microsoft.KeyVault/*'],
      notActions: [
        'Microsoft.KeyVault/locations/deletedVaults/purge/action',
        'Microsoft.KeyVault/hsmPools/*',
        'Microsoft.KeyVault/managedHsms/*',
      ],
    },
  ),
  role('b7e6dc6d-f1e8-4753-8033-0f276bb0955b', 'Storage Blob Data Owner', 'Full access to containers and blobs.', {
    actions: [`${BLOB}/containers/*`, DELEGATION_KEY],
    dataActions: [`${BLOB}/containers/blobs/*`],
  }),
  role(
    'ba92f5b4-2d11-453d-a403-e96b0029c9fe',
    'Storage Blob Data Contributor',
    'Read, write and delete containers and blobs.',
    {
      actions: [...['delete', 'read', 'write'].map((verb) => `${BLOB}/containers/${verb}`), DELEGATION_KEY],
      dataActions: ['delete', 'read', 'write', 'move/action', 'add/action'].map(
        (verb) => `${BLOB}/containers/blobs/${verb}`,
      ),
    },
  ),
  role('2a2b9908-6ea1-4ae2-8e65-a410df84e7d1', 'Storage Blob Data Reader', 'Read and list containers and blobs.', {
    actions: [`${BLOB}/containers/read`, DELEGATION_KEY],
    dataActions: [`${BLOB}/containers/blobs/read`],
  }),
  role('db58b8e5-c6ad-4a2a-8342-4190687cbf4a', 'Storage Blob Delegator', 'Get a user delegation key.', {
    actions: [DELEGATION_KEY],
  }),
];
