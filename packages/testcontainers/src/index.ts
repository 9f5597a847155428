/**
 * The whole lab in containers as a Testcontainers module, and a user's own container as a virtual machine in it.
 * What happens in the lab is the lab API's; this package starts it, attaches to it, and takes it down.
 */
export * from '@managed-identity-lab/client';
export { ManagedIdentityLab } from './managed-identity-lab.ts';
export { StartedManagedIdentityLab } from './started-managed-identity-lab.ts';
export type { RoleAssignment, VirtualMachine, WorkloadOptions } from './workload/machine.ts';
