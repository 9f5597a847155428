import { randomUUID } from 'node:crypto';
import type { Resource, ResourceOf } from '@lab/shared/feed/resources.ts';
import { sameText } from '@lab/shared/same-text.ts';
import { z } from 'zod';
import { ArmError, invalidRequestContent } from './errors.ts';
import { forgetCertificates } from './identity-certificates.ts';
import { parseResourceId } from './resource-id.ts';
import type { Resources } from './resources.ts';

/**
 * Identities of resources: the `identity` member that virtual machines and function apps have, and the service principals
 * behind it. A system-assigned identity's service principal is there exactly as long as the identity is.
 */
export type AssignedIdentity = ResourceOf<'virtualMachine'>['identities'][number];
export type Host = { readonly resourceId: string; readonly name: string; readonly tenantId: string };

/** Kinds of resources that have identities. */
export const HOST_KINDS = ['virtualMachine', 'site'] as const;

export const IDENTITY_TYPE = 'Microsoft.ManagedIdentity/userAssignedIdentities';

/** As clients send it. What Azure puts into the entries, `principalId` and `clientId`, comes back with them. */
export const IdentityBody = z.object({
  type: z.string().max(64).nullish(),
  userAssignedIdentities: z.record(z.string().max(2_048), z.record(z.string(), z.unknown()).nullable()).nullish(),
});
export type IdentityBody = z.output<typeof IdentityBody>;

/** What a body asks for: which kinds, and of user-assigned ones which are named, which are taken away. */
export type IdentityChange = {
  readonly system: boolean;
  readonly user: boolean;
  /** Ids as they came. */
  readonly named: readonly string[];
  readonly removed: readonly string[];
  /** Whether those that are not named stay: PATCH merges, and so does a body without the map. */
  readonly merges: boolean;
};

/**
 * A body's meaning. `type` is taken with a space after the comma and without, in any case.
 * @param replaces Of a PUT: a map that is there is all of it.
 * @throws AzureError `invalid`: InvalidRequestContent, LinkedInvalidPropertyId.
 */
export function identityChangeOf(
  { type, userAssignedIdentities: map }: IdentityBody,
  replaces: boolean,
): IdentityChange {
  const kinds = new Set((type ?? '').split(',').map((kind) => kind.trim().toLowerCase()));
  const known = [...kinds].every((kind) => ['none', 'systemassigned', 'userassigned'].includes(kind));
  if (!known || (kinds.has('none') && kinds.size > 1)) {
    throw invalidRequestContent(
      `identity.type: '${type ?? ''}' is none of None, SystemAssigned, UserAssigned and SystemAssigned, UserAssigned`,
      'identity.type',
    );
  }
  const entries = Object.entries(map ?? {});
  for (const [id] of entries) checkIdentityId(id);
  const user = kinds.has('userassigned');
  const named = entries.filter(([, value]) => value !== null).map(([id]) => id);
  if (!user && named.length > 0) {
    throw invalidRequestContent(
      `identity.userAssignedIdentities: not expected with the identity type '${type}'`,
      'identity.userAssignedIdentities',
    );
  }
  const removed = entries.filter(([, value]) => value === null).map(([id]) => id);
  return { system: kinds.has('systemassigned'), user, named, removed, merges: !replaces || map == null };
}

function checkIdentityId(id: string): void {
  const { type } = parseResourceId(id);
  if (type?.toLowerCase() === IDENTITY_TYPE.toLowerCase()) return;
  throw new ArmError({
    kind: 'invalid',
    code: 'InvalidUserAssignedIdentity',
    message: `'${id}' is not the id of a user-assigned identity: ${IDENTITY_TYPE}.`,
    target: 'identity.userAssignedIdentities',
  });
}

/**
 * The identities a host has after a change. Call in the transaction that writes the host: a service principal is made
 * when the system-assigned identity is turned on, with new ids each time, and taken away when it is turned off.
 * @throws AzureError `invalid` MissingIdentityIds, FailedIdentityOperation.
 */
export function changeIdentities(
  resources: Resources,
  host: Host,
  before: readonly AssignedIdentity[],
  { system, user, named, removed, merges }: IdentityChange,
): AssignedIdentity[] {
  const own = before.find(({ identityType }) => identityType === 'SystemAssigned');
  const others = before.filter(({ identityType }) => identityType === 'UserAssigned');
  if (own && !system) removePrincipal(resources, own.principalId);
  const after: AssignedIdentity[] = [];
  if (system) after.push(own ?? addPrincipal(resources, host));
  if (!user) return after;

  const kept = others.filter(
    ({ resourceId }) => merges && ![...named, ...removed].some((id) => sameText(id, resourceId)),
  );
  after.push(...kept, ...uniqueIds(named).map((id) => assigned(resources, host, id)));
  if (!after.some(({ identityType }) => identityType === 'UserAssigned')) {
    throw new ArmError({
      kind: 'invalid',
      code: 'MissingIdentityIds',
      message: `The identity ids must not be null or empty for '${system ? 'SystemAssigned, UserAssigned' : 'UserAssigned'}' identity type.`,
      target: 'identity.userAssignedIdentities',
    });
  }
  return after;
}

const uniqueIds = (ids: readonly string[]): string[] => [
  ...new Map(ids.map((id) => [parseResourceId(id).id.toLowerCase(), id])).values(),
];

function assigned(resources: Resources, host: Host, id: string): AssignedIdentity {
  const identity = resources.find('userAssignedIdentity', parseResourceId(id).id);
  if (!identity || identity.tenantId !== host.tenantId) {
    throw new ArmError({
      kind: 'invalid',
      code: 'FailedIdentityOperation',
      message: `Identity operation for resource '${host.resourceId}' failed with error 'Failed to perform resource identity operation. Status: 'NotFound'. The user-assigned identity '${id}' was not found.'.`,
    });
  }
  const { principalId, clientId, resourceId } = identity;
  return { identityType: 'UserAssigned', principalId, clientId, resourceId };
}

/** A new service principal of the host's own. Ids are never the same twice, as in Azure. */
function addPrincipal(resources: Resources, { resourceId, name, tenantId }: Host): AssignedIdentity {
  return newPrincipal(resources, { resourceId, displayName: name, tenantId, identityType: 'SystemAssigned' });
}

/** A service principal with ids that nobody had before. */
export function newPrincipal(
  resources: Resources,
  of: Pick<ResourceOf<'servicePrincipal'>, 'resourceId' | 'displayName' | 'tenantId' | 'identityType'>,
): AssignedIdentity {
  const value = { ...of, principalId: randomUUID(), clientId: randomUUID() };
  resources.put({ kind: 'servicePrincipal', id: value.principalId, value });
  const { identityType, principalId, clientId, resourceId } = value;
  return { identityType, principalId, clientId, resourceId };
}

/** Takes a service principal away, with the certificates that its identity signs with. Role assignments stay. */
export function removePrincipal(resources: Resources, principalId: string): void {
  const principal = resources.find('servicePrincipal', principalId);
  if (!principal) return;
  forgetCertificates(resources, principal.clientId);
  resources.remove('servicePrincipal', principalId);
}

/**
 * A user-assigned identity that is no more: its service principal, its federated credentials, and every host's mention of it.
 * Deviation: in Azure hosts go on naming an identity that has been deleted, with no effect.
 */
export function removeUserAssigned(resources: Resources, identity: ResourceOf<'userAssignedIdentity'>): void {
  const { resourceId, principalId } = identity;
  removePrincipal(resources, principalId);
  for (const { id } of resources.within('federatedCredential', resourceId)) resources.remove('federatedCredential', id);
  for (const kind of HOST_KINDS) {
    for (const host of resources.all(kind)) {
      const identities = host.identities.filter((one) => one.principalId !== principalId);
      if (identities.length < host.identities.length) {
        resources.put({ kind, id: host.resourceId, value: { ...host, identities } } as Resource);
      }
    }
  }
  resources.remove('userAssignedIdentity', resourceId);
}

/** The `identity` member of a host; undefined where there is none. The client id of its own one is not in it, as in Azure. */
export function toIdentityWire(identities: readonly AssignedIdentity[], tenantId: string) {
  const own = identities.find(({ identityType }) => identityType === 'SystemAssigned');
  const others = identities.filter(({ identityType }) => identityType === 'UserAssigned');
  if (identities.length === 0) return undefined;
  const type = [own && 'SystemAssigned', others.length > 0 && 'UserAssigned'].filter(Boolean).join(', ');
  return {
    type,
    ...(own && { principalId: own.principalId, tenantId }),
    ...(others.length > 0 && {
      userAssignedIdentities: Object.fromEntries(
        others.map(({ resourceId, principalId, clientId }) => [resourceId, { principalId, clientId }]),
      ),
    }),
  };
}
