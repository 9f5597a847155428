import { randomBytes, randomUUID } from 'node:crypto';
import type { ResourceOf } from '@lab/shared/feed/resources.ts';
import type { Slot } from '@lab/shared/lab/lab-state.ts';
import { z } from 'zod';
import { conflict, resourceNotFound } from './errors.ts';
import { IdentityBody } from './identity.ts';
import type { Resources } from './resources.ts';

export type VirtualMachine = ResourceOf<'virtualMachine'>;

export const VM_TYPE = 'Microsoft.Compute/virtualMachines';
/** 1 to 64 letters, digits, `-`, `_` and `.`; a letter or digit first, none of `-` `.` last. */
export const VM_NAME = /^[a-z0-9]([a-z0-9._-]{0,62}[a-z0-9_])?$/i;

/** As many as the network of virtual machines has addresses for. */
const MOST_MACHINES = 4;

const DEFAULT_SIZE = 'Standard_B2s';

export const VmProperties = z.looseObject({
  hardwareProfile: z.looseObject({ vmSize: z.string().min(1).max(64).optional() }).nullish(),
});

export const PutVm = z.object({
  location: z.string().min(1),
  tags: z.record(z.string(), z.string()).nullish(),
  identity: IdentityBody.nullish(),
  properties: VmProperties.nullish(),
});

export const vmId = (groupId: string, name: string): string => `${groupId}/providers/${VM_TYPE}/${name}`;

/** @throws AzureError `not_found` ResourceNotFound. */
export function vmAt(resources: Resources, groupId: string, name: string): VirtualMachine {
  const machine = resources.find('virtualMachine', vmId(groupId, name));
  if (!machine) throw resourceNotFound(VM_TYPE, name, groupId.split('/').at(-1) ?? '');
  return machine;
}

/**
 * What a new machine gets from the platform: ids of its own, and addresses that no other has.
 * @param slots Addresses on the network of virtual machines; none in the embedded lab, where all share one.
 * @throws AzureError `conflict` QuotaExceeded for the fifth machine.
 */
export function newMachine(
  machines: readonly VirtualMachine[],
  slots: readonly Slot[],
  { name, location }: { name: string; location: string },
): Pick<VirtualMachine, 'vmId' | 'sourceAddress' | 'privateIpAddress' | 'subnet' | 'macAddress' | 'vmSize'> {
  const sourceAddress = freeAddress(machines, slots, name);
  if (machines.length >= MOST_MACHINES || (slots.length > 0 && sourceAddress === undefined)) {
    throw quotaExceeded(location, machines.length);
  }
  const taken = new Set(machines.map(({ privateIpAddress }) => privateIpAddress));
  let host = 4; // Azure keeps the first three addresses of a subnet for itself
  while (taken.has(`10.0.0.${host}`)) host += 1;
  return {
    vmId: randomUUID(),
    ...(sourceAddress !== undefined && { sourceAddress }),
    privateIpAddress: `10.0.0.${host}`,
    subnet: { address: '10.0.0.0', prefix: '24' },
    macAddress: `000D3A${randomBytes(3).toString('hex').toUpperCase()}`,
    vmSize: DEFAULT_SIZE,
  };
}

/**
 * The address of the container that plays the machine, where there is one by its name. Otherwise a free one: unnamed first,
 * and then the last, since those who get a place in a shared lab begin with the first.
 */
export function freeAddress(
  machines: readonly Pick<VirtualMachine, 'sourceAddress'>[],
  slots: readonly Slot[],
  name: string,
): string | undefined {
  const taken = new Set(machines.map(({ sourceAddress }) => sourceAddress));
  const free = slots.filter(({ address }) => !taken.has(address));
  const own = slots.find((slot) => slot.name?.toLowerCase() === name.toLowerCase());
  if (own) return taken.has(own.address) ? undefined : own.address;
  return (free.find((slot) => slot.name === undefined) ?? free.at(-1))?.address;
}

const quotaExceeded = (location: string, used: number) =>
  conflict(
    'QuotaExceeded',
    `Operation could not be completed as it results in exceeding approved Total Virtual Machines quota. Additional details - Deployment Model: Resource Manager, Location: ${location}, Current Limit: ${MOST_MACHINES}, Current Usage: ${used}, Additional Required: 1. The lab's network of virtual machines has addresses for ${MOST_MACHINES}; delete one of them first.`,
  );

/** Parts of `osProfile` that Azure takes and never shows again. */
const WRITE_ONLY = ['adminPassword', 'customData', 'secrets'];

/** What is kept of `properties`: neither what the platform fills in, nor what is secret. */
export function keptProperties(properties: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { vmId: _, provisioningState, instanceView, timeCreated, userData, hardwareProfile, ...kept } = properties;
  const { osProfile } = kept;
  if (typeof osProfile !== 'object' || osProfile === null) return kept;
  return {
    ...kept,
    osProfile: Object.fromEntries(Object.entries(osProfile).filter(([member]) => !WRITE_ONLY.includes(member))),
  };
}
