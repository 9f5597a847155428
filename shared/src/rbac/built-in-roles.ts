import type { RoleDefinition } from './decide-access.ts';

/** A role definition with the sentence that Azure shows for it. */
export type BuiltInRole = RoleDefinition & { readonly description: string };

const KV = 'Microsoft.KeyVault/vaults';
const BLOB = 'Microsoft.Storage/storageAccounts/blobServices';
const ACCOUNT = 'Microsoft.Storage/storageAccounts';
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

/** At the end of what Azure says of every role for the data plane of Key Vault. */
const RBAC_ONLY = "Only works for key vaults that use the 'Azure role-based access control' permission model.";

const DELEGATION_KEY = `${BLOB}/generateUserDelegationKey/action`;

const VM_LOGIN = [
  'Microsoft.Network/publicIPAddresses/read',
  'Microsoft.Network/virtualNetworks/read',
  'Microsoft.Network/loadBalancers/read',
  'Microsoft.Network/networkInterfaces/read',
  'Microsoft.Compute/virtualMachines/*/read',
  'Microsoft.HybridCompute/machines/*/read',
  'Microsoft.HybridConnectivity/endpoints/listCredentials/action',
];

const logins = (...actions: string[]): string[] =>
  ['Microsoft.Compute/virtualMachines', 'Microsoft.HybridCompute/machines'].flatMap((type) =>
    actions.map((action) => `${type}/${action}`),
  );

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
  role(
    '8e3af657-a8ff-443c-a75c-2fe8c4bcb635',
    'Owner',
    'Grants full access to manage all resources, including the ability to assign roles in Azure RBAC.',
    {
      actions: ['*'],
    },
  ),
  role(
    'b24988ac-6180-42a0-ab88-20f7382dd24c',
    'Contributor',
    'Grants full access to manage all resources, but does not allow you to assign roles in Azure RBAC, manage assignments in Azure Blueprints, or share image galleries.',
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
  role(
    'acdd72a7-3385-48ef-bd42-f606fba81ae7',
    'Reader',
    'View all resources, but does not allow you to make any changes.',
    {
      actions: ['*/read'],
    },
  ),
  role(
    '18d7d88d-d35e-4fb5-a5c3-7773c20a72d9',
    'User Access Administrator',
    'Lets you manage user access to Azure resources.',
    {
      actions: ['*/read', 'Microsoft.Authorization/*', 'Microsoft.Support/*'],
    },
  ),
  role(
    'f58310d9-a9f6-439a-9e8d-f62e7b41a168',
    'Role Based Access Control Administrator',
    'Manage access to Azure resources by assigning roles using Azure RBAC. This role does not allow you to manage access using other ways, such as Azure Policy.',
    {
      actions: [
        'Microsoft.Authorization/roleAssignments/write',
        'Microsoft.Authorization/roleAssignments/delete',
        '*/read',
        'Microsoft.Support/*',
      ],
    },
  ),
  role('f1a07417-d97a-45cb-824c-7a7467783830', 'Managed Identity Operator', 'Read and Assign User Assigned Identity', {
    actions: [`${IDENTITY}/*/read`, `${IDENTITY}/*/assign/action`, ...COMMON],
  }),
  role(
    'e40ec5ca-96e0-45a2-b4ff-59039f2c2b59',
    'Managed Identity Contributor',
    'Create, Read, Update, and Delete User Assigned Identity',
    {
      actions: [
        `${IDENTITY}/read`,
        `${IDENTITY}/write`,
        `${IDENTITY}/delete`,
        ...['read', 'write', 'delete'].map((verb) => `${IDENTITY}/federatedIdentityCredentials/${verb}`),
        `${IDENTITY}/revokeTokens/action`,
        ...COMMON,
      ],
    },
  ),
  role(
    '00482a5a-887f-4fb3-b363-3b7fe8e74483',
    'Key Vault Administrator',
    `Perform all data plane operations on a key vault and all objects in it, including certificates, keys, and secrets. Cannot manage key vault resources or manage role assignments. ${RBAC_ONLY}`,
    {
      actions: KEY_VAULT,
      dataActions: [`${KV}/*`],
    },
  ),
  role(
    '21090545-7ca7-4776-b22c-e363652d74d2',
    'Key Vault Reader',
    `Read metadata of key vaults and its certificates, keys, and secrets. Cannot read sensitive values such as secret contents or key material. ${RBAC_ONLY}`,
    {
      actions: KEY_VAULT,
      dataActions: [`${KV}/*/read`, `${KV}/secrets/readMetadata/action`],
    },
  ),
  role(
    'b86a8fe4-44ce-4948-aee5-eccb2c155cd7',
    'Key Vault Secrets Officer',
    `Perform any action on the secrets of a key vault, except manage permissions. ${RBAC_ONLY}`,
    {
      actions: KEY_VAULT,
      dataActions: [`${KV}/secrets/*`],
    },
  ),
  role('4633458b-17de-408a-b874-0445c86b69e6', 'Key Vault Secrets User', `Read secret contents. ${RBAC_ONLY}`, {
    dataActions: [`${KV}/secrets/getSecret/action`, `${KV}/secrets/readMetadata/action`],
  }),
  role(
    '14b46e9e-c2b7-41b4-b07b-48a6ebf60603',
    'Key Vault Crypto Officer',
    `Perform any action on the keys of a key vault, except manage permissions. ${RBAC_ONLY}`,
    {
      actions: KEY_VAULT,
      dataActions: [`${KV}/keys/*`, `${KV}/keyrotationpolicies/*`],
    },
  ),
  role(
    '12338af0-0e69-4776-bea7-57ae8d297424',
    'Key Vault Crypto User',
    `Perform cryptographic operations using keys. ${RBAC_ONLY}`,
    {
      dataActions: [
        `${KV}/keys/read`,
        ...['update', 'backup', 'encrypt', 'decrypt', 'wrap', 'unwrap', 'sign', 'verify'].map(
          (verb) => `${KV}/keys/${verb}/action`,
        ),
      ],
    },
  ),
  role(
    'e147488a-f6f5-4113-8e2d-b22465e65bf6',
    'Key Vault Crypto Service Encryption User',
    `Read metadata of keys and perform wrap/unwrap operations. ${RBAC_ONLY}`,
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
    `Perform any action on the certificates of a key vault, except manage permissions. ${RBAC_ONLY}`,
    {
      actions: KEY_VAULT,
      dataActions: [`${KV}/certificatecas/*`, `${KV}/certificates/*`, `${KV}/certificatecontacts/write`],
    },
  ),
  role(
    'db79e9a7-68ee-4b58-9aeb-b90e7c24fcba',
    'Key Vault Certificate User',
    `Read certificate contents. ${RBAC_ONLY}`,
    {
      dataActions: [
        `${KV}/certificates/read`,
        `${KV}/secrets/getSecret/action`,
        `${KV}/secrets/readMetadata/action`,
        `${KV}/keys/read`,
      ],
    },
  ),
  role(
    'f25e0fa2-a7c8-4377-a976-54943a77a395',
    'Key Vault Contributor',
    'Lets you manage key vaults, but not access to them.',
    {
      actions: [...COMMON, 'Microsoft.KeyVault/*'],
      notActions: [
        'Microsoft.KeyVault/locations/deletedVaults/purge/action',
        'Microsoft.KeyVault/hsmPools/*',
        'Microsoft.KeyVault/managedHsms/*',
      ],
    },
  ),
  role(
    'b7e6dc6d-f1e8-4753-8033-0f276bb0955b',
    'Storage Blob Data Owner',
    'Allows for full access to Azure Storage blob containers and data, including assigning POSIX access control.',
    {
      actions: [`${BLOB}/containers/*`, DELEGATION_KEY],
      dataActions: [`${BLOB}/containers/blobs/*`],
    },
  ),
  role(
    'ba92f5b4-2d11-453d-a403-e96b0029c9fe',
    'Storage Blob Data Contributor',
    'Allows for read, write and delete access to Azure Storage blob containers and data',
    {
      actions: [...['delete', 'read', 'write'].map((verb) => `${BLOB}/containers/${verb}`), DELEGATION_KEY],
      dataActions: ['delete', 'read', 'write', 'move/action', 'add/action'].map(
        (verb) => `${BLOB}/containers/blobs/${verb}`,
      ),
    },
  ),
  role(
    '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1',
    'Storage Blob Data Reader',
    'Allows for read access to Azure Storage blob containers and data',
    {
      actions: [`${BLOB}/containers/read`, DELEGATION_KEY],
      dataActions: [`${BLOB}/containers/blobs/read`],
    },
  ),
  role(
    'db58b8e5-c6ad-4a2a-8342-4190687cbf4a',
    'Storage Blob Delegator',
    'Allows for generation of a user delegation key which can be used to sign SAS tokens',
    {
      actions: [DELEGATION_KEY],
    },
  ),
  role('08bbd89e-9f13-488c-ac41-acfcb10c90ab', 'Key Vault Crypto Service Release User', `Release keys. ${RBAC_ONLY}`, {
    dataActions: [`${KV}/keys/release/action`],
  }),
  role(
    'a68e7c17-0ab2-4c09-9a58-125dae29748c',
    'Key Vault Purge Operator',
    'Allows permanent deletion of soft-deleted vaults.',
    {
      actions: [
        'Microsoft.KeyVault/locations/deletedVaults/read',
        'Microsoft.KeyVault/locations/deletedVaults/purge/action',
        'Microsoft.KeyVault/operations/read',
      ],
    },
  ),
  role(
    '17d1049b-9a84-46fb-8f53-869881c3d3ab',
    'Storage Account Contributor',
    'Lets you manage storage accounts, including accessing storage account keys which provide full access to storage account data.',
    {
      actions: [
        ...COMMON,
        'Microsoft.Insights/diagnosticSettings/*',
        'Microsoft.Network/virtualNetworks/subnets/joinViaServiceEndpoint/action',
        'Microsoft.ResourceHealth/availabilityStatuses/read',
        `${ACCOUNT}/*`,
      ],
    },
  ),
  role(
    '81a9662b-bebf-436f-a333-f67b29880f12',
    'Storage Account Key Operator Service Role',
    'Storage Account Key Operators are allowed to list and regenerate keys on Storage Accounts',
    { actions: [`${ACCOUNT}/listkeys/action`, `${ACCOUNT}/regeneratekey/action`] },
  ),
  role(
    'c12c1c16-33a1-487b-954d-41c89c60f349',
    'Reader and Data Access',
    'Lets you view everything but will not let you delete or create a storage account or contained resource. It will also allow read/write access to all data contained in a storage account via access to storage account keys.',
    { actions: [`${ACCOUNT}/listKeys/action`, `${ACCOUNT}/ListAccountSas/action`, `${ACCOUNT}/read`] },
  ),
  role(
    '9980e02c-c2be-4d73-94e8-173b1dc7cf3c',
    'Virtual Machine Contributor',
    "Lets you manage virtual machines, but not access to them, and not the virtual network or storage account they're connected to.",
    {
      actions: [
        ...COMMON,
        ...['availabilitySets', 'locations', 'virtualMachines', 'virtualMachineScaleSets', 'cloudServices'].map(
          (type) => `Microsoft.Compute/${type}/*`,
        ),
        ...['write', 'read', 'delete'].map((verb) => `Microsoft.Compute/disks/${verb}`),
        'Microsoft.DevTestLab/schedules/*',
        ...[
          'applicationGateways/backendAddressPools/join/action',
          'loadBalancers/backendAddressPools/join/action',
          'loadBalancers/inboundNatPools/join/action',
          'loadBalancers/inboundNatRules/join/action',
          'loadBalancers/probes/join/action',
          'loadBalancers/read',
          'locations/*',
          'networkInterfaces/*',
          'networkSecurityGroups/join/action',
          'networkSecurityGroups/read',
          'publicIPAddresses/join/action',
          'publicIPAddresses/read',
          'virtualNetworks/read',
          'virtualNetworks/subnets/join/action',
        ].map((rest) => `Microsoft.Network/${rest}`),
        ...[
          'locations/*',
          'Vaults/backupFabrics/backupProtectionIntent/write',
          'Vaults/backupFabrics/protectionContainers/protectedItems/*/read',
          'Vaults/backupFabrics/protectionContainers/protectedItems/read',
          'Vaults/backupFabrics/protectionContainers/protectedItems/write',
          'Vaults/backupPolicies/read',
          'Vaults/backupPolicies/write',
          'Vaults/read',
          'Vaults/usages/read',
          'Vaults/write',
        ].map((rest) => `Microsoft.RecoveryServices/${rest}`),
        'Microsoft.ResourceHealth/availabilityStatuses/read',
        'Microsoft.SerialConsole/serialPorts/connect/action',
        'Microsoft.SqlVirtualMachine/*',
        `${ACCOUNT}/listKeys/action`,
        `${ACCOUNT}/read`,
      ],
    },
  ),
  role(
    '1c0163c0-47e6-4577-8991-ea5c82e286e4',
    'Virtual Machine Administrator Login',
    'View Virtual Machines in the portal and login as administrator',
    { actions: VM_LOGIN, dataActions: logins('login/action', 'loginAsAdmin/action') },
  ),
  role(
    'fb879df8-f326-4884-b1cf-06f3ad86be52',
    'Virtual Machine User Login',
    'View Virtual Machines in the portal and login as a regular user.',
    { actions: VM_LOGIN, dataActions: logins('login/action') },
  ),
  role(
    'de139f84-1756-47ae-9be6-808fbbe84772',
    'Website Contributor',
    'Lets you manage websites (not web plans), but not access to them.',
    {
      actions: [
        ...COMMON,
        'Microsoft.Insights/components/*',
        'Microsoft.ResourceHealth/availabilityStatuses/read',
        'Microsoft.Web/certificates/*',
        'Microsoft.Web/listSitesAssignedToHostName/read',
        'Microsoft.Web/serverFarms/join/action',
        'Microsoft.Web/serverFarms/read',
        'Microsoft.Web/sites/*',
      ],
    },
  ),
];
