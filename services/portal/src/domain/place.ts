import type { FlowEvent } from '@lab/shared/events.ts';
import { sameText } from '@lab/shared/same-text.ts';
import type { z } from 'zod';
import type { LabResource } from './lab-state.ts';

type Resource = z.infer<typeof LabResource>;

/** The part of the lab that is a participant's own: a resource group with all that is in it, and a virtual machine. */
export type Place = {
  readonly participant: string;
  readonly tenantId: string;
  readonly subscriptionId: string;
  /** Their names, as a partial lab file has them. */
  readonly tenant: string;
  readonly subscription: string;
  readonly resourceGroup: string;
  readonly resourceGroupId: string;
  /** Host name of the machine that they sit at, whether or not its virtual machine exists just now. */
  readonly machine: string;
  /** The workloads that they may use, as the lab API calls them: that machine, and `outsider`, which is nobody's. */
  readonly workloads: ReadonlySet<string>;
  /** Object id of the application that they are in Azure: Owner of the group, and of nothing else. */
  readonly operatorId: string;
  /** Object ids and client ids of that application and of every identity that lies in the group. */
  readonly principals: ReadonlySet<string>;
  /** Where the group's vaults and storage accounts answer. */
  readonly hosts: ReadonlySet<string>;
};

/** Whether an ARM id is the group's or of something in it. */
export function ownsId({ resourceGroupId }: Pick<Place, 'resourceGroupId'>, id: string): boolean {
  const [group, asked] = [resourceGroupId.toLowerCase(), id.toLowerCase()];
  return asked === group || asked.startsWith(`${group}/`);
}

/**
 * Whether a resource is theirs to see: what lies in the group; the identities of what lies there, with the roles that these
 * have anywhere; and the tenant and the subscription that the group lies in, which everybody there knows.
 */
export function ownsResource(place: Place, resource: Resource): boolean {
  const { kind, id } = resource;
  if (kind === 'tenant') return resource.tenantId === place.tenantId;
  if (kind === 'subscription') return resource.subscriptionId === place.subscriptionId;
  if (kind === 'servicePrincipal' || kind === 'application') return place.principals.has(String(resource.principalId));
  if (kind === 'roleAssignment' && place.principals.has(String(resource.principalId))) return true;
  return ownsId(place, id);
}

/** Whether something happened at their machine, by one of their identities, or to something in their group. */
export function concerns(place: Place, event: FlowEvent): boolean {
  const { caller, virtualMachine, principalId, clientId, host, path, decision } = event;
  return (
    [caller, virtualMachine].some((name) => name !== undefined && sameText(name, place.machine)) ||
    [principalId, clientId].some((id) => id !== undefined && place.principals.has(id)) ||
    place.hosts.has(host.toLowerCase().replace(/:\d+$/, '')) ||
    ownsId(place, path) ||
    (decision !== undefined && ownsId(place, decision.resourceId))
  );
}
