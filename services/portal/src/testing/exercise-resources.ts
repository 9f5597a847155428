import type { ExerciseLab, ShownResource } from '../exercises/exercise.ts';
import { DEFAULT_SCENE } from '../exercises/scene.ts';

/** What the exercises find in the lab: two machines with identities of their own and one in common, and two vaults. */

const APPS = '/subscriptions/e48a9f5d-5bd0-5e5e-a7c5-cb001a2769d5/resourceGroups/rg-apps/providers';
const DATA = '/subscriptions/e56337dd-9f32-5ba8-b3c9-ad48f9f8ea52/resourceGroups/rg-data/providers';
const TENANT = 'a93ae60a-4be8-5fd6-9168-a883069ac35f';
const guid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

export const PRINCIPALS = { 'vm-app01': guid(1), 'vm-app02': guid(2), 'id-orders': guid(3) } as const;
type Named = keyof typeof PRINCIPALS;
export const ROLES = {
  secretsUser: '4633458b-17de-408a-b874-0445c86b69e6',
  secretsOfficer: 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7',
} as const;

export const machineId = (name: string): string => `${APPS}/Microsoft.Compute/virtualMachines/${name}`;
export const vaultId = (name: string): string => `${DATA}/Microsoft.KeyVault/vaults/${name}`;
export const identityId = (name: string): string => `${APPS}/Microsoft.ManagedIdentity/userAssignedIdentities/${name}`;

export const machine = (name: Named): ShownResource => ({
  ...{
    kind: 'virtualMachine',
    id: machineId(name),
    resourceId: machineId(name),
    name,
    vmId: guid(9),
    tenantId: TENANT,
  },
  ...{ subscriptionId: guid(8), resourceGroup: 'rg-apps', location: 'westeurope', vmSize: 'Standard_B1s', tags: {} },
  ...{ privateIpAddress: '10.0.0.4', subnet: { address: '10.0.0.0', prefix: '24' }, macAddress: '000D3AD8A32A' },
  identities: [
    assigned('SystemAssigned', PRINCIPALS[name], machineId(name)),
    assigned('UserAssigned', PRINCIPALS['id-orders'], identityId('id-orders')),
  ],
});

const assigned = (identityType: string, principalId: string, resourceId: string) => ({
  ...{ identityType, principalId, clientId: guid(7), resourceId },
});

export const identity = (name: 'id-orders'): ShownResource => ({
  ...{ kind: 'userAssignedIdentity', id: identityId(name), resourceId: identityId(name), name, tenantId: TENANT },
  ...{ subscriptionId: guid(8), resourceGroup: 'rg-apps', location: 'westeurope' },
  ...{ principalId: PRINCIPALS[name], clientId: guid(7) },
});

export const servicePrincipal = (name: Named): ShownResource => ({
  ...{ kind: 'servicePrincipal', id: PRINCIPALS[name], principalId: PRINCIPALS[name], clientId: guid(7) },
  ...{ tenantId: TENANT, displayName: name, identityType: 'SystemAssigned', resourceId: machineId(name) },
});

export const vault = (name: string): ShownResource => ({
  ...{ kind: 'vault', id: vaultId(name), resourceId: vaultId(name), name, host: `${name}.vault.azure.net` },
  ...{ tenantId: TENANT, location: 'westeurope', softDeleteRetentionInDays: 90, enablePurgeProtection: false },
});

export const roleAssignment = (principal: Named, scope: string, roleDefinitionId: string): ShownResource => ({
  kind: 'roleAssignment',
  id: `${scope}/providers/Microsoft.Authorization/roleAssignments/${principal}-${roleDefinitionId}`,
  ...{ scope, principalId: PRINCIPALS[principal], principalType: 'ServicePrincipal', roleDefinitionId },
});

/** A lab with some resources, for an exercise to prepare; and what it did there. */
export function labToPrepare(resources: readonly ShownResource[]) {
  const applied: object[] = [];
  const asked: Parameters<ExerciseLab['azure']>[0][] = [];
  const lab: ExerciseLab = {
    scene: DEFAULT_SCENE,
    apply: async (partialLab) => applied.push(partialLab),
    resources: async (kind) => resources.filter((one) => one.kind === kind),
    preview: async () => {},
    azure: async (request) => asked.push(request),
  };
  return { lab, applied, asked };
}
