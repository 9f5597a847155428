import type { Resource } from '../feed/resources.ts';
import { idOf, resourceGroupIdOf, subscriptionIdOf } from './ids.ts';
import type { Cluster } from './lab-state.ts';
import type { LoadedLab } from './load-lab.ts';
import { addApplications } from './resolve/applications.ts';
import { authorizationOf } from './resolve/authorization.ts';
import { dataOf } from './resolve/data.ts';
import { draftOf, type Place } from './resolve/draft.ts';
import { type Existing, NOTHING_YET } from './resolve/existing.ts';
import { participantsOf } from './resolve/participants.ts';
import { OPERATOR, principalsOf } from './resolve/principals.ts';
import { workloadsOf } from './resolve/workloads.ts';
import type { LabSecrets } from './secrets.ts';
import type { Topology } from './topology.ts';

export { BLOB_SUFFIX, VAULT_SUFFIX } from './resolve/data.ts';

/** What a lab file comes to. */
export type ResolvedLab = {
  readonly resources: readonly Resource[];
  /** Managed clusters are not resources of `arm`: `cluster` plays them. */
  readonly clusters: readonly Cluster[];
};

/**
 * What the file declares, as resources with all ids filled in. The same file gives the same resources everywhere, but for
 * what depends on secrets.
 *
 * Every tenant has an operator besides: a service principal that is Owner of its subscriptions, as the person with the
 * portal would be.
 *
 * @param topology Names and addresses that exist: a virtual machine, a function app or a pod without one is a mistake,
 *   because nothing would run there.
 * @param existing What there is besides, for a file that names a part only: see `complete-lab.ts`.
 * @throws LabFileError with a line per mistake: a name without a place in the topology, a name that is there twice, a
 *   principal or role that nobody knows.
 */
export function resolveLab(
  { lab, lineOf }: LoadedLab,
  topology: Topology,
  secrets: LabSecrets,
  name = 'lab.yaml',
  existing: Existing = NOTHING_YET,
): ResolvedLab {
  const draft = draftOf(lineOf, name);
  const principals = principalsOf(draft, existing);
  const authorization = authorizationOf(draft, principals, existing);
  const participants = participantsOf(draft, principals, authorization, existing);
  const data = dataOf(draft, authorization, existing);
  const workloads = workloadsOf(draft, principals, topology, secrets, existing);

  lab.tenants.forEach((tenant, t) => {
    const path = ['tenants', t];
    if (existing !== NOTHING_YET && existing.all('tenant').every(({ name }) => name !== tenant.name)) {
      draft.mistake([...path, 'name'], NO_NEW_TENANT);
      return;
    }
    const tenantId = tenant.tenantId ?? idOf(`tenants/${tenant.name}`);
    const domain = tenant.domain ?? `${tenant.name}.onmicrosoft.com`;
    const displayName = tenant.displayName ?? tenant.name.replace(/^./, (first) => first.toUpperCase());
    draft.add('tenant', tenantId, { tenantId, name: tenant.name, displayName, domain }, path);
    const operator =
      principals.find(tenantId, OPERATOR) ??
      principals.addOperator({ tenantId, name: tenant.name }, secrets.operator(tenantId), path);
    const subscriptionIds = new Map([
      ...subscriptionsOf(existing, tenantId),
      ...tenant.subscriptions.map(
        (entry) =>
          [entry.name, entry.subscriptionId ?? idOf(`tenants/${tenant.name}/subscriptions/${entry.name}`)] as const,
      ),
    ]);
    authorization.addRoleDefinitions(tenant, tenantId, subscriptionIds, path);
    addApplications({ draft, principals, existing }, tenant, tenantId, path);
    tenant.subscriptions.forEach((entry, s) => {
      const subscriptionId = subscriptionIds.get(entry.name) as string;
      const here = [...path, 'subscriptions', s];
      const id = subscriptionIdOf(subscriptionId);
      draft.add('subscription', id, { subscriptionId, tenantId, displayName: entry.name }, here);
      authorization.addGrants(tenantId, id, entry, here);
      if (!existing.find('subscription', id)) authorization.assign(id, operator.principalId, 'Owner', here);
      entry.resourceGroups.forEach((group, g) => {
        addGroup({ tenantId, subscriptionId }, group, [...here, 'resourceGroups', g]);
      });
    });
  });
  return { resources: draft.finish(), clusters: workloads.clusters };

  function addGroup(
    { tenantId, subscriptionId }: Pick<Place, 'tenantId' | 'subscriptionId'>,
    group: LoadedLab['lab']['tenants'][number]['subscriptions'][number]['resourceGroups'][number],
    path: readonly PropertyKey[],
  ): void {
    const { location, tags } = group;
    const groupId = resourceGroupIdOf(subscriptionId, group.name);
    const place: Place = { tenantId, subscriptionId, groupId, group: group.name, location };
    const there = existing.find('resourceGroup', groupId);
    if (there && there.location !== location) {
      draft.mistake(
        [...path, 'location'],
        `the resource group ${group.name} is in ${there.location}, and stays there.`,
      );
    }
    const participant = participants.addParticipant(place, group, path);
    const value = {
      resourceId: groupId,
      name: group.name,
      subscriptionId,
      location,
      ...(tags && { tags }),
      ...(participant && { participant }),
    };
    draft.add('resourceGroup', groupId, value, path);
    authorization.addGrants(tenantId, groupId, group, path);
    group.userAssignedIdentities.forEach((entry, index) => {
      const here = [...path, 'userAssignedIdentities', index];
      authorization.addGrants(tenantId, workloads.addUserAssignedIdentity(place, entry, here), entry, here);
    });
    const each = <T>(
      key: string,
      entries: readonly T[],
      add: (place: Place, entry: T, path: readonly PropertyKey[]) => void,
    ) => {
      for (const [index, entry] of entries.entries()) add(place, entry, [...path, key, index]);
    };
    each('virtualMachines', group.virtualMachines, workloads.addVirtualMachine);
    each('functionApps', group.functionApps, workloads.addFunctionApp);
    each('managedClusters', group.managedClusters, workloads.addManagedCluster);
    each('vaults', group.vaults, data.addVault);
    each('storageAccounts', group.storageAccounts, data.addStorageAccount);
  }
}

const subscriptionsOf = (existing: Existing, tenantId: string) =>
  existing
    .all('subscription')
    .filter((subscription) => subscription.tenantId === tenantId)
    .map(({ displayName, subscriptionId }) => [displayName, subscriptionId] as const);

const NO_NEW_TENANT =
  'there is no such tenant, and a lab that runs gets no new one: its operator needs a secret. Declare it in lab.yaml and start the lab again.';
