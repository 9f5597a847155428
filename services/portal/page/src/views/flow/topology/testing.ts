import type { Topology } from './layout.ts';

const part = (name: string, networks: string[], hostname?: string) => ({
  name,
  networks: networks.map((network) => ({ name: network, ...(network === 'vm' && { address: '169.254.169.250' }) })),
  ...(hostname !== undefined && { hostname }),
});

/** As containers have it, in small. */
export const LAB: Topology = {
  parts: [
    part('imds', ['vm', 'fabric']),
    part('entra', ['azure', 'fabric']),
    part('keyvault', ['azure', 'fabric']),
    part('dns', ['azure', 'fabric']),
    part('app', ['vm', 'azure'], 'vm-app01'),
    part('outsider', ['azure'], 'outsider'),
    part('gateway', ['front', 'edge']),
    part('portal', ['front', 'fabric']),
  ],
  networks: ['vm', 'azure', 'fabric', 'front', 'edge'].map((name) => ({ name })),
};

/** As one process has it. */
export const EMBEDDED: Topology = {
  parts: ['imds', 'entra', 'keyvault', 'vm-app01', 'pod-app01', 'portal'].map((name) => part(name, [])),
  networks: [],
};
