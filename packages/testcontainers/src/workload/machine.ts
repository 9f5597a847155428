/** The virtual machine that a workload is: found in the lab, or made there, with the identity that the test wants. */
import type { LabClient, Resource } from '@managed-identity-lab/client';

export type VirtualMachine = {
  readonly name: string;
  /** Where a new one is made. Default: the first resource group of the lab that has a virtual machine, or the first. */
  readonly resourceGroup?: string;
  /** Default: true for a new one; one that exists stays as it is. */
  readonly systemAssignedIdentity?: boolean;
  /** By name. Those that do not exist are made. */
  readonly userAssignedIdentities?: readonly string[];
};

export type RoleAssignment = {
  /** `Key Vault Secrets User`, or a role of the lab's own. */
  readonly role: string;
  /** Name of a vault, a storage account, a resource group or a subscription. */
  readonly scope: string;
  /** Whose. Default: the machine's own identity. */
  readonly principal?: string;
  /** ABAC condition, version 2.0. */
  readonly condition?: string;
};

export type WorkloadOptions = {
  /** One that the lab has and that does not run, or a new one. */
  readonly virtualMachine: string | VirtualMachine;
  /** Given to it before it starts. */
  readonly roleAssignments?: readonly RoleAssignment[];
};

export type LabState = { readonly state: Pick<LabClient['state'], 'resources' | 'apply'> };

/** @throws Error where the lab has no room for one more, or knows no such scope; LabApiError where it refuses the rest. */
export async function findMachine(
  { state }: LabState,
  options: WorkloadOptions,
): Promise<{ name: string; address: string }> {
  const { virtualMachine } = options;
  const wanted = typeof virtualMachine === 'string' ? { name: virtualMachine } : virtualMachine;
  const { resources } = await state.apply(partialLab(await state.resources(), wanted, options.roleAssignments ?? []));
  const machine = resources.find((resource) => isNamed(resource, 'virtualMachine', wanted.name));
  if (typeof machine?.sourceAddress !== 'string') {
    throw new Error(
      `The lab has no place for the virtual machine ${wanted.name}: it has room for four. Use one that it has, or reset it.`,
    );
  }
  return { name: wanted.name, address: machine.sourceAddress };
}

type Node = { readonly name: string; [key: string]: unknown };
type Assignment = { readonly principal: string; readonly role: string; readonly condition?: string };

/** What has to be said to the lab so that the machine is as wanted: a partial lab file. */
export function partialLab(
  resources: readonly Resource[],
  wanted: VirtualMachine,
  roleAssignments: readonly RoleAssignment[],
): object {
  const lab = labOf(resources);
  const known = resources.find((resource) => isNamed(resource, 'virtualMachine', wanted.name));
  const home = known ?? groupFor(resources, wanted);
  const group = lab.groupOf(home);
  const {
    systemAssignedIdentity = known ? undefined : wanted.userAssignedIdentities === undefined,
    userAssignedIdentities: identities = [],
  } = wanted;
  const machine = entry(group, 'virtualMachines', wanted.name);
  if (systemAssignedIdentity !== undefined) machine.systemAssignedIdentity = systemAssignedIdentity;
  if (identities.length > 0) machine.userAssignedIdentities = identities;
  for (const name of identities) {
    if (!resources.some((one) => isNamed(one, 'userAssignedIdentity', name)))
      entry(group, 'userAssignedIdentities', name);
  }
  for (const { scope, role, principal = wanted.name, condition } of roleAssignments) {
    const place = lab.placeOf(scope);
    const assignment: Assignment = { principal, role, ...(condition !== undefined && { condition }) };
    place.roleAssignments = [...((place.roleAssignments ?? []) as Assignment[]), assignment];
  }
  return lab.file;
}

function groupFor(resources: readonly Resource[], { resourceGroup }: VirtualMachine): Resource {
  const groups = resources.filter(({ kind }) => kind === 'resourceGroup');
  if (resourceGroup !== undefined) {
    const named = groups.find((group) => isNamed(group, 'resourceGroup', resourceGroup));
    if (named) return named;
    throw new Error(`The lab has no resource group ${resourceGroup}. It has: ${groups.map(nameOf).join(', ')}`);
  }
  const machines = resources.filter(({ kind }) => kind === 'virtualMachine');
  const [first] = [...groups.filter((group) => machines.some(({ id }) => isIn(id, group.id))), ...groups];
  if (!first) throw new Error('The lab has no resource group for a virtual machine.');
  return first;
}

/** What kinds of resource a role can be assigned at, and what their list is called in a lab file. */
const SCOPES = { vault: 'vaults', storageAccount: 'storageAccounts' } as const;

/** A lab file that grows by the entries that it is asked for, each at its place. */
function labOf(resources: readonly Resource[]) {
  const file = { name: '', tenants: [] as Node[] };

  const subscriptionOf = ({ id }: Resource): Node => {
    const subscription = resources.find((one) => one.kind === 'subscription' && (isIn(id, one.id) || id === one.id));
    const tenant = resources.find((one) => one.kind === 'tenant' && one.tenantId === subscription?.tenantId);
    if (!subscription || !tenant) throw new Error(`The lab does not say in which subscription ${id} lies.`);
    return entry(entry(file, 'tenants', nameOf(tenant)), 'subscriptions', nameOf(subscription));
  };

  const groupOf = (resource: Resource): Node => {
    const group = resources.find(
      (one) => one.kind === 'resourceGroup' && (isIn(resource.id, one.id) || resource.id === one.id),
    );
    if (!group) throw new Error(`The lab does not say in which resource group ${resource.id} lies.`);
    return entry(subscriptionOf(group), 'resourceGroups', nameOf(group));
  };

  const placeOf = (scope: string): Node => {
    const found = ['vault', 'storageAccount', 'resourceGroup', 'subscription'].flatMap(
      (kind) => resources.find((one) => isNamed(one, kind, scope)) ?? [],
    )[0];
    if (!found) throw new Error(`The lab has no vault, storage account, resource group or subscription ${scope}.`);
    if (found.kind === 'subscription') return subscriptionOf(found);
    if (found.kind === 'resourceGroup') return groupOf(found);
    return entry(groupOf(found), SCOPES[found.kind as keyof typeof SCOPES], nameOf(found));
  };

  return { file: { tenants: file.tenants }, groupOf, placeOf };
}

/** The entry of this name in a list of the node, made where there is none. */
function entry(node: Node, list: string, name: string): Node {
  const entries = (node[list] ?? []) as Node[];
  node[list] = entries;
  const known = entries.find((one) => one.name === name);
  if (known) return known;
  const made = { name };
  entries.push(made);
  return made;
}

const nameOf = ({ name, displayName }: Resource): string => String(name ?? displayName);

const isNamed = (resource: Resource, kind: string, name: string): boolean =>
  resource.kind === kind && nameOf(resource).toLowerCase() === name.toLowerCase();

/** By id, whose case Azure ignores. */
const isIn = (id: string, scope: string): boolean => id.toLowerCase().startsWith(`${scope.toLowerCase()}/`);
