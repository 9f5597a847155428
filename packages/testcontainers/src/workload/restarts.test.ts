import type { ClockState, LabClient } from '@managed-identity-lab/client';
import type { StoppedTestContainer } from 'testcontainers';
import { expect, it } from 'vitest';
import { type OwnWorkloads, withRestarts } from './restarts.ts';

const state = (restartedWorkloads?: string[]): ClockState => ({
  now: 1,
  offsetSeconds: 0,
  heldAt: null,
  restartedWorkloads,
});

function lab(workloads: OwnWorkloads) {
  const clock = {
    read: async () => state(),
    forward: async () => state(['app', 'outsider']),
    hold: async () => state([]),
    release: async () => state(['app']),
  };
  const client = { clock, state: {}, snapshots: {} } as unknown as LabClient;
  return withRestarts(client, workloads);
}

const container = (restarts: string[], name: string, error?: object) => ({
  restart: async () => {
    restarts.push(name);
    if (error) throw error;
  },
  stop: async () => ({}) as StoppedTestContainer,
});

it("restarts the test's containers where the lab restarts its own, and names them too", async () => {
  const restarts: string[] = [];
  const workloads: OwnWorkloads = new Map([
    ['vm-b', container(restarts, 'vm-b')],
    ['vm-a', container(restarts, 'vm-a')],
  ]);
  const { clock } = lab(workloads);
  expect((await clock.forward(60)).restartedWorkloads).toEqual(['app', 'outsider', 'vm-a', 'vm-b']);
  expect((await clock.release()).restartedWorkloads).toEqual(['app', 'vm-a', 'vm-b']);
  expect(restarts).toEqual(['vm-b', 'vm-a', 'vm-b', 'vm-a']);
});

it('restarts them also where none of the lab’s own did', async () => {
  const client = {
    clock: { forward: async () => ({ ...state([]), stuckWorkloads: ['app'] }) },
    state: {},
    snapshots: {},
  };
  const { clock } = withRestarts(client as unknown as LabClient, new Map([['vm-a', container([], 'vm-a')]]));
  expect(await clock.forward(60)).toMatchObject({ restartedWorkloads: ['vm-a'], stuckWorkloads: ['app'] });
});

it('leaves them alone where nothing jumped', async () => {
  const restarts: string[] = [];
  const { clock } = lab(new Map([['vm-a', container(restarts, 'vm-a')]]));
  expect((await clock.hold()).restartedWorkloads).toEqual([]);
  expect(await clock.read()).toEqual(state());
  expect(restarts).toEqual([]);
});

it('forgets a container that the test has ended, and says so of one that does not come back', async () => {
  const workloads: OwnWorkloads = new Map([['vm-a', container([], 'vm-a', { statusCode: 404 })]]);
  const { clock } = lab(workloads);
  expect((await clock.forward(60)).restartedWorkloads).toEqual(['app', 'outsider']);
  expect(workloads.size).toBe(0);
  workloads.set('vm-b', container([], 'vm-b', new Error('not ready in time')));
  await expect(clock.forward(60)).rejects.toThrow('not ready in time');
});
