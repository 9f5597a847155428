import type { ResourceOf } from '@lab/shared/feed/resources.ts';

export type VirtualMachine = ResourceOf<'virtualMachine'>;

/** What is known of virtual machines: what `arm` last said. */
export type Machines = {
  all(): readonly VirtualMachine[];
  /** Those that were deleted and whose address no other has got since, without identities. */
  former(): readonly VirtualMachine[];
};

/**
 * The virtual machine that a request came from, told by its source address as Azure's host agent does.
 *
 * Nothing that the request says about itself is looked at. An address that is no virtual machine's gives undefined, and
 * its owner gets nothing; so does a machine without an address, of which the embedded lab has only such.
 */
export const virtualMachineAt = (address: string, machines: readonly VirtualMachine[]): VirtualMachine | undefined =>
  machines.find(({ sourceAddress }) => sourceAddress !== undefined && sourceAddress === address);
