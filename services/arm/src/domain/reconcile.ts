import type { Resource, ResourceOf } from '@lab/shared/feed/resources.ts';
import type { Slot } from '@lab/shared/lab/lab-state.ts';
import { type AssignedIdentity, HOST_KINDS, removePrincipal } from './identity.ts';
import type { Resources } from './resources.ts';
import { freeAddress } from './virtual-machine.ts';

/**
 * Makes resources fit together again after the lab file has put and removed some of them, of which others may have been
 * changed through Resource Manager since: a service principal is there exactly as long as its identity is, no machine has
 * an identity that is no more, and no two machines have the same address.
 * @param declared Ids in lower case of what the file names: its machines keep their addresses, others move.
 */
export function reconcile(resources: Resources, declared: ReadonlySet<string>, slots: readonly Slot[]): void {
  const needed = new Set<string>();
  for (const identity of resources.all('userAssignedIdentity')) {
    needed.add(identity.principalId);
    ensurePrincipal(resources, { ...identity, displayName: identity.name, identityType: 'UserAssigned' });
  }
  for (const kind of HOST_KINDS) {
    for (const host of resources.all(kind)) {
      const identities = host.identities.flatMap((identity) => current(resources, identity));
      if (JSON.stringify(identities) !== JSON.stringify(host.identities)) {
        resources.put({ kind, id: host.resourceId, value: { ...host, identities } } as Resource);
      }
      for (const own of identities.filter(({ identityType }) => identityType === 'SystemAssigned')) {
        needed.add(own.principalId);
        const { tenantId, name: displayName } = host;
        ensurePrincipal(resources, { ...own, tenantId, displayName, identityType: 'SystemAssigned' });
      }
    }
  }
  for (const { principalId } of resources.all('servicePrincipal')) {
    if (!needed.has(principalId)) removePrincipal(resources, principalId);
  }
  reconcileCredentials(resources);
  placeMachines(resources, declared, slots);
}

/** An identity as it is now: none where a user-assigned one has been deleted, other ids where it was made anew. */
function current(resources: Resources, identity: AssignedIdentity): AssignedIdentity[] {
  if (identity.identityType === 'SystemAssigned') return [identity];
  const known = resources.find('userAssignedIdentity', identity.resourceId);
  return known ? [{ ...identity, principalId: known.principalId, clientId: known.clientId }] : [];
}

function ensurePrincipal(resources: Resources, of: ResourceOf<'servicePrincipal'>): void {
  const { principalId, clientId, tenantId, displayName, identityType, resourceId } = of;
  if (resources.find('servicePrincipal', principalId)) return;
  const value = { principalId, clientId, tenantId, displayName, identityType, resourceId };
  resources.put({ kind: 'servicePrincipal', id: principalId, value });
}

function reconcileCredentials(resources: Resources): void {
  for (const credential of resources.all('federatedCredential')) {
    const { resourceId, clientId } = credential;
    const identity = resources.find('userAssignedIdentity', resourceId.split('/').slice(0, -2).join('/'));
    if (!identity) resources.remove('federatedCredential', resourceId);
    else if (identity.clientId !== clientId) {
      const value = { ...credential, clientId: identity.clientId };
      resources.put({ kind: 'federatedCredential', id: resourceId, value });
    }
  }
}

/** Machines whose address another has, or that is no place any more, get a free one; with none left they have none. */
function placeMachines(resources: Resources, declared: ReadonlySet<string>, slots: readonly Slot[]): void {
  if (slots.length === 0) return;
  const isDeclared = ({ resourceId }: { resourceId: string }) => declared.has(resourceId.toLowerCase());
  const machines = resources.all('virtualMachine').toSorted((a, b) => Number(isDeclared(b)) - Number(isDeclared(a)));
  const placed: { sourceAddress?: string | undefined }[] = [];
  for (const machine of machines) {
    const { sourceAddress, ...rest } = machine;
    const keeps =
      slots.some(({ address }) => address === sourceAddress) &&
      placed.every((other) => other.sourceAddress !== sourceAddress);
    const address = keeps ? sourceAddress : freeAddress(placed, slots, machine.name);
    placed.push({ sourceAddress: address });
    if (address === sourceAddress) continue;
    const value = { ...rest, ...(address !== undefined && { sourceAddress: address }) };
    resources.put({ kind: 'virtualMachine', id: machine.resourceId, value });
  }
}
