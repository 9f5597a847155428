import { expect, it } from 'vitest';
import { ANA } from '../testing/fake-places.ts';
import { needsMet } from './needs.ts';
import type { Workload } from './workloads.ts';

const machine = (name: string, running = true): Workload => ({ name, machine: name, kind: 'virtualMachine', running });
const workloads = { list: async () => [machine('vm-app01'), machine('vm-app02'), machine('outsider')] };
const met = async (...given: Parameters<typeof needsMet>) => [...(await needsMet(...given))].toSorted();

it('the trainer has every machine that runs, and the lab to themselves', async () => {
  expect(await met(workloads, { isIsolated: true })).toEqual([
    'isolation',
    'outsider',
    'trainer',
    'vm-app01',
    'vm-app02',
  ]);
  const stopped = { list: async () => [machine('vm-app02', false)] };
  expect(await met(stopped, { isIsolated: false })).toEqual(['trainer']);
});

it('a participant has no second machine, and nothing that concerns the others', async () => {
  expect(await met(workloads, { isIsolated: true, place: ANA })).toEqual(['isolation', 'outsider']);
});
