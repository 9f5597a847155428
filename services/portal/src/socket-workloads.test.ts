import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { socketWorkloads } from './socket-workloads.ts';

const directory = mkdtempSync(join(tmpdir(), 'agents-'));
const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
  rmSync(directory, { recursive: true, force: true });
});

/** An agent that is another instance after it was told to restart; `comesBack` false: it stays the same. */
async function agent(
  name: string,
  { status = 202, comesBack = true, ends = false, hangs = false, who = {}, previews = 200 } = {},
) {
  mkdirSync(join(directory, name), { recursive: true });
  let instance = 1;
  let restarts = 0;
  const heard: string[] = [];
  const server = createServer(async (req, res) => {
    let sent = '';
    for await (const chunk of req) sent += chunk;
    heard.push(`${req.method} ${req.url} ${sent}`);
    const isPreview = req.url?.startsWith('/preview/') ?? false;
    const isRestart = req.method === 'POST' && req.url === '/restart';
    if (hangs) return;
    res
      .writeHead(isRestart ? status : isPreview ? previews : 200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ ready: true, instance: String(instance), ...who }));
    if (isRestart) restarts += 1;
    if (isRestart && comesBack) setImmediate(() => (instance += 1));
    if (isRestart && ends) res.once('close', () => server.close());
  }).listen(join(directory, name, 'agent.sock'));
  servers.push(server);
  await once(server, 'listening');
  return { restarts: () => restarts, heard: () => heard };
}

async function restart(backMs = 5_000) {
  const workloads = socketWorkloads(directory, { backMs, askMs: 500 });
  try {
    return await workloads.restart();
  } finally {
    await workloads.close();
  }
}

it('restarts every machine that is there, also those that no page starts, and waits until each is another instance', async () => {
  const machines = await Promise.all(['app', 'func-app01', 'outsider'].map((name) => agent(name)));
  expect(await restart()).toEqual({ restartedWorkloads: ['app', 'func-app01', 'outsider'] });
  expect(machines.map(({ restarts }) => restarts())).toEqual([1, 1, 1]);
});

it('names no machine that is not there: a directory without socket, a socket without agent', async () => {
  await agent('app');
  mkdirSync(join(directory, 'pod-app01'));
  mkdirSync(join(directory, 'app02'));
  writeFileSync(join(directory, 'app02', 'agent.sock'), '');
  mkdirSync(join(directory, '.hidden'));
  expect(await restart()).toEqual({ restartedWorkloads: ['app'] });
});

it('waits no longer than it has time for a machine that has ended and does not come back', async () => {
  await agent('app', { comesBack: false, ends: true });
  expect(await restart(60)).toEqual({ restartedWorkloads: ['app'] });
});

it('says which machines are there and did not restart: one that hangs, one that does not do it, one that only says so', async () => {
  await agent('app');
  await agent('frozen', { hangs: true });
  await agent('idle', { comesBack: false });
  await agent('old', { status: 404 });
  expect(await restart(60)).toEqual({ restartedWorkloads: ['app'], stuckWorkloads: ['frozen', 'idle', 'old'] });
});

it('restarts nothing where there is nothing', async () => {
  rmSync(directory, { recursive: true, force: true });
  expect(await restart()).toEqual({ restartedWorkloads: [] });
});

it('knows machines by what their agents say, and leaves out who says nothing that can be read', async () => {
  await agent('app', { who: { name: 'vm-app01', addresses: ['10.88.0.130'] } });
  await agent('outsider', { who: { name: 'outsider', addresses: ['everywhere'] } });
  await agent('old');
  mkdirSync(join(directory, 'pod-app01'));
  const workloads = socketWorkloads(directory);
  expect(await workloads.machines?.()).toEqual([{ workload: 'app', name: 'vm-app01', addresses: ['10.88.0.130'] }]);
  await workloads.close();
});

it('lists every workload of the lab, and says which of them are running', async () => {
  await agent('app', { who: { name: 'vm-app01', addresses: [] } });
  mkdirSync(join(directory, 'app02'));
  const workloads = socketWorkloads(directory);
  const list = await workloads.list();
  await workloads.close();
  expect(list).toContainEqual({ name: 'app', machine: 'vm-app01', kind: 'virtualMachine', running: true });
  expect(list.find(({ name }) => name === 'app02')).toMatchObject({ profile: 'vm-app02', running: false });
  expect(list.filter(({ running }) => running)).toHaveLength(1);
});

it('lets a machine probe, and takes from its agent what is bounded alone', async () => {
  const result = { target: 'imds', durationMs: 1, status: 200 };
  const good = await agent('app', { who: { wayOut: false, results: [{ ...result, body: 'hunter2' }] } });
  await agent('talker', {
    who: { wayOut: false, results: [{ ...result, code: 'a sentence that may quote something' }] },
  });
  await agent('many', { who: { wayOut: false, results: Array(200).fill(result) } });
  const workloads = socketWorkloads(directory);
  const wish = { targets: ['imds'], names: { vault: 'kv-lab' } };
  expect(await workloads.probe?.('app', wish)).toEqual({ wayOut: false, results: [result] });
  expect(good.heard()).toEqual(['POST /probe {"targets":["imds"],"names":{"vault":"kv-lab"}}']);
  for (const name of ['talker', 'many', 'nobody']) await expect(workloads.probe?.(name, wish)).rejects.toThrow();
  await workloads.close();
});

it('opens and closes the page of the machine of that name', async () => {
  const app = await agent('app', { who: { name: 'vm-app01', addresses: [] } });
  await agent('outsider', { who: { name: 'outsider', addresses: [] } });
  const workloads = socketWorkloads(directory);
  await workloads.preview?.('vm-app01', 'open');
  await workloads.preview?.('vm-app01', 'close');
  await workloads.close();
  expect(app.heard().filter((one) => one.includes('/preview/'))).toEqual([
    'POST /preview/open ',
    'POST /preview/close ',
  ]);
});

it('says that a page was not opened, and says nothing of one that cannot be closed: it closes by itself', async () => {
  await agent('app', { who: { name: 'vm-app01', addresses: [] }, previews: 409 });
  const workloads = socketWorkloads(directory);
  for (const machine of ['vm-app01', 'vm-app02']) {
    await expect(workloads.preview?.(machine, 'open')).rejects.toMatchObject({ code: 'WorkloadUnavailable' });
    await workloads.preview?.(machine, 'close');
  }
  await workloads.close();
});
