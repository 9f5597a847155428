/** The lab's clock from outside, through the published port: what a user's test does that cannot wait for a day. */
import type { LabClient } from '@managed-identity-lab/client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { docker, eventually, type Lab, labApi, PROJECT, runProgram, startLab, tokenOf } from './lab.ts';

const HOUR = 3_600;
const DAY = 24 * HOUR;
const SECRET = 'https://kv-lab.vault.azure.net/secrets/ConnectionString?api-version=7.4';

let lab: Lab;
let api: LabClient;
beforeAll(async () => {
  lab = await startLab({ variant: 'default', profiles: ['func-app01', 'pod-app01'] });
  api = await labApi(lab);
});
afterAll(() => lab?.down());

const secretWith = async (token: string) => {
  const [answer] = await lab.send('app', [{ url: SECRET, headers: { authorization: `Bearer ${token}` } }]);
  return { status: answer?.status, said: answer?.body };
};
const flowWorks = async (machine: string) => {
  const { steps } = await runProgram(lab, machine);
  return steps.length > 0 && steps.every(({ outcome }) => outcome === 'succeeded');
};
const programsOf = async (machine: string) =>
  (await lab.exec(machine, ['sh', '-c', 'cat /proc/[0-9]*/cmdline | tr "\\0" " "'])).stdout;
const restartsOf = async (machine: string) =>
  docker('inspect', '--format', '{{.RestartCount}}', `${PROJECT}-${machine}-1`);
const kidOf = (token: string): string => JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).kid;

it('ends tokens, also those that programs hold: all workloads that are there are restarted, and the answer names them', async () => {
  const held = await tokenOf(lab, 'https://vault.azure.net');
  expect((await secretWith(held)).status).toBe(200);
  await docker('exec', '--detach', `${PROJECT}-app-1`, 'sleep', '4321');
  expect(await programsOf('app')).toContain('sleep 4321');

  const { offsetSeconds, restartedWorkloads } = await api.clock.forward(25 * HOUR);
  expect(offsetSeconds).toBe(25 * HOUR);
  expect(restartedWorkloads).toEqual(['app', 'func-app01', 'outsider', 'pod-app01']);
  expect(await secretWith(held)).toMatchObject({ status: 401, said: expect.stringContaining('TokenExpired') });
  const programs = await programsOf('app');
  expect(programs).not.toContain('sleep 4321');
  expect(programs).toContain('services/app/src/main.ts');
  for (const machine of ['app', 'func-app01', 'pod-app01']) expect(await flowWorks(machine), machine).toBe(true);
});

it('restarts nothing in the way that Docker waits longer for each time', async () => {
  for (const seconds of [1, 1, 1]) expect((await api.clock.forward(seconds)).restartedWorkloads).toContain('app');
  expect(await restartsOf('app')).toBe('0');
});

it('rolls signing keys and the certificates of identities, of virtual machines and of function apps, and the tokens of pods', async () => {
  const before = kidOf(await tokenOf(lab, 'https://vault.azure.net'));
  await api.clock.forward(100 * DAY);
  const token = await tokenOf(lab, 'https://vault.azure.net');
  expect(kidOf(token)).not.toBe(before);
  expect((await secretWith(token)).status).toBe(200);
  for (const machine of ['app', 'func-app01', 'pod-app01']) expect(await flowWorks(machine), machine).toBe(true);
});

it('moves once at a time, whoever asks', async () => {
  const before = await api.clock.read();
  const states = await Promise.all([api.clock.forward(60), api.clock.forward(60)]);
  const offsets = states.map(({ offsetSeconds }) => offsetSeconds - before.offsetSeconds);
  expect(offsets.sort((one, other) => one - other)).toEqual([60, 120]);
  for (const { restartedWorkloads } of states) expect(restartedWorkloads).toContain('app');
});

it('ends a run that is under way, says so to who waits for it, and the next one works', async () => {
  await api.faults.add({ service: 'keyvault', times: 1, effect: { delayMs: 10_000 } });
  const running = api.run('app').then(
    ({ outcome }) => outcome,
    ({ code }) => code,
  );
  await eventually(async () => (await programsOf('app')).includes('services/app/src/run.ts'), 5_000, 'the run');
  await api.clock.forward(60);
  expect(await running).toBe('WorkloadUnavailable');
  expect((await api.run('app')).outcome).toBe('succeeded');
});

it('stands still while it is held, and restarts nothing for that', async () => {
  const { now, heldAt, restartedWorkloads } = await api.clock.hold();
  expect([heldAt, restartedWorkloads]).toEqual([now, []]);
  expect((await api.clock.read()).now).toBe(now);
  expect((await api.clock.release()).restartedWorkloads).toContain('app');
});

it('keeps its offset when every service is restarted, and when the whole lab is taken down and started again', async () => {
  const { offsetSeconds } = await api.clock.read();
  const held = await tokenOf(lab, 'https://vault.azure.net');
  // `restart` comes back as soon as the containers run: on a busy machine the services in them need half a minute more.
  const up = ['up', '--detach', '--wait'];
  for (const commands of [
    [['restart'], up],
    [['down'], up],
  ]) {
    for (const command of commands) {
      const { exitCode, stderr } = await lab.compose(...command);
      expect([exitCode, exitCode === 0 ? '' : stderr]).toEqual([0, '']);
    }
    const state = await eventually(() => api.clock.read(), 30_000, 'the lab API');
    expect(state.offsetSeconds).toBe(offsetSeconds);
    await eventually(() => flowWorks('app'), 30_000, 'the flow');
    expect((await secretWith(held)).status).toBe(200);
  }
});

it('refuses to go back, and further than ten years, with a reason', async () => {
  await expect(api.clock.forward(-1)).rejects.toMatchObject({ status: 400 });
  await expect(api.clock.forward(11 * 366 * DAY)).rejects.toMatchObject({ status: 400, code: 'ClockTooFar' });
});
