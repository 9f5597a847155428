import { expect, it } from 'vitest';
import type { Workload } from '../domain/workloads.ts';
import { fakePlaces } from '../testing/fake-lab.ts';
import { BEN, fakePlace } from '../testing/fake-places.ts';
import { labStages } from './stage.ts';

const CARL = fakePlace('carl', 'vm-app03', 'app03');
const workload = (name: string, machine: string, kind: Workload['kind'], running = true): Workload => ({
  ...{ name, machine, kind, running },
});
const ALL = [
  workload('app', 'vm-app01', 'virtualMachine'),
  workload('app02', BEN.machine, 'virtualMachine'),
  workload('app03', CARL.machine, 'virtualMachine', false),
  workload('outsider', 'outsider', 'outsider'),
  workload('func-app01', 'func-app01', 'functionApp'),
];
const RESOURCES = [
  { kind: 'tenant', id: 't1', name: 'contoso', tenantId: BEN.tenantId },
  { kind: 'vault', id: 'v1', name: 'kv-lab', tenantId: BEN.tenantId },
  { kind: 'vault', id: 'v2', name: 'kv-fabrikam', tenantId: 'another' },
];
const stageOf = (
  who: string,
  {
    workloads = ALL,
    resources = RESOURCES,
    isIsolated = true,
  }: { workloads?: Workload[]; resources?: typeof RESOURCES; isIsolated?: boolean } = {},
) =>
  labStages({
    workloads: { list: async () => workloads },
    places: fakePlaces(BEN, CARL),
    state: { managed: async () => resources },
    isIsolated,
  })(who);

it('is of the trainer the first machine of the lab, and all that runs', async () => {
  const stage = await stageOf('the trainer');
  expect(stage).toMatchObject({ workload: 'app', foreignVault: 'kv-fabrikam', scene: { machine: 'vm-app01' } });
  expect([...stage.has].toSorted()).toEqual([
    'foreign vault',
    'func-app01',
    'isolation',
    'outsider',
    'two subscriptions',
  ]);
  expect([...stage.others.values()]).toEqual(['app', 'app02', 'outsider', 'func-app01']);
});

it('is of a participant their own machine and the one that is nobody’s', async () => {
  const stage = await stageOf(BEN.participant);
  expect(stage).toMatchObject({ workload: 'app02', scene: { machine: BEN.machine, vault: 'kv-ben' } });
  expect([...stage.others.values()]).toEqual(['app02', 'outsider']);
  expect([...stage.has].toSorted()).toEqual(['foreign vault', 'isolation', 'outsider']);
});

it('has nothing that is not there', async () => {
  const workloads = ALL.filter(({ kind }) => kind === 'virtualMachine');
  const stage = await stageOf('the trainer', { workloads, resources: RESOURCES.slice(0, 2), isIsolated: false });
  expect([...stage.has]).toEqual(['two subscriptions']);
});

it('is none for who has no machine that runs', async () => {
  await expect(stageOf(CARL.participant)).rejects.toThrow('no virtual machine');
});
