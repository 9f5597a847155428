/**
 * The shape of `lab.yaml`. Words are Azure's; a role assignment stands where it applies, so that its scope is the place
 * where it is written. `lab.schema.json` is made from this, for editors.
 */
import { z } from 'zod';

const resourceName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,88}[A-Za-z0-9]$/, 'letters, digits, "-", "_" and ".", at least two characters');

const tags = z.record(z.string().min(1).max(256), z.string().max(256));

const PRINCIPAL =
  'Name of a virtual machine or function app (its system-assigned identity) or of a user-assigned identity of the same tenant; or `operator`';

const RoleAssignment = z.strictObject({
  principal: z.string().min(1).meta({ description: PRINCIPAL }),
  role: z.string().min(1).meta({
    description:
      'Name of a built-in role, such as "Key Vault Secrets User", or of one of the tenant\'s role definitions',
  }),
  condition: z.string().min(1).max(8192).optional().meta({ description: 'ABAC condition, version 2.0' }),
  description: z.string().max(1024).optional(),
});
const roleAssignments = z.array(RoleAssignment).default([]);

const permissions = {
  actions: z.array(z.string().min(1)).default([]),
  notActions: z.array(z.string().min(1)).default([]),
  dataActions: z.array(z.string().min(1)).default([]),
  notDataActions: z.array(z.string().min(1)).default([]),
};

const DenyAssignment = z.strictObject({
  name: z.string().min(1).max(128),
  description: z.string().max(1024).default(''),
  principals: z
    .array(z.string().min(1))
    .min(1)
    .meta({ description: `${PRINCIPAL}; or \`everyone\`` }),
  excludedPrincipals: z.array(z.string().min(1)).default([]),
  ...permissions,
  doNotApplyToChildScopes: z.boolean().default(false),
});
const denyAssignments = z
  .array(DenyAssignment)
  .default([])
  .meta({ description: 'What nobody of these may do here, whatever roles they have' });

const RoleDefinition = z.strictObject({
  name: z.string().min(1).max(512),
  description: z.string().max(2048).default(''),
  ...permissions,
  assignableScopes: z.array(z.string().min(1)).min(1).optional().meta({
    description:
      'Subscriptions by name, resource groups as "subscription/group". Default: all subscriptions of the tenant',
  }),
});

const identities = {
  systemAssignedIdentity: z.boolean().default(false),
  userAssignedIdentities: z
    .array(resourceName)
    .default([])
    .meta({ description: 'Names of identities of the same tenant' }),
};

const VirtualMachine = z.strictObject({
  name: resourceName,
  ...identities,
  vmSize: z.string().default('Standard_B1s'),
  tags: tags.default({}),
});

const FunctionApp = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,58}[A-Za-z0-9]$/, '2 to 60 letters, digits and "-"'),
  ...identities,
  tags: tags.optional(),
});

const AUDIENCE = 'api://AzureADTokenExchange';
const audience = z.string().min(1).max(600).default(AUDIENCE);
const credentialName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{2,119}$/, '3 to 120 letters, digits, "-" and "_"');
const FederatedCredential = z.union(
  [
    z.strictObject({
      name: credentialName,
      issuer: z.url({ protocol: /^https$/ }).max(600),
      subject: z.string().min(1).max(600),
      audience,
    }),
    z.strictObject({
      name: credentialName,
      cluster: resourceName.meta({ description: 'A managed cluster of the same tenant: it is the issuer' }),
      serviceAccount: z
        .string()
        .regex(/^[^/\s]+\/[^/\s]+$/, 'namespace/name')
        .meta({ description: 'namespace/name: it is the subject' }),
      audience,
    }),
  ],
  { error: 'expected name, and either issuer and subject or cluster and serviceAccount' },
);

const UserAssignedIdentity = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{2,127}$/, '3 to 128 letters, digits, "-" and "_"'),
  clientId: z
    .guid()
    .toLowerCase()
    .optional()
    .meta({ description: 'Default: a UUIDv5 of the path, the same on every machine' }),
  tags: tags.optional(),
  federatedCredentials: z
    .array(FederatedCredential)
    .max(20)
    .default([])
    .meta({ description: 'Whose tokens stand for this identity: workload identity federation' }),
  roleAssignments,
});

const kubernetesName = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, '1 to 63 lower-case letters, digits and "-"');
const ManagedCluster = z.strictObject({
  name: resourceName,
  serviceAccounts: z
    .array(
      z.strictObject({
        namespace: kubernetesName.default('default'),
        name: kubernetesName,
        pod: kubernetesName.meta({
          description: 'Host name of the container that plays a pod with this service account',
        }),
        identity: resourceName.meta({ description: 'The user-assigned identity whose client id the pod is given' }),
      }),
    )
    .default([]),
});

const secretName = z.string().regex(/^[0-9a-zA-Z-]{1,127}$/, '1 to 127 letters, digits and "-"');

const Secret = z.union([
  z.string().max(25_600),
  z.strictObject({
    value: z.string().max(25_600),
    contentType: z.string().max(255).optional(),
    tags: tags.optional(),
    roleAssignments,
  }),
]);

const Vault = z.strictObject({
  name: z
    .string()
    .regex(
      /^[a-zA-Z](?!.*--)[a-zA-Z0-9-]{1,22}[a-zA-Z0-9]$/,
      '3 to 24 letters, digits and "-", starting with a letter',
    ),
  softDeleteRetentionInDays: z.number().int().min(7).max(90).default(90),
  enablePurgeProtection: z.boolean().default(false),
  secrets: z.record(secretName, Secret).default({}),
  tags: tags.optional(),
  roleAssignments,
  denyAssignments,
});

const Blob = z.union([
  z.string(),
  z.strictObject({ content: z.string(), contentType: z.string().default('application/octet-stream') }),
]);

const Container = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9](?!.*--)[a-z0-9-]{1,61}[a-z0-9]$/, '3 to 63 lower-case letters, digits and single "-"'),
  blobs: z.record(z.string().min(1).max(1024), Blob).default({}),
  roleAssignments,
});

const StorageAccount = z.strictObject({
  name: z.string().regex(/^[a-z0-9]{3,24}$/, '3 to 24 lower-case letters and digits'),
  containers: z.array(Container).default([]),
  tags: tags.optional(),
  roleAssignments,
  denyAssignments,
});

const Participant = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z][a-z0-9]{0,11}$/, '1 to 12 lower-case letters and digits, starting with a letter')
    .meta({ description: 'What they are called in the lab. Their application is operator-<name>' }),
  machine: resourceName.meta({ description: 'The virtual machine of this group that they sit at' }),
});

const ResourceGroup = z.strictObject({
  name: resourceName,
  location: z
    .string()
    .regex(/^[a-z0-9]+$/, 'a location as Azure writes it, such as westeurope')
    .default('westeurope'),
  tags: tags.optional(),
  participant: Participant.optional().meta({
    description: 'Who of several people that share the lab sees and changes this group, and no other',
  }),
  userAssignedIdentities: z.array(UserAssignedIdentity).default([]),
  virtualMachines: z.array(VirtualMachine).default([]),
  functionApps: z.array(FunctionApp).default([]),
  managedClusters: z.array(ManagedCluster).default([]),
  vaults: z.array(Vault).default([]),
  storageAccounts: z.array(StorageAccount).default([]),
  roleAssignments,
  denyAssignments,
});

const Subscription = z.strictObject({
  name: resourceName,
  subscriptionId: z.guid().optional().meta({ description: 'Default: a UUIDv5 of the path, the same on every machine' }),
  resourceGroups: z.array(ResourceGroup).default([]),
  roleAssignments,
  denyAssignments,
});

const APP_ROLE_NAME = z.string().regex(/^[A-Za-z0-9][\w.-]{0,119}$/, '1 to 120 letters, digits, "_", "-" and "."');
const Application = z.strictObject({
  name: resourceName,
  clientId: z.guid().toLowerCase().optional().meta({ description: 'Default: a UUIDv5 of the path' }),
  identifierUris: z
    .array(
      z
        .string()
        .regex(/^api:\/\/[A-Za-z0-9][\w./-]{0,199}$/, 'api:// and up to 200 letters, digits, "_", "-", "." and "/"')
        .refine((uri) => !/^api:\/\/azureadtokenexchange\/*$/i.test(uri), "this one is Azure's own"),
    )
    .default([])
    .meta({ description: 'What clients ask a token for, such as api://orders-api' }),
  requestedAccessTokenVersion: z
    .union([z.literal(1), z.literal(2)])
    .default(1)
    .meta({ description: 'Version of the tokens for it. In those of version 2 the audience is the client id' }),
  appRoles: z
    .array(z.strictObject({ value: APP_ROLE_NAME, displayName: z.string().min(1).max(100).optional() }))
    .default([])
    .meta({ description: 'What it lets others do; in their tokens as `roles`' }),
  appRoleAssignmentRequired: z
    .boolean()
    .default(false)
    .meta({ description: 'Whether Entra refuses tokens to who has none of its roles' }),
  appRoleAssignments: z
    .array(z.strictObject({ principal: z.string().min(1).meta({ description: PRINCIPAL }), role: z.string().min(1) }))
    .default([]),
});

const Tenant = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9]{1,26}$/, '2 to 27 lower-case letters and digits'),
  tenantId: z.guid().optional().meta({ description: 'Default: a UUIDv5 of the name, the same on every machine' }),
  displayName: z.string().optional(),
  domain: z
    .string()
    .regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/)
    .optional()
    .meta({ description: 'Default: <name>.onmicrosoft.com' }),
  subscriptions: z.array(Subscription).default([]),
  roleDefinitions: z.array(RoleDefinition).default([]).meta({ description: 'Custom roles' }),
  applications: z
    .array(Application)
    .default([])
    .meta({ description: "APIs of one's own: app registrations with the roles that they offer" }),
});

export const LabFile = z
  .strictObject({ tenants: z.array(Tenant).min(1) })
  .meta({ title: 'Managed identity lab', description: 'What the lab contains' });
export type LabFile = z.infer<typeof LabFile>;

/** JSON Schema of the file as people write it: what has a default may be left out. */
export const labFileJsonSchema = (): object => z.toJSONSchema(LabFile, { io: 'input', target: 'draft-7' });
