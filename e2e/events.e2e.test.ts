/** What the lab API tells of a lab in containers, where who sent a request is known by its address; and the file for CI. */

import { execFile } from 'node:child_process';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { LabClient } from '@managed-identity-lab/client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { docker, eventually, killNode, type Lab, labApi, PORT, PROJECT, runProgram, startLab, tokenOf } from './lab.ts';

const SECRET = 'https://kv-lab.vault.azure.net/secrets/ConnectionString?api-version=7.4';

let lab: Lab;
let api: LabClient;
beforeAll(async () => {
  lab = await startLab({ variant: 'default' });
  api = await labApi(lab);
});
afterAll(() => lab?.down());

it('names the machine that sent each request, at every service that it asked', async () => {
  await runProgram(lab, 'app');
  const { events } = await api.events.list({ workload: 'app', limit: 1_000 });
  const services = new Set(events.map(({ service }) => service));
  expect([...services]).toEqual(expect.arrayContaining(['imds', 'dns', 'keyvault', 'blob']));
  expect(events.every(({ caller, virtualMachine }) => [caller, virtualMachine].includes('vm-app01'))).toBe(true);
});

it('tells who sent a token from whose it is, when it was taken along', async () => {
  const token = await tokenOf(lab, 'https://vault.azure.net');
  const headers = { authorization: `Bearer ${token}`, 'x-ms-client-request-id': 'taken-along' };
  await lab.send('outsider', [{ url: SECRET, headers }]);
  const { events } = await api.events.list({ clientRequestId: 'taken-along' });
  expect(events).toMatchObject([{ caller: 'outsider', virtualMachine: 'vm-app01', status: 200 }]);
});

it('notices that a service was restarted, and tells what happened there since', async () => {
  const { cursor } = await api.events.list({ limit: 1_000 });
  await killNode(lab, 'keyvault');
  const isMissed = async () => (await api.events.list({ since: cursor, limit: 1_000 })).missed.includes('keyvault');
  await eventually(isMissed, 30_000, 'the restart is noticed');
  await runProgram(lab, 'app');
  const { events } = await api.events.list({ since: cursor, service: 'keyvault', limit: 1_000 });
  expect(events.map(({ operation }) => operation)).toContain('GetSecret');
});

it('writes the file for CI without a secret, with the portal and without it', async () => {
  const file = join(await mkdtemp(join(tmpdir(), 'lab-support-')), 'support.txt');
  const apiToken = (await docker('exec', `${PROJECT}-portal-1`, 'cat', '/var/lib/lab/api-token')).trim();
  const environment = { ...process.env, COMPOSE_PROJECT_NAME: PROJECT, LAB_PORT: String(PORT) };
  const support = async () => {
    const run = new URL('../lab/run.mjs', import.meta.url).pathname;
    await promisify(execFile)(process.execPath, [run, 'support', file], { env: environment });
    return readFile(file, 'utf8');
  };
  const text = await support();
  expect(text).toContain('===== log of keyvault =====');
  expect(text).toContain('"operation":"IssueToken"');
  expect(text).toContain('ConnectionString: (secret)');
  expect(apiToken).toHaveLength(43);
  for (const secret of [apiToken, 'Server=tcp:sql-lab', 'eyJ']) expect(text.includes(secret)).toBe(false);
  await lab.compose('stop', 'portal');
  const rest = await support();
  expect(rest).toMatch(/===== events =====\n\n\(not to be had: /);
  expect(rest).toContain('===== log of keyvault =====');
});
