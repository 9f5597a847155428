import type { FabricClient, FabricResponse } from '@lab/shared/fabric/client.ts';
import { expect, it } from 'vitest';
import { type ClockMove, fabricClock } from './clock.ts';

/** As much of `arm` as has the clock, and workloads that are slow to come back. */
function fakes({ status = 200, isLost = false } = {}) {
  const state = { now: 1_790_000_000, offsetSeconds: 0, heldAt: null as number | null };
  const seen: string[] = [];
  const call: FabricClient['call'] = async (_service, method, _path, { body } = {}): Promise<FabricResponse> => {
    if (method === 'PUT') {
      const { forwardSeconds = 0, hold = state.heldAt !== null } = body as ClockMove;
      seen.push(`moved by ${forwardSeconds}`);
      if (status !== 200) return { status, body: { error: { code: 'ClockTooFar', message: 'Too far.' } } };
      state.offsetSeconds += forwardSeconds;
      state.now += forwardSeconds;
      state.heldAt = hold ? state.now : null;
      if (isLost) throw new Error('the connection was cut');
    }
    return { status: 200, body: { ...state } };
  };
  const restart = async () => {
    seen.push('restarting');
    await new Promise((resolve) => setImmediate(resolve));
    seen.push('back');
    return { restartedWorkloads: ['app', 'outsider'] };
  };
  return { clock: fabricClock({ fabric: { call }, workloads: { restart } }), seen };
}

it('restarts workloads when the time has jumped, after the services have it, and names them', async () => {
  const { clock, seen } = fakes();
  expect(await clock.move({ forwardSeconds: 60 })).toMatchObject({
    offsetSeconds: 60,
    restartedWorkloads: ['app', 'outsider'],
  });
  expect(seen).toEqual(['moved by 60', 'restarting', 'back']);
});

it('leaves workloads alone where nothing jumped: the clock was stopped, or moved by nothing', async () => {
  const { clock } = fakes();
  for (const move of [{ hold: true }, { forwardSeconds: 0 }, { hold: true, forwardSeconds: 0 }]) {
    expect((await clock.move(move)).restartedWorkloads).toEqual([]);
  }
});

it('restarts them when a clock that was held goes on: it does so where it would be by now', async () => {
  const { clock } = fakes();
  await clock.move({ hold: true });
  expect((await clock.move({ hold: false })).restartedWorkloads).toEqual(['app', 'outsider']);
});

it('moves once at a time: no workload comes back between two moves', async () => {
  const { clock, seen } = fakes();
  await Promise.all([clock.move({ forwardSeconds: 1 }), clock.move({ forwardSeconds: 2 })]);
  expect(seen).toEqual(['moved by 1', 'restarting', 'back', 'moved by 2', 'restarting', 'back']);
});

it('says where the clock is, and restarts workloads, when it was moved and the answer to that was lost', async () => {
  const { clock, seen } = fakes({ isLost: true });
  expect(await clock.move({ forwardSeconds: 60 })).toMatchObject({
    offsetSeconds: 60,
    restartedWorkloads: ['app', 'outsider'],
  });
  expect(seen).toEqual(['moved by 60', 'restarting', 'back']);
  await expect(clock.move({ forwardSeconds: 0 })).rejects.toMatchObject({ kind: 'unavailable' });
});

it('restarts nothing when the clock was not moved, and moves again afterwards', async () => {
  const { clock, seen } = fakes({ status: 400 });
  for (const seconds of [1, 2]) {
    await expect(clock.move({ forwardSeconds: seconds })).rejects.toMatchObject({
      kind: 'invalid',
      code: 'ClockTooFar',
    });
  }
  expect(seen).toEqual(['moved by 1', 'moved by 2']);
});
