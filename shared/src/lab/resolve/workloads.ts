import { sameText } from '../../same-text.ts';
import { idOf, resourceIdOf } from '../ids.ts';
import type { Cluster } from '../lab-state.ts';
import { type LabSecrets, sha256Hex } from '../secrets.ts';
import { type Topology, VM_ADDRESSES } from '../topology.ts';
import type { Draft, Entry, Path, Place } from './draft.ts';
import { type Existing, NOTHING_YET } from './existing.ts';
import type { Principals } from './principals.ts';

export const CLUSTER_SUFFIX = '.oic.prod-aks.azure.com';

/**
 * Where programs run and get their identity: virtual machines, function apps, pods of managed clusters. Each is a
 * container, so each needs a place in the topology.
 */
export function workloadsOf(
  draft: Draft,
  principals: Principals,
  topology: Topology,
  secrets: LabSecrets,
  existing: Existing,
) {
  const machines = new Set<string>();
  /** Those that the file adds to the existing ones. */
  let added = 0;
  const clusters: Cluster[] = [];
  const allClusters = () => [...existing.clusters, ...clusters];

  const ownIdentity = (
    { tenantId }: Place,
    entry: Entry<'virtualMachines' | 'functionApps'>,
    resourceId: string,
    path: Path,
  ) =>
    entry.systemAssignedIdentity
      ? principals.addManagedIdentity({ tenantId, name: entry.name, resourceId, identityType: 'SystemAssigned' }, path)
      : undefined;

  const addVirtualMachine = (place: Place, entry: Entry<'virtualMachines'>, path: Path): void => {
    const { tenantId, subscriptionId, group: resourceGroup, location } = place;
    const { name, vmSize, tags, userAssignedIdentities } = entry;
    const id = resourceIdOf(place.groupId, 'Microsoft.Compute/virtualMachines', name);
    const own = ownIdentity(place, entry, id, path);
    const isNew = !existing.find('virtualMachine', id);
    const index = existing.all('virtualMachine').length + added;
    added += Number(isNew);
    const others = existing.all('virtualMachine').filter(({ resourceId }) => !sameText(resourceId, id));
    if (machines.has(name.toLowerCase()) || others.some((other) => sameText(other.name, name))) {
      draft.mistake(
        [...path, 'name'],
        `another virtual machine of the lab is called ${name}; they would share an address.`,
      );
    }
    machines.add(name.toLowerCase());
    const sourceAddress = topology.virtualMachines.get(name);
    if (isNew && index >= VM_ADDRESSES.length) {
      draft.mistake(
        path,
        `the lab has room for ${VM_ADDRESSES.length} virtual machines (${VM_ADDRESSES[0]} to ${VM_ADDRESSES.at(-1)}), and ${name} is one more.`,
      );
    } else if (!topology.virtualMachines.has(name)) {
      draft.mistake(
        [...path, 'name'],
        `the virtual machine ${name} has no place in the topology; docker-compose.yml needs a service with this hostname and an address on the network vm.`,
      );
    } else if (sourceAddress !== undefined && !isVmAddress(sourceAddress)) {
      draft.mistake(
        [...path, 'name'],
        `the virtual machine ${name} has the address ${sourceAddress} in docker-compose.yml; it has to be one of ${VM_ADDRESSES.join(', ')}.`,
      );
    }
    draft.later(() =>
      draft.add(
        'virtualMachine',
        id,
        {
          resourceId: id,
          name,
          vmId: idOf(`${id}#vmId`),
          tenantId,
          subscriptionId,
          resourceGroup,
          location,
          vmSize,
          tags,
          ...(sourceAddress !== undefined && { sourceAddress }),
          privateIpAddress: `10.0.0.${4 + index}`,
          subnet: { address: '10.0.0.0', prefix: '24' },
          macAddress: `000D3A${idOf(`${id}#mac`).slice(0, 6).toUpperCase()}`,
          identities: principals.identitiesOf({ tenantId, own, userAssignedIdentities }, path),
        },
        path,
      ),
    );
  };

  const addFunctionApp = (place: Place, entry: Entry<'functionApps'>, path: Path): void => {
    const { tenantId, subscriptionId, group: resourceGroup, location } = place;
    const { name, tags, userAssignedIdentities } = entry;
    const id = resourceIdOf(place.groupId, 'Microsoft.Web/sites', name);
    const own = ownIdentity(place, entry, id, path);
    if (!topology.functionApps.has(name) && !existing.find('site', id)) {
      draft.mistake(
        [...path, 'name'],
        `the function app ${name} has no place in the topology; docker-compose.yml needs a service with this hostname on the network appservice.`,
      );
    }
    draft.later(() =>
      draft.add(
        'site',
        id,
        {
          resourceId: id,
          name,
          tenantId,
          subscriptionId,
          resourceGroup,
          location,
          ...(tags && { tags }),
          identityHeaderSha256: sha256Hex(secrets.identityHeader(name)),
          identities: principals.identitiesOf({ tenantId, own, userAssignedIdentities }, path),
        },
        path,
      ),
    );
  };

  const addManagedCluster = (place: Place, { name, serviceAccounts }: Entry<'managedClusters'>, path: Path): void => {
    const { tenantId, groupId, location } = place;
    if (existing !== NOTHING_YET) {
      draft.mistake(
        path,
        'a lab that runs gets no new managed cluster. Declare it in lab.yaml and start the lab again.',
      );
      return;
    }
    const resourceId = resourceIdOf(groupId, 'Microsoft.ContainerService/managedClusters', name);
    const host = `${location}${CLUSTER_SUFFIX}`;
    if (!topology.publicNames.get('cluster')?.includes(host)) {
      draft.mistake(
        [...path, 'name'],
        `the issuer of the cluster ${name} has no name in the topology; add ${host} to the aliases of cluster on the network azure in docker-compose.yml.`,
      );
    }
    if (clusters.some((other) => other.tenantId === tenantId && other.name.toLowerCase() === name.toLowerCase())) {
      draft.mistake(
        [...path, 'name'],
        `another cluster of this tenant is called ${name}; federated credentials could not tell them apart.`,
      );
    }
    const accounts: Cluster['serviceAccounts'] = [];
    const issuer = `https://${host}/${tenantId}/${idOf(`${resourceId}#issuer`)}/`;
    clusters.push({ name, resourceId, tenantId, issuer, serviceAccounts: accounts });
    serviceAccounts.forEach((account, index) => {
      const here = [...path, 'serviceAccounts', index];
      if (!topology.hostNames.has(account.pod)) {
        draft.mistake(
          [...here, 'pod'],
          `the pod ${account.pod} has no place in the topology; docker-compose.yml needs a service with this hostname.`,
        );
      }
      if (clusters.some((other) => other.serviceAccounts.some(({ pod }) => pod === account.pod))) {
        draft.mistake([...here, 'pod'], `the pod ${account.pod} has a service account already.`);
      }
      const { namespace, pod } = account;
      const entry = { namespace, name: account.name, pod, subject: subjectOf(namespace, account.name), clientId: '' };
      accounts.push(entry);
      draft.later(() => {
        const identity = principals.find(tenantId, account.identity)?.identity;
        if (identity?.identityType === 'UserAssigned') entry.clientId = identity.clientId;
        else
          draft.mistake([...here, 'identity'], `this tenant has no user-assigned identity called ${account.identity}.`);
      });
    });
  };

  const addUserAssignedIdentity = (place: Place, entry: Entry<'userAssignedIdentities'>, path: Path): string => {
    const { tenantId, subscriptionId, group: resourceGroup, location } = place;
    const { name, tags, federatedCredentials } = entry;
    const resourceId = resourceIdOf(place.groupId, 'Microsoft.ManagedIdentity/userAssignedIdentities', name);
    const { principalId, clientId } = principals.addManagedIdentity(
      { tenantId, name, resourceId, identityType: 'UserAssigned', clientId: entry.clientId },
      path,
    );
    const where = { tenantId, subscriptionId, resourceGroup, location };
    draft.add(
      'userAssignedIdentity',
      resourceId,
      { resourceId, name, ...where, ...(tags && { tags }), principalId, clientId },
      path,
    );
    federatedCredentials.forEach((credential, index) => {
      const here = [...path, 'federatedCredentials', index];
      draft.later(() => {
        const trusted = trustedBy(credential, tenantId, here);
        if (!trusted) return;
        const id = `${resourceId}/federatedIdentityCredentials/${credential.name}`;
        const value = { resourceId: id, name: credential.name, clientId, ...trusted, audiences: [credential.audience] };
        draft.add('federatedCredential', id, value, here);
      });
    });
    return resourceId;
  };

  type Credential = Entry<'userAssignedIdentities'>['federatedCredentials'][number];
  const trustedBy = (credential: Credential, tenantId: string, path: Path) => {
    if ('issuer' in credential) return { issuer: credential.issuer, subject: credential.subject };
    const named = credential.cluster.toLowerCase();
    const cluster = allClusters().find((other) => other.tenantId === tenantId && other.name.toLowerCase() === named);
    if (!cluster) {
      draft.mistake([...path, 'cluster'], `this tenant has no managed cluster called ${credential.cluster}.`);
      return undefined;
    }
    const [namespace = '', name = ''] = credential.serviceAccount.split('/');
    const subject = subjectOf(namespace, name);
    if (!cluster.serviceAccounts.some((account) => account.subject === subject)) {
      draft.mistake(
        [...path, 'serviceAccount'],
        `the cluster ${cluster.name} has no service account called ${credential.serviceAccount}.`,
      );
    }
    return { issuer: cluster.issuer, subject };
  };

  return { addVirtualMachine, addFunctionApp, addManagedCluster, addUserAssignedIdentity, clusters };
}

const isVmAddress = (address: string) => (VM_ADDRESSES as readonly string[]).includes(address);

const subjectOf = (namespace: string, name: string) => `system:serviceaccount:${namespace}:${name}`;
