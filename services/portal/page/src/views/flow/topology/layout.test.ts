import { expect, it } from 'vitest';
import { layOut, type Topology } from './layout.ts';
import { EMBEDDED, LAB } from './testing.ts';

const nodeOf = (topology: Topology, name: string, ratio = 1) =>
  layOut(topology, ratio).nodes.find(({ id }) => id === `part:${name}`);

it('shows machines by their host names, with the address that IMDS knows them by', () => {
  expect(nodeOf(LAB, 'app')).toMatchObject({ label: 'vm-app01', detail: '169.254.169.250' });
});

it('leaves out what no request of a workload travels over', () => {
  expect(nodeOf(LAB, 'gateway')).toBeUndefined();
});

it('no two things stand in the same place', () => {
  const places = layOut(LAB, 1).nodes.map(({ x, y }) => `${x},${y}`);
  expect(new Set(places).size).toBe(places.length);
});

it.each([0.5, 1, 3])('fills room whose width is %d of its height, and all of it is in there', (ratio) => {
  const { nodes, width, height } = layOut(LAB, ratio);
  expect(width / height).toBeCloseTo(ratio);
  for (const { x, y } of nodes) {
    expect([x > 0 && x < width, y > 0 && y < height]).toEqual([true, true]);
  }
});

it('leaves lines more room where there is more', () => {
  const between = (ratio: number) => Number(nodeOf(LAB, 'entra', ratio)?.x) - Number(nodeOf(LAB, 'app', ratio)?.x);
  expect(between(4)).toBeGreaterThan(between(1));
});

it('has the machines of a lab without networks, by their host names', () => {
  const { nodes } = layOut(EMBEDDED, 1);
  expect(nodes.map(({ label }) => label).toSorted()).toEqual(['entra', 'imds', 'keyvault', 'pod-app01', 'vm-app01']);
});
