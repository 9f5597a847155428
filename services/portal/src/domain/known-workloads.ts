import type { Workload } from './workloads.ts';

/** The workloads of docker-compose.yml, in its order; a test holds this list to the file. */
export const KNOWN_WORKLOADS: readonly Omit<Workload, 'running'>[] = [
  { name: 'app', machine: 'vm-app01', kind: 'virtualMachine' },
  { name: 'app02', machine: 'vm-app02', kind: 'virtualMachine', profile: 'vm-app02' },
  { name: 'app03', machine: 'vm-app03', kind: 'virtualMachine', profile: 'participants' },
  { name: 'app04', machine: 'vm-app04', kind: 'virtualMachine', profile: 'participants' },
  { name: 'outsider', machine: 'outsider', kind: 'outsider' },
  { name: 'func-app01', machine: 'func-app01', kind: 'functionApp', profile: 'func-app01' },
  { name: 'pod-app01', machine: 'pod-app01', kind: 'pod', profile: 'pod-app01' },
];
