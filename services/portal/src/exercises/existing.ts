import { type Kind, RESOURCE, type ResourceOf } from '@lab/shared/feed/resources.ts';
import { BUILT_IN_ROLES } from '@lab/shared/rbac/built-in-roles.ts';
import type { RoleDefinition } from '@lab/shared/rbac/decide-access.ts';
import { matches } from '@lab/shared/rbac/patterns.ts';
import { sameText } from '@lab/shared/same-text.ts';
import type { ShownResource } from './exercise.ts';

/** What there is, as the lab API lists it. Of resources of the same name the first counts: names here are a scene's. */
export function existing(resources: readonly ShownResource[]) {
  const all = <K extends Kind>(kind: K): ResourceOf<K>[] =>
    resources
      .filter((one) => one.kind === kind)
      .flatMap((one) => (RESOURCE[kind].safeParse(one).data as ResourceOf<K> | undefined) ?? []);
  const machine = (name: string) => all('virtualMachine').find((one) => sameText(one.name, name));
  return {
    machine,
    /** The identity that a machine has for itself. */
    ownIdentity: (name: string) =>
      machine(name)?.identities.find(({ identityType }) => identityType === 'SystemAssigned'),
    identity: (name: string) => all('userAssignedIdentity').find((one) => sameText(one.name, name)),
    vault: (name: string) => all('vault').find((one) => sameText(one.name, name)),
    principal: (principalId: string) => all('servicePrincipal').find((one) => one.principalId === principalId),
    assignmentsOf: (principalId: string) => all('roleAssignment').filter((one) => one.principalId === principalId),
    /** Built-in, or of one's own. */
    role: (id: string) => [...BUILT_IN_ROLES, ...all('roleDefinition')].find((one) => one.id === id),
  };
}

export type Role = Pick<RoleDefinition, 'actions' | 'dataActions' | 'notDataActions'>;

export const allows = (role: Role, dataAction: string): boolean =>
  role.dataActions.some((pattern) => matches(pattern, dataAction)) &&
  !role.notDataActions.some((pattern) => matches(pattern, dataAction));
