import { expect, it } from 'vitest';
import { edgesOf, layOut, type Topology } from './layout.ts';

const part = (name: string, networks: string[], hostname?: string) => ({
  name,
  networks: networks.map((network) => ({ name: network, ...(network === 'vm' && { address: '169.254.169.250' }) })),
  ...(hostname !== undefined && { hostname }),
});
const LAB: Topology = {
  parts: [
    part('imds', ['vm', 'fabric']),
    part('entra', ['azure', 'fabric']),
    part('keyvault', ['azure', 'fabric']),
    part('app', ['vm', 'azure'], 'vm-app01'),
    part('outsider', ['azure'], 'outsider'),
    part('gateway', ['front', 'edge']),
  ],
  networks: ['vm', 'azure', 'fabric', 'front', 'edge'].map((name) => ({ name })),
};
const lit = (...links: [string, string][]) =>
  edgesOf(
    LAB,
    links.map(([source, target]) => ({ source, target, outcome: 'succeeded' as const })),
  )
    .filter(({ outcome }) => outcome !== undefined)
    .map(({ id }) => id)
    .sort();

it('shows machines by their host names, with the address that IMDS knows them by', () => {
  expect(layOut(LAB).find(({ id }) => id === 'part:app')).toMatchObject({
    label: 'vm-app01',
    detail: '169.254.169.250',
  });
});

it('leaves out what no request of a workload travels over', () => {
  expect(layOut(LAB).map(({ id }) => id)).not.toContain('part:gateway');
  expect(edgesOf(LAB, []).map(({ id }) => id)).not.toContain('gateway–front');
});

it('no two things stand in the same place', () => {
  const places = layOut(LAB).map(({ x, y }) => `${x},${y}`);
  expect(new Set(places).size).toBe(places.length);
});

it('a request lights the network that it went over: a machine on its own, services on theirs', () => {
  expect(lit(['vm-app01', 'imds'])).toEqual(['app–vm', 'imds–vm']);
  expect(lit(['imds', 'entra'])).toEqual(['entra–fabric', 'imds–fabric']);
  expect(lit(['vm-app01', 'keyvault'])).toEqual(['app–azure', 'keyvault–azure']);
});

it('nothing is lit between those that share no network, or that are not known', () => {
  expect(lit(['outsider', 'imds'], ['somebody', 'entra'])).toEqual([]);
});

it('without networks, as in one process, a request is a line from one to the other', () => {
  const embedded: Topology = { parts: LAB.parts.map((one) => ({ ...one, networks: [] })), networks: [] };
  expect(edgesOf(embedded, [{ source: 'app', target: 'imds', outcome: 'failed' }])).toEqual([
    { id: 'app→imds', source: 'part:app', target: 'part:imds', outcome: 'failed' },
  ]);
});

it('has the machines of a lab without networks, by their host names', () => {
  const parts = ['imds', 'vm-app01', 'vm-app02', 'pod-app01', 'portal'].map((name) => ({ name, networks: [] }));
  const nodes = layOut({ parts, networks: [] });
  expect(nodes.map(({ label }) => label).toSorted()).toEqual(['imds', 'pod-app01', 'vm-app01', 'vm-app02']);
  const lit = [{ source: 'vm-app01', target: 'imds', outcome: 'succeeded' as const }];
  expect(edgesOf({ parts, networks: [] }, lit)).toMatchObject([{ source: 'part:vm-app01', target: 'part:imds' }]);
});
