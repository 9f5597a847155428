/** A clean slate in containers: how long it takes, and what becomes of a service that is down or killed meanwhile. */
import type { LabClient } from '@managed-identity-lab/client';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { docker, eventually, killNode, type Lab, labApi, PROJECT, runProgram, startLab, tokenOf } from './lab.ts';

const SECRET = 'https://kv-lab.vault.azure.net/secrets/Added?api-version=7.4';

let lab: Lab;
let api: LabClient;
beforeAll(async () => {
  lab = await startLab({ variant: 'default' });
  api = await labApi(lab);
});
afterAll(() => lab?.down());
beforeEach(() => api.state.reset());

const kindsOf = async () => (await api.state.resources()).map(({ kind, id }) => `${kind} ${id}`).sort();
const flowWorks = async () => {
  const { steps } = await runProgram(lab, 'app');
  return steps.length > 0 && steps.every(({ outcome }) => outcome === 'succeeded');
};
/** More rights for the machine of the app, a secret, and another machine. */
const change = () =>
  api.state.apply(`
tenants:
  - name: contoso
    subscriptions:
      - name: contoso-apps
        resourceGroups: [{ name: rg-apps, virtualMachines: [{ name: vm-added, systemAssignedIdentity: true }] }]
      - name: contoso-data
        resourceGroups:
          - name: rg-data
            vaults: [{ name: kv-lab, secrets: { Added: value } }]
`);
const addedSecret = async () => {
  const headers = { authorization: `Bearer ${await tokenOf(lab, 'https://vault.azure.net')}` };
  const [answer] = await lab.send('app', [{ url: SECRET, headers }]);
  return answer?.status;
};

it('resets the lab in less than two seconds, and the app goes on', async () => {
  const first = await kindsOf();
  for (let round = 0; round < 3; round += 1) {
    const { resources } = await change();
    const machine = resources.find(({ kind }) => kind === 'virtualMachine');
    expect(machine).toMatchObject({
      name: 'vm-added',
      sourceAddress: expect.stringMatching(/^169\.254\.169\.25[0-3]$/),
    });
    expect(await addedSecret()).toBe(200);
    const started = performance.now();
    await api.state.reset();
    expect(performance.now() - started).toBeLessThan(2_000);
    expect(await kindsOf()).toEqual(first);
    expect(await addedSecret()).toBe(404);
    expect(await flowWorks()).toBe(true);
  }
});

it('brings a snapshot back after everything was restarted', async () => {
  await change();
  await api.snapshots.take('then');
  const then = await kindsOf();
  await api.state.reset();
  await lab.compose('restart', 'arm', 'keyvault', 'blob', 'entra', 'imds');
  await eventually(async () => (await api.health()).ready, 30_000, 'the lab is ready');
  expect((await api.snapshots.list()).map(({ name }) => name)).toContain('then');
  await api.snapshots.restore('then');
  expect(await kindsOf()).toEqual(then);
  expect(await addedSecret()).toBe(200);
  expect(await flowWorks()).toBe(true);
});

it('reaches a service that was down meanwhile when it is back, and one that was killed', async () => {
  await change();
  await docker('stop', `${PROJECT}-keyvault-1`);
  const { durationMs } = await api.state.reset();
  expect(durationMs).toBeLessThan(3_000); // a moment more for one who may have died just now
  await docker('start', `${PROJECT}-keyvault-1`);
  await eventually(async () => (await addedSecret().catch(() => 0)) === 404, 20_000, 'the secret is gone');

  await change();
  await Promise.all([api.state.reset(), killNode(lab, 'keyvault'), killNode(lab, 'blob')]);
  await eventually(async () => (await api.health()).ready, 30_000, 'the lab is ready');
  await eventually(async () => (await addedSecret().catch(() => 0)) === 404, 20_000, 'the secret is gone');
  await eventually(flowWorks, 20_000, 'the app reads and writes');
});
