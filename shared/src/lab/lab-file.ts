/**
 * The shape of `lab.yaml`. Words are Azure's; a role assignment stands where it applies, so that its scope is the place
 * where it is written. `lab.schema.json` is made from this, for editors.
 */
import { z } from 'zod';

const resourceName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,88}[A-Za-z0-9]$/, 'letters, digits, "-", "_" and ".", at least two characters');

const tags = z.record(z.string().min(1).max(256), z.string().max(256));

const RoleAssignment = z.strictObject({
  principal: z.string().min(1).meta({
    description:
      'Name of a virtual machine (its system-assigned identity) or of a user-assigned identity of the same tenant',
  }),
  role: z.string().min(1).meta({ description: 'Name of a built-in role, such as "Key Vault Secrets User"' }),
});
const roleAssignments = z.array(RoleAssignment).default([]);

const VirtualMachine = z.strictObject({
  name: resourceName,
  systemAssignedIdentity: z.boolean().default(false),
  userAssignedIdentities: z
    .array(resourceName)
    .default([])
    .meta({ description: 'Names of identities of the same tenant' }),
  vmSize: z.string().default('Standard_B1s'),
  tags: tags.default({}),
});

const UserAssignedIdentity = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{2,127}$/, '3 to 128 letters, digits, "-" and "_"'),
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
  roleAssignments,
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
  roleAssignments,
});

const ResourceGroup = z.strictObject({
  name: resourceName,
  location: z
    .string()
    .regex(/^[a-z0-9]+$/, 'a location as Azure writes it, such as westeurope')
    .default('westeurope'),
  virtualMachines: z.array(VirtualMachine).default([]),
  userAssignedIdentities: z.array(UserAssignedIdentity).default([]),
  vaults: z.array(Vault).default([]),
  storageAccounts: z.array(StorageAccount).default([]),
  roleAssignments,
});

const Subscription = z.strictObject({
  name: resourceName,
  subscriptionId: z.guid().optional().meta({ description: 'Default: a UUIDv5 of the path, the same on every machine' }),
  resourceGroups: z.array(ResourceGroup).default([]),
  roleAssignments,
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
});

export const LabFile = z
  .strictObject({ tenants: z.array(Tenant).min(1) })
  .meta({ title: 'Managed identity lab', description: 'What the lab contains' });
export type LabFile = z.infer<typeof LabFile>;

/** JSON Schema of the file as people write it: what has a default may be left out. */
export const labFileJsonSchema = (): object => z.toJSONSchema(LabFile, { io: 'input', target: 'draft-7' });
