/**
 * What the lab contains, as `arm` owns it and the other services follow it. One schema per kind of resource; `arm`
 * checks what it writes, a follower checks what it reads. Ids are full ARM ids unless said otherwise.
 */
import { z } from 'zod';

const resourceId = z.string().startsWith('/subscriptions/');
const tags = z.record(z.string(), z.string());
/** Epoch seconds. Absent on what the lab file declared before times were kept. */
const time = z.number().int().nonnegative();
/**
 * Made with the resource by Resource Manager: another one under the same id is another resource, and what belonged to the
 * one before it is not its own, also for a follower that missed the deletion. Absent on what the lab file declared.
 */
const instanceId = z.guid().optional();

/** Id: the tenant GUID. */
export const Tenant = z.object({
  tenantId: z.guid(),
  /** Short name, such as `contoso`. */
  name: z.string(),
  displayName: z.string(),
  /** Verified domain; stands for the GUID in URLs. */
  domain: z.string(),
});

/** Id: the ARM id. Followed by nobody yet; Resource Manager's public API lists them. */
export const Subscription = z.object({ subscriptionId: z.guid(), tenantId: z.guid(), displayName: z.string() });

/** Id: the ARM id. */
export const ResourceGroup = z.object({
  resourceId,
  name: z.string(),
  subscriptionId: z.guid(),
  location: z.string(),
  tags: tags.optional(),
  /** Whose it is, where several people share the lab: their machine, and the application that they are. */
  participant: z
    .object({ name: z.string(), machine: z.string(), principalId: z.guid(), clientId: z.guid() })
    .optional(),
});

/** The service principal of a managed identity. Id: its object id (`oid`, `principalId`). */
export const ServicePrincipal = z.object({
  principalId: z.guid(),
  clientId: z.guid(),
  tenantId: z.guid(),
  displayName: z.string(),
  identityType: z.enum(['SystemAssigned', 'UserAssigned']),
  /** `xms_mirid`: the virtual machine's id, or the user-assigned identity's. */
  resourceId,
});

/** A user-assigned identity as a resource. Its service principal is a resource of its own. Id: the ARM id. */
export const UserAssignedIdentity = z.object({
  resourceId,
  name: z.string(),
  tenantId: z.guid(),
  subscriptionId: z.guid(),
  resourceGroup: z.string(),
  location: z.string(),
  tags: tags.optional(),
  principalId: z.guid(),
  clientId: z.guid(),
});

/** Whose tokens a user-assigned identity accepts in place of its own credential. Id: the ARM id. */
export const FederatedCredential = z.object({
  resourceId,
  name: z.string(),
  /** Of the user-assigned identity. */
  clientId: z.guid(),
  issuer: z.string(),
  subject: z.string(),
  /** Exactly one, as in Azure. */
  audiences: z.array(z.string()).length(1),
});

/** An app role of an application, and who has it: object ids of service principals. */
const AppRole = z.object({
  id: z.guid(),
  value: z.string(),
  displayName: z.string(),
  assignedTo: z.array(z.guid()),
});

/**
 * An application with its service principal, declared by the lab: the operator, or an API of one's own. Graph's own are
 * `entra`'s. Id: the client id.
 */
export const Application = z.object({
  clientId: z.guid(),
  /** Of the application; the service principal's is `principalId`. */
  objectId: z.guid(),
  principalId: z.guid(),
  tenantId: z.guid(),
  displayName: z.string(),
  secrets: z.array(
    z.object({
      keyId: z.guid(),
      displayName: z.string(),
      /** SHA-256 of the secret, hexadecimal: it is random and long, so that no slow hash is needed. */
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
      /** Its first three characters, as Graph shows them. */
      hint: z.string().length(3),
      notBefore: time,
      notAfter: time,
    }),
  ),
  /** Values of Microsoft Graph's app roles that it is granted, such as `Application.ReadWrite.All`. */
  graphRoles: z.array(z.string()),
  /** What others can get tokens for. Absent: it is a client only. */
  api: z
    .object({
      identifierUris: z.array(z.string()),
      requestedAccessTokenVersion: z.union([z.literal(1), z.literal(2)]),
      appRoles: z.array(AppRole),
      appRoleAssignmentRequired: z.boolean(),
    })
    .optional(),
});

/**
 * Certificates a managed identity signs with, newest last; written by who holds its keys, followed by `entra`.
 * Id: `{client id}/{imds|appservice}`. An identity on a virtual machine and on a function app has two such entries, and
 * both count.
 */
export const IdentityCertificates = z.object({ clientId: z.guid(), certificates: z.array(z.string()).min(1) });

/** An identity as a virtual machine has it. */
export const AssignedIdentity = z.object({
  identityType: z.enum(['SystemAssigned', 'UserAssigned']),
  principalId: z.guid(),
  clientId: z.guid(),
  /** `xms_mirid` and `msi_res_id`. */
  resourceId,
});

/** Id: the ARM id. */
export const VirtualMachine = z.object({
  resourceId,
  name: z.string(),
  vmId: z.guid(),
  tenantId: z.guid(),
  subscriptionId: z.guid(),
  resourceGroup: z.string(),
  location: z.string(),
  vmSize: z.string(),
  tags: z.record(z.string(), z.string()),
  /** Where IMDS sees it: its address on the `vm` network. In the embedded lab, where all share one address, absent. */
  sourceAddress: z.ipv4().optional(),
  /** Addresses in its own virtual network, as `/metadata/instance` shows them. */
  privateIpAddress: z.ipv4(),
  subnet: z.object({ address: z.ipv4(), prefix: z.string() }),
  macAddress: z.string(),
  identities: z.array(AssignedIdentity),
  /** What was written through Resource Manager besides: hardware, storage, network. */
  properties: z.record(z.string(), z.unknown()).optional(),
});

/** A function app: a workload of App Service. Id: the ARM id. */
export const Site = z.object({
  resourceId,
  name: z.string(),
  tenantId: z.guid(),
  subscriptionId: z.guid(),
  resourceGroup: z.string(),
  location: z.string(),
  tags: tags.optional(),
  /** SHA-256 of the value of its `IDENTITY_HEADER`, hexadecimal. */
  identityHeaderSha256: z.string().regex(/^[0-9a-f]{64}$/),
  identities: z.array(AssignedIdentity),
});

/** Id: the ARM id. */
export const Vault = z.object({
  resourceId,
  name: z.string(),
  /** `kv-lab.vault.azure.net`, lower case. */
  host: z.string(),
  tenantId: z.guid(),
  location: z.string(),
  softDeleteRetentionInDays: z.number().int().min(7).max(90),
  enablePurgeProtection: z.boolean(),
  tags: tags.optional(),
  /** Absent: role assignments decide. False: `accessPolicies` decide. */
  enableRbacAuthorization: z.boolean().optional(),
  accessPolicies: z
    .array(
      z.object({
        tenantId: z.guid(),
        objectId: z.guid(),
        applicationId: z.guid().optional(),
        permissions: z.record(z.string(), z.array(z.string())),
      }),
    )
    .optional(),
  /** What was written through Resource Manager besides. */
  properties: z.record(z.string(), z.unknown()).optional(),
  /** Deleted vaults are kept until they are recovered or purged, and have no data plane. */
  deletedAt: time.optional(),
  instanceId,
});

/** A secret that the lab's file declares. Id: `{vault id}/secrets/{name}`. Applied once per content, see `follow.ts`. */
export const DeclaredSecret = z.object({
  vaultId: resourceId,
  name: z.string(),
  value: z.string(),
  contentType: z.string().optional(),
  tags: z.record(z.string(), z.string()).optional(),
});

/** Id: the ARM id. */
export const StorageAccount = z.object({
  resourceId,
  name: z.string(),
  /** `stlab.blob.core.windows.net`, lower case. */
  host: z.string(),
  tenantId: z.guid(),
  location: z.string(),
  tags: tags.optional(),
  createdAt: time.optional(),
  /** `sku`, `kind` and what else was written through Resource Manager. */
  properties: z.record(z.string(), z.unknown()).optional(),
  instanceId,
});

/** A container that the lab's file declares. Id: `{account id}/blobServices/default/containers/{name}`. */
export const DeclaredContainer = z.object({ accountId: resourceId, name: z.string() });

/** A blob that the lab's file declares. Id: `{container id}/blobs/{name}`. Content is text. */
export const DeclaredBlob = z.object({
  accountId: resourceId,
  container: z.string(),
  name: z.string(),
  content: z.string(),
  contentType: z.string(),
});

/** Id: the GUID. */
export const RoleDefinitionResource = z.object({
  id: z.guid(),
  roleName: z.string(),
  description: z.string(),
  actions: z.array(z.string()),
  notActions: z.array(z.string()),
  dataActions: z.array(z.string()),
  notDataActions: z.array(z.string()),
  /** What follows is there on custom roles only. */
  roleType: z.enum(['BuiltInRole', 'CustomRole']).optional(),
  tenantId: z.guid().optional(),
  assignableScopes: z.array(z.string()).optional(),
  createdAt: time.optional(),
  updatedAt: time.optional(),
});

/** Id: `{scope}/providers/Microsoft.Authorization/roleAssignments/{guid}`. */
export const RoleAssignmentResource = z.object({
  id: z.string().startsWith('/'),
  scope: z.string().startsWith('/'),
  principalId: z.guid(),
  principalType: z.enum(['ServicePrincipal', 'User', 'Group']),
  roleDefinitionId: z.guid(),
  /** ABAC, version 2.0; checked when it is written. */
  condition: z.string().optional(),
  conditionVersion: z.literal('2.0').optional(),
  description: z.string().optional(),
  createdAt: time.optional(),
  updatedAt: time.optional(),
  /** Object id of who wrote it. */
  createdBy: z.guid().optional(),
  updatedBy: z.guid().optional(),
});

/** Id: `{scope}/providers/Microsoft.Authorization/denyAssignments/{guid}`. Nobody but Azure, here the lab file, makes one. */
export const DenyAssignmentResource = z.object({
  id: z.string().startsWith('/'),
  denyAssignmentName: z.string(),
  description: z.string(),
  scope: z.string().startsWith('/'),
  doNotApplyToChildScopes: z.boolean(),
  /** Object ids. The all-zero GUID stands for everybody. */
  principalIds: z.array(z.guid()),
  excludedPrincipalIds: z.array(z.guid()),
  actions: z.array(z.string()),
  notActions: z.array(z.string()),
  dataActions: z.array(z.string()),
  notDataActions: z.array(z.string()),
});

/** How the lab's clock differs from the system's. There is one at most, with the id `clock`. */
export const LabClock = z.object({
  /** How far ahead of the system's it is. */
  offsetSeconds: z.number().int().nonnegative(),
  /** Epoch seconds; null while it goes. */
  heldAt: z.number().int().nonnegative().nullable(),
});

export const RESOURCE = {
  tenant: Tenant,
  subscription: Subscription,
  resourceGroup: ResourceGroup,
  servicePrincipal: ServicePrincipal,
  userAssignedIdentity: UserAssignedIdentity,
  federatedCredential: FederatedCredential,
  application: Application,
  identityCertificates: IdentityCertificates,
  virtualMachine: VirtualMachine,
  site: Site,
  vault: Vault,
  secret: DeclaredSecret,
  storageAccount: StorageAccount,
  container: DeclaredContainer,
  blob: DeclaredBlob,
  roleDefinition: RoleDefinitionResource,
  roleAssignment: RoleAssignmentResource,
  denyAssignment: DenyAssignmentResource,
  labClock: LabClock,
} as const;

export type Kind = keyof typeof RESOURCE;
export type ResourceOf<K extends Kind> = z.infer<(typeof RESOURCE)[K]>;

/** One resource, with the kind as discriminator. */
export type Resource = { [K in Kind]: { readonly kind: K; readonly id: string; readonly value: ResourceOf<K> } }[Kind];

/** A resource as it is now, or `value: null` where it has been deleted. */
export type Change = {
  [K in Kind]: { readonly kind: K; readonly id: string; readonly value: ResourceOf<K> | null };
}[Kind];
