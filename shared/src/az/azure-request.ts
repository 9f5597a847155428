import { type AzAction, type Host, isFunctionApp } from './action.ts';

export type ArmRequest = {
  readonly method: 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: object;
};

/** The api-versions that `az` asks with, or newer ones. */
const COMPUTE = '2024-11-01';
const WEB = '2024-04-01';
const IDENTITY = '2023-01-31';
const AUTHORIZATION = '2022-04-01';

/** What is asked of Resource Manager. */
export function armRequest(action: AzAction): ArmRequest {
  switch (action.kind) {
    case 'assignSystemIdentity':
      return identityOf(action.host, { hasSystem: true });
    case 'removeSystemIdentity':
      return identityOf(action.host, { hasSystem: false });
    case 'assignUserIdentity':
      return identityOf(action.host, { added: action.identityId });
    case 'removeUserIdentity':
      return identityOf(action.host, { removed: action.identityId });
    case 'createIdentity': {
      const id = `${action.groupId}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${encodeURIComponent(action.name)}`;
      return { method: 'PUT', path: at(id, IDENTITY), body: { location: action.location } };
    }
    case 'deleteIdentity':
      return { method: 'DELETE', path: at(action.identityId, IDENTITY) };
    case 'deleteVirtualMachine':
      return { method: 'DELETE', path: at(action.resourceId, COMPUTE) };
    case 'deleteRoleAssignment':
      return { method: 'DELETE', path: at(action.id, AUTHORIZATION) };
    case 'createRoleAssignment': {
      const { scope, name, principalId, roleDefinitionId, condition } = action;
      const [subscription = ''] = /^\/subscriptions\/[^/]+/i.exec(scope) ?? [];
      return {
        method: 'PUT',
        path: at(`${scope}/providers/Microsoft.Authorization/roleAssignments/${name}`, AUTHORIZATION),
        body: {
          properties: {
            roleDefinitionId: `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${roleDefinitionId}`,
            principalId,
            principalType: 'ServicePrincipal',
            ...(condition !== undefined && { condition, conditionVersion: '2.0' }),
          },
        },
      };
    }
  }
}

const at = (id: string, version: string): string => `${id}?api-version=${version}`;

/** PATCH merges: user-assigned identities that are not named stay, and `null` takes one away. `type` says what there is then. */
function identityOf(
  host: Host,
  { hasSystem = host.hasSystemIdentity, added, removed }: { hasSystem?: boolean; added?: string; removed?: string },
): ArmRequest {
  const left = host.userIdentities.filter((id) => id.toLowerCase() !== removed?.toLowerCase());
  const hasUser = left.length > 0 || added !== undefined;
  const types = [...(hasSystem ? ['SystemAssigned'] : []), ...(hasUser ? ['UserAssigned'] : [])];
  const userAssignedIdentities = {
    ...(added !== undefined && { [added]: {} }),
    ...(removed !== undefined && hasUser && { [removed]: null }),
  };
  return {
    method: 'PATCH',
    path: at(host.resourceId, isFunctionApp(host) ? WEB : COMPUTE),
    body: {
      identity: {
        type: types.join(', ') || 'None',
        ...(Object.keys(userAssignedIdentities).length > 0 && { userAssignedIdentities }),
      },
    },
  };
}
