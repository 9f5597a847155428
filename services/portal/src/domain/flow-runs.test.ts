import type { FlowEvent } from '@lab/shared/events.ts';
import { expect, it } from 'vitest';
import { fakeServices } from '../testing/fake-lab.ts';
import { flowRuns } from './flow-runs.ts';
import type { WorkloadRun, Workloads } from './workloads.ts';

const RUN: WorkloadRun = {
  machine: 'vm-app01',
  at: '2026-01-01T00:00:10.000Z',
  durationMs: 1,
  outcome: 'succeeded',
  steps: [],
};
const BEGUN = '2026-01-01T00:00:10.000Z';

const workloadsThat = (run: (name: string) => Promise<WorkloadRun>): Pick<Workloads, 'run'> => ({ run });

const seen = ({ events }: { events: readonly FlowEvent[] }) =>
  events.map(({ service, at }) => `${service} ${at.slice(17)}`);

it('gives what the services on the way saw during the run, in order of time, and nothing from before', async () => {
  const { services, happened } = fakeServices();
  happened('keyvault', { at: '2026-01-01T00:00:01.000Z' });
  const workloads = workloadsThat(async () => {
    happened('keyvault', { at: '2026-01-01T00:00:11.000Z' });
    happened('imds', { at: '2026-01-01T00:00:12.000Z' });
    happened('entra', { at: '2026-01-01T00:00:13.000Z' });
    happened('keyvault', { at: '2026-01-01T00:00:14.000Z' });
    return RUN;
  });
  const run = await flowRuns({ services, workloads, now: () => BEGUN }).run('app');
  expect(seen(run)).toEqual(['keyvault 11.000Z', 'imds 12.000Z', 'entra 13.000Z', 'keyvault 14.000Z']);
  expect(run).toMatchObject({ workload: 'app', machine: 'vm-app01', unheard: [] });
});

it('counts anew for a service that was restarted meanwhile', async () => {
  const { services, happened, restart } = fakeServices();
  for (const second of ['01', '02', '03']) happened('blob', { at: `2026-01-01T00:00:${second}.000Z` });
  const workloads = workloadsThat(async () => {
    restart('blob');
    happened('blob', { at: '2026-01-01T00:00:11.000Z' });
    return RUN;
  });
  expect(seen(await flowRuns({ services, workloads, now: () => BEGUN }).run('app'))).toEqual(['blob 11.000Z']);
});

it('names the services that could not be asked', async () => {
  const { services, down } = fakeServices();
  down.add('entra');
  const run = await flowRuns({ services, workloads: workloadsThat(async () => RUN), now: () => BEGUN }).run('app');
  expect(run.unheard).toEqual(['entra']);
});

it('runs one at a time, lets a few wait, refuses the rest, and goes on after a failure', async () => {
  const { services } = fakeServices();
  let atOnce = 0;
  const most: number[] = [];
  const workloads = workloadsThat(async () => {
    most.push(++atOnce);
    await new Promise((resolve) => setImmediate(resolve));
    atOnce -= 1;
    throw new Error('stopped');
  });
  const runs = flowRuns({ services, workloads, now: () => BEGUN, maxWaiting: 3 });
  const all = await Promise.allSettled(Array.from({ length: 5 }, () => runs.run('app')));
  expect(all.map((one) => (one as PromiseRejectedResult).reason.code ?? 'stopped')).toEqual([
    'stopped',
    'stopped',
    'stopped',
    'TooManyRuns',
    'TooManyRuns',
  ]);
  expect(most).toEqual([1, 1, 1]);
  await expect(runs.run('app')).rejects.toThrow('stopped');
});
