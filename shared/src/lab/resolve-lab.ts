import type { Kind, Resource, ResourceOf } from '../feed/resources.ts';
import { BUILT_IN_ROLES } from '../rbac/built-in-roles.ts';
import { idOf, resourceGroupIdOf, resourceIdOf, subscriptionIdOf } from './ids.ts';
import type { LabFile } from './lab-file.ts';
import { LabFileError, type LoadedLab } from './load-lab.ts';
import type { Topology } from './topology.ts';

export const VAULT_SUFFIX = '.vault.azure.net';
export const BLOB_SUFFIX = '.blob.core.windows.net';

type Path = readonly PropertyKey[];
type File<K extends 'virtualMachines' | 'vaults' | 'storageAccounts'> =
  LabFile['tenants'][number]['subscriptions'][number]['resourceGroups'][number][K][number];
type AssignmentEntry = { readonly principal: string; readonly role: string };

/** Where the walk through the file stands. */
type Place = {
  readonly tenant: ResourceOf<'tenant'>;
  readonly subscriptionId: string;
  readonly groupId: string;
  readonly group: string;
  readonly location: string;
};

/**
 * What the file declares, as resources with all ids filled in. The same file gives the same resources everywhere.
 *
 * @param topology Names and addresses that exist: a vault, a storage account or a virtual machine without one is a
 *   mistake, because nobody could reach it.
 * @throws LabFileError with a line per mistake: a name without a place in the topology, a name that is there twice, a
 *   principal or role that nobody knows.
 */
export function resolveLab({ lab, lineOf }: LoadedLab, topology: Topology, name = 'lab.yaml'): Resource[] {
  const resources = new Map<string, Resource>();
  const mistakes: string[] = [];
  const assignments: { tenantId: string; scope: string; entry: AssignmentEntry; path: Path }[] = [];
  const principals = new Map<string, { principalId: string; clientId: string; resourceId: string }>();

  const mistake = (path: Path, message: string) =>
    mistakes.push(`${name}:${lineOf(path)}: ${path.join('.')}: ${message}`);
  const add = <K extends Kind>(kind: K, id: string, value: ResourceOf<K>, path: Path): void => {
    const key = `${kind} ${id.toLowerCase()}`;
    if (resources.has(key)) mistake(path, 'stands here a second time.');
    resources.set(key, { kind, id, value } as Resource);
  };
  const assign = (tenantId: string, scope: string, entries: readonly AssignmentEntry[], path: Path) =>
    entries.forEach((entry, index) => {
      assignments.push({ tenantId, scope, entry, path: [...path, 'roleAssignments', index] });
    });
  const addPrincipal = (
    tenantId: string,
    displayName: string,
    resourceId: string,
    identityType: 'SystemAssigned' | 'UserAssigned',
    path: Path,
  ) => {
    const key = `${tenantId}/${displayName.toLowerCase()}`;
    if (principals.has(key))
      mistake(
        path,
        `another identity of this tenant is called ${displayName}; role assignments could not tell them apart.`,
      );
    const principalId = idOf(`${resourceId}#principal`);
    const clientId = idOf(`${resourceId}#client`);
    principals.set(key, { principalId, clientId, resourceId });
    add(
      'servicePrincipal',
      principalId,
      { principalId, clientId, tenantId, displayName, identityType, resourceId },
      path,
    );
  };

  const names = (service: string): readonly string[] => topology.publicNames.get(service) ?? [];
  const vaultAt = (place: Place, file: File<'vaults'>, path: Path) => {
    const host = `${file.name.toLowerCase()}${VAULT_SUFFIX}`;
    if (!names('keyvault').includes(host)) {
      mistake(
        [...path, 'name'],
        `the vault ${file.name} has no name in the topology; add ${host} to the aliases of keyvault on the network azure in docker-compose.yml.`,
      );
    }
    const id = resourceIdOf(place.groupId, 'Microsoft.KeyVault/vaults', file.name);
    const { softDeleteRetentionInDays, enablePurgeProtection } = file;
    const { tenantId } = place.tenant;
    add(
      'vault',
      id,
      {
        resourceId: id,
        name: file.name,
        host,
        tenantId,
        location: place.location,
        softDeleteRetentionInDays,
        enablePurgeProtection,
      },
      path,
    );
    assign(tenantId, id, file.roleAssignments, path);
    for (const [secretName, entry] of Object.entries(file.secrets)) {
      const { roleAssignments, ...secret } = typeof entry === 'string' ? { value: entry, roleAssignments: [] } : entry;
      const secretPath = [...path, 'secrets', secretName];
      add('secret', `${id}/secrets/${secretName}`, { vaultId: id, name: secretName, ...secret }, secretPath);
      assign(tenantId, `${id}/secrets/${secretName}`, roleAssignments, secretPath);
    }
  };
  const accountAt = (place: Place, file: File<'storageAccounts'>, path: Path) => {
    const host = `${file.name}${BLOB_SUFFIX}`;
    if (!names('blob').includes(host)) {
      mistake(
        [...path, 'name'],
        `the storage account ${file.name} has no name in the topology; add ${host} to the aliases of blob on the network azure in docker-compose.yml.`,
      );
    }
    const id = resourceIdOf(place.groupId, 'Microsoft.Storage/storageAccounts', file.name);
    const { tenantId } = place.tenant;
    add('storageAccount', id, { resourceId: id, name: file.name, host, tenantId, location: place.location }, path);
    assign(tenantId, id, file.roleAssignments, path);
    file.containers.forEach((container, index) => {
      const containerPath = [...path, 'containers', index];
      const containerId = `${id}/blobServices/default/containers/${container.name}`;
      add('container', containerId, { accountId: id, name: container.name }, containerPath);
      assign(tenantId, containerId, container.roleAssignments, containerPath);
      for (const [blobName, entry] of Object.entries(container.blobs)) {
        const blob = typeof entry === 'string' ? { content: entry, contentType: 'text/plain' } : entry;
        add(
          'blob',
          `${containerId}/blobs/${blobName}`,
          { accountId: id, container: container.name, name: blobName, ...blob },
          [...containerPath, 'blobs', blobName],
        );
      }
    });
  };

  const machines: { place: Place; file: File<'virtualMachines'>; id: string; path: Path }[] = [];
  lab.tenants.forEach((tenantFile, t) => {
    const tenantPath = ['tenants', t];
    const tenantId = tenantFile.tenantId ?? idOf(`tenants/${tenantFile.name}`);
    const domain = tenantFile.domain ?? `${tenantFile.name}.onmicrosoft.com`;
    const displayName = tenantFile.displayName ?? tenantFile.name.replace(/^./, (first) => first.toUpperCase());
    const tenant = { tenantId, name: tenantFile.name, displayName, domain };
    add('tenant', tenantId, tenant, tenantPath);
    tenantFile.subscriptions.forEach((subscription, s) => {
      const subscriptionPath = [...tenantPath, 'subscriptions', s];
      const subscriptionId =
        subscription.subscriptionId ?? idOf(`tenants/${tenantFile.name}/subscriptions/${subscription.name}`);
      const id = subscriptionIdOf(subscriptionId);
      add('subscription', id, { subscriptionId, tenantId, displayName: subscription.name }, subscriptionPath);
      assign(tenantId, id, subscription.roleAssignments, subscriptionPath);
      subscription.resourceGroups.forEach((group, g) => {
        const path = [...subscriptionPath, 'resourceGroups', g];
        const groupId = resourceGroupIdOf(subscriptionId, group.name);
        const place: Place = { tenant, subscriptionId, groupId, group: group.name, location: group.location };
        add(
          'resourceGroup',
          groupId,
          { resourceId: groupId, name: group.name, subscriptionId, location: group.location },
          path,
        );
        assign(tenantId, groupId, group.roleAssignments, path);
        group.userAssignedIdentities.forEach((identity, i) => {
          const identityId = resourceIdOf(groupId, 'Microsoft.ManagedIdentity/userAssignedIdentities', identity.name);
          addPrincipal(tenantId, identity.name, identityId, 'UserAssigned', [...path, 'userAssignedIdentities', i]);
        });
        group.virtualMachines.forEach((file, i) => {
          const machinePath = [...path, 'virtualMachines', i];
          const machineId = resourceIdOf(groupId, 'Microsoft.Compute/virtualMachines', file.name);
          if (file.systemAssignedIdentity) addPrincipal(tenantId, file.name, machineId, 'SystemAssigned', machinePath);
          machines.push({ place, file, id: machineId, path: machinePath });
        });
        group.vaults.forEach((file, i) => {
          vaultAt(place, file, [...path, 'vaults', i]);
        });
        group.storageAccounts.forEach((file, i) => {
          accountAt(place, file, [...path, 'storageAccounts', i]);
        });
      });
    });
  });

  // Virtual machines and role assignments come last: they may name identities that stand further down in the file.
  machines.forEach(({ place, file, id, path }, index) => {
    if (!topology.virtualMachines.has(file.name)) {
      mistake(
        [...path, 'name'],
        `the virtual machine ${file.name} has no place in the topology; docker-compose.yml needs a service with this hostname and an address on the network vm.`,
      );
    }
    const { tenantId } = place.tenant;
    const identityOf = (identityName: string) => principals.get(`${tenantId}/${identityName.toLowerCase()}`);
    const identities: ResourceOf<'virtualMachine'>['identities'] = [];
    const own = file.systemAssignedIdentity ? identityOf(file.name) : undefined;
    if (own) identities.push({ identityType: 'SystemAssigned', ...own });
    file.userAssignedIdentities.forEach((identityName, i) => {
      const identity = identityOf(identityName);
      if (identity?.resourceId.includes('/userAssignedIdentities/'))
        identities.push({ identityType: 'UserAssigned', ...identity });
      else
        mistake(
          [...path, 'userAssignedIdentities', i],
          `this tenant has no user-assigned identity called ${identityName}.`,
        );
    });
    const sourceAddress = topology.virtualMachines.get(file.name);
    add(
      'virtualMachine',
      id,
      {
        resourceId: id,
        name: file.name,
        vmId: idOf(`${id}#vmId`),
        tenantId,
        subscriptionId: place.subscriptionId,
        resourceGroup: place.group,
        location: place.location,
        vmSize: file.vmSize,
        tags: file.tags,
        ...(sourceAddress !== undefined && { sourceAddress }),
        privateIpAddress: `10.0.0.${4 + index}`,
        subnet: { address: '10.0.0.0', prefix: '24' },
        macAddress: `000D3A${idOf(`${id}#mac`).slice(0, 6).toUpperCase()}`,
        identities,
      },
      path,
    );
  });
  for (const { tenantId, scope, entry, path } of assignments) {
    const principal = principals.get(`${tenantId}/${entry.principal.toLowerCase()}`);
    const role = BUILT_IN_ROLES.find(({ roleName }) => roleName.toLowerCase() === entry.role.toLowerCase());
    if (!principal) mistake([...path, 'principal'], `this tenant has no identity called ${entry.principal}.`);
    if (!role) mistake([...path, 'role'], `there is no built-in role called ${entry.role}.`);
    if (!principal || !role) continue;
    const guid = idOf(`${scope}#${principal.principalId}#${role.id}`);
    const id = `${scope}/providers/Microsoft.Authorization/roleAssignments/${guid}`;
    const { principalId } = principal;
    add(
      'roleAssignment',
      id,
      { id, scope, principalId, principalType: 'ServicePrincipal', roleDefinitionId: role.id },
      path,
    );
  }
  if (mistakes.length > 0) throw new LabFileError(mistakes.join('\n'));
  return [...resources.values()];
}
