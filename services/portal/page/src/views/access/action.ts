import type { AzAction, Host } from '@lab/shared/az/action.ts';
import { placeOf } from '@lab/shared/az/action.ts';
import { azCommand } from '@lab/shared/az/az-command.ts';
import { armRequest } from '@lab/shared/az/azure-request.ts';
import type { AzureAnswer } from '@managed-identity-lab/client';
import { AzureRefusal, ask } from '../../api/lab.ts';
import type { Values } from '../../texts/fill-in.ts';
import { type LabModel, type Machine, same } from './model.ts';

/** What Azure does by itself and nobody asks it for: the lab API does it on demand. */
export type LabAction =
  | { readonly kind: 'rotateCertificate'; readonly clientId: string; readonly name: string }
  | { readonly kind: 'rotateSigningKeys' };

export type Action = AzAction | LabAction;

/** Something that was done: what Azure, or the lab, answered. */
export type Done = { readonly action: Action; readonly values: Values; readonly answer: unknown };

const isLabAction = (action: Action): action is LabAction =>
  action.kind === 'rotateCertificate' || action.kind === 'rotateSigningKeys';

export const isDangerous = ({ kind }: Action): boolean => kind.startsWith('delete') || kind.startsWith('remove');

/** The line for a shell that does the same. */
export const commandOf = (action: Action): string =>
  isLabAction(action)
    ? `curl -X POST -H "Authorization: Bearer $(npm run -s lab -- token)" ${location.origin}/lab/v1${labPath(action)}`
    : azCommand(action);

/** Whether there is a command of `az`. */
export const hasAzCommand = (action: Action): boolean => !isLabAction(action);

/** @throws AzureRefusal, LabError */
export async function perform(action: Action): Promise<unknown> {
  if (isLabAction(action)) return ask('POST', labPath(action), {});
  const answer = await ask<AzureAnswer>('POST', '/azure', armRequest(action));
  if (answer.status < 400) return answer.body;
  throw new AzureRefusal(answer);
}

const labPath = (action: LabAction): string =>
  action.kind === 'rotateSigningKeys'
    ? '/signing-keys/rotate'
    : `/identities/${encodeURIComponent(action.clientId)}/certificates/rotate`;

/** What its sentences name. */
export function valuesOf(action: Action, model: LabModel): Values {
  const nameAt = (id: string) => model.find(id)?.name ?? placeOf(id).name;
  switch (action.kind) {
    case 'assignSystemIdentity':
    case 'removeSystemIdentity':
      return { machine: nameAt(action.host.resourceId) };
    case 'assignUserIdentity':
    case 'removeUserIdentity':
      return { machine: nameAt(action.host.resourceId), identity: nameAt(action.identityId) };
    case 'createIdentity':
      return { identity: action.name, group: nameAt(action.groupId) };
    case 'deleteIdentity':
      return { identity: nameAt(action.identityId) };
    case 'deleteVirtualMachine':
      return { machine: nameAt(action.resourceId) };
    case 'createRoleAssignment':
      return {
        role: action.roleName,
        principal: model.principal(action.principalId)?.name ?? action.principalId,
        scope: scopeName(action.scope, model),
      };
    case 'deleteRoleAssignment': {
      const found = model.roleAssignments.find(({ id }) => id === action.id);
      return {
        role: found ? roleName(found.roleDefinitionId, model) : '',
        principal: (found && (model.principal(found.principalId)?.name ?? found.principalId)) ?? '',
        scope: found ? scopeName(found.scope, model) : '',
      };
    }
    case 'rotateCertificate':
      return { identity: action.name };
    case 'rotateSigningKeys':
      return {};
  }
}

export const roleName = (roleDefinitionId: string, model: LabModel): string =>
  model.roles.find(({ id }) => id === roleDefinitionId.split('/').at(-1))?.name ?? roleDefinitionId;

/** As people call it: `kv-lab`, `kv-lab / ConnectionString`. */
export function scopeName(scope: string, model: LabModel): string {
  const entry = model.find(scope);
  if (!entry) return scope.split('/').at(-1) || '/';
  const above = model.pathTo(scope).at(-2);
  return entry.kind === 'secret' || entry.kind === 'container' || entry.kind === 'blob'
    ? `${above?.name} / ${entry.name}`
    : entry.name;
}

export const hostOf = (machine: Machine): Host => ({
  resourceId: machine.id,
  hasSystemIdentity: machine.identities.some(({ identityType }) => identityType === 'SystemAssigned'),
  userIdentities: machine.identities
    .filter(({ identityType }) => identityType === 'UserAssigned')
    .map(({ resourceId }) => resourceId),
});

/**
 * With the identities that its machine has by now: Resource Manager is told which kinds are left, and while somebody reads what
 * will happen another one may be given.
 */
export function upToDate(action: Action, model: LabModel): Action {
  if (!('host' in action)) return action;
  const machine = model.machines.find(({ id }) => same(id, action.host.resourceId));
  return machine ? { ...action, host: hostOf(machine) } : action;
}
