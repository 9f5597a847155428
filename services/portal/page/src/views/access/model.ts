import type { Kind, ResourceOf } from '@lab/shared/feed/resources.ts';
import { BUILT_IN_ROLES } from '@lab/shared/rbac/built-in-roles.ts';
import type { Resource } from '@managed-identity-lab/client';

/** A resource as the lab API lists it: without what could hold a secret. */
type Shown<K extends Kind> = { readonly kind: K; readonly id: string } & Omit<ResourceOf<K>, 'properties' | 'value'>;

export type Machine = Shown<'virtualMachine'> | Shown<'site'>;
export type RoleAssignment = Shown<'roleAssignment'>;
export type Vault = Shown<'vault'>;

/** What the tree shows, in the order in which Azure nests it. */
export const ENTRY_KINDS = [
  'tenant',
  'application',
  'subscription',
  'resourceGroup',
  'virtualMachine',
  'site',
  'userAssignedIdentity',
  'vault',
  'secret',
  'storageAccount',
  'container',
  'blob',
] as const;
export type EntryKind = (typeof ENTRY_KINDS)[number];

export type Entry = {
  readonly kind: EntryKind;
  /** Of a tenant and of an application a GUID, of everything else the resource id. */
  readonly id: string;
  readonly name: string;
  readonly resource: Resource;
  readonly children: readonly Entry[];
};

export type Principal = {
  readonly principalId: string;
  readonly clientId: string;
  readonly tenantId: string;
  readonly name: string;
  readonly kind: 'systemAssigned' | 'userAssigned' | 'application' | 'operator';
  /** Where it is in the tree: its machine, the identity, the application. */
  readonly entryId: string;
};

export type Role = { readonly id: string; readonly name: string; readonly description: string };

export type LabModel = {
  readonly tenants: readonly Entry[];
  readonly principals: readonly Principal[];
  readonly roleAssignments: readonly RoleAssignment[];
  readonly denyAssignments: readonly Shown<'denyAssignment'>[];
  /** Built-in ones and the lab's own, by name. */
  readonly roles: readonly Role[];
  readonly machines: readonly Machine[];
  readonly federatedCredentials: readonly Shown<'federatedCredential'>[];
  /** By its id, otherwise the first of this name. */
  find(id: string): Entry | undefined;
  principal(id: string): Principal | undefined;
  /** Name of the subscription that a resource is in. */
  subscriptionOf(id: string): string;
  /** Those above it, the tenant first. */
  pathTo(id: string): readonly Entry[];
};

export function toModel(resources: readonly Resource[]): LabModel {
  const all = <K extends Kind>(kind: K) => resources.filter((one) => one.kind === kind) as unknown as Shown<K>[];
  const below = (kind: EntryKind, parent: string) =>
    resources.filter((one) => one.kind === kind && one.deletedAt === undefined && isDirectlyIn(one, parent));
  const entry = (resource: Resource, children: readonly Entry[] = []): Entry => ({
    kind: resource.kind as EntryKind,
    id: resource.id,
    name: nameOf(resource),
    resource,
    children,
  });
  const leaves = (kind: EntryKind, parent: string) => below(kind, parent).map((one) => entry(one));
  const group = (one: Resource): Entry =>
    entry(one, [
      ...leaves('virtualMachine', one.id),
      ...leaves('site', one.id),
      ...leaves('userAssignedIdentity', one.id),
      ...below('vault', one.id).map((vault) => entry(vault, leaves('secret', vault.id))),
      ...below('storageAccount', one.id).map((account) =>
        entry(
          account,
          below('container', account.id).map((container) => entry(container, leaves('blob', container.id))),
        ),
      ),
    ]);
  const subscription = (one: Resource): Entry => entry(one, below('resourceGroup', one.id).map(group));
  const tenants = resources
    .filter(({ kind }) => kind === 'tenant')
    .map((one) =>
      entry(one, [
        ...resources
          .filter((other) => other.kind === 'subscription' && other.tenantId === one.tenantId)
          .map(subscription),
        ...resources
          .filter((other) => other.kind === 'application' && other.tenantId === one.tenantId)
          .map((app) => entry(app)),
      ]),
    );
  const entries = tenants.flatMap(flatten);
  const principals: Principal[] = [
    ...all('servicePrincipal').map(({ principalId, clientId, tenantId, displayName, identityType, resourceId }) => ({
      ...{ principalId, clientId, tenantId, name: displayName, entryId: resourceId },
      kind: identityType === 'SystemAssigned' ? ('systemAssigned' as const) : ('userAssigned' as const),
    })),
    ...all('application')
      .filter(({ principalId }) => principalId !== undefined)
      .map(({ principalId, clientId, tenantId, displayName, id }) => ({
        ...{
          principalId,
          clientId,
          tenantId,
          name: displayName,
          entryId: id,
          kind: displayName === OPERATOR ? ('operator' as const) : ('application' as const),
        },
      })),
  ];
  const pathTo = (id: string, among: readonly Entry[] = tenants): readonly Entry[] => {
    for (const one of among) {
      if (same(one.id, id)) return [one];
      const rest = pathTo(id, one.children);
      if (rest.length > 0) return [one, ...rest];
    }
    return [];
  };
  return {
    tenants,
    principals,
    roleAssignments: all('roleAssignment'),
    denyAssignments: all('denyAssignment'),
    roles: [
      ...BUILT_IN_ROLES.map(({ id, roleName: name, description }) => ({ id, name, description })),
      ...all('roleDefinition').map(({ id, roleName: name, description }) => ({ id, name, description })),
    ].sort((a, b) => a.name.localeCompare(b.name, 'en')),
    machines: [...all('virtualMachine'), ...all('site')],
    federatedCredentials: all('federatedCredential'),
    find: (id) => entries.find((one) => same(one.id, id)) ?? entries.find((one) => same(one.name, id)),
    principal: (id) => principals.find((one) => same(one.principalId, id)),
    subscriptionOf: (id) => {
      const found = entries.find((one) => one.kind === 'subscription' && isWithin(id, one.id));
      return found?.name ?? id.split('/')[2] ?? '';
    },
    pathTo,
  };
}

/** What every tenant calls the person at the keyboard. */
const OPERATOR = 'operator';

export const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** Whether an id is a place, or lies below it. */
export const isWithin = (id: string, place: string): boolean =>
  place === '/' || same(id, place) || id.toLowerCase().startsWith(`${place.toLowerCase()}/`);

const flatten = (one: Entry): Entry[] => [one, ...one.children.flatMap(flatten)];

const nameOf = (resource: Resource): string =>
  String(
    resource.kind === 'application' ? resource.displayName : (resource.name ?? resource.displayName ?? resource.id),
  );

/** In this place and in none between: a secret in its vault, a vault in its group. */
function isDirectlyIn(resource: Resource, parent: string): boolean {
  if (resource.kind === 'secret') return same(String(resource.vaultId), parent);
  if (resource.kind === 'container') return same(String(resource.accountId), parent);
  return isWithin(resource.id, parent) && !same(resource.id, parent);
}
