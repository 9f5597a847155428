import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Events, recentEvents } from '@lab/shared/events.ts';
import { controlApp, type Health } from '@lab/shared/fabric/control-app.ts';
import { listenAll, type Running } from '@lab/shared/http/lifecycle.ts';
import type { KeyPair, KeyPairSource } from '@lab/shared/http/tls.ts';
import { silentLog } from '@lab/shared/log.ts';
import { certificateAuthority, leafCertificate } from '@lab/shared/x509/certificates.ts';
import { afterEach, beforeAll, expect, it } from 'vitest';
import type { Config } from './config.ts';
import type { LabHealth } from './domain/lab-health.ts';
import { SERVICES } from './domain/services.ts';
import { startPortal } from './service.ts';

const LOOPBACK = { host: '127.0.0.1', port: 0 };
const NOW = Math.floor(Date.now() / 1000);
const VALIDITY = { notBefore: NOW - 60, notAfter: NOW + 3600 };
let authority: KeyPair;
const pairs = new Map<string, KeyPairSource>();

beforeAll(async () => {
  authority = await certificateAuthority('fabric', VALIDITY);
  for (const name of [...SERVICES, 'portal'].map((service) => `${service}.fabric`)) {
    const pair = await leafCertificate(authority, { commonName: name, dnsNames: [name], validity: VALIDITY });
    pairs.set(name, { current: () => pair, onRenewal: () => () => {} });
  }
});

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

/** A lab of five services on the fabric, with mutual TLS, and two workloads' agents. */
async function lab(
  health: (service: string) => Health = () => ({ ready: true }),
  events: (service: string) => Events = (service) => recentEvents(service),
) {
  const directory = mkdtempSync(join(tmpdir(), 'portal-'));
  open.push(async () => rmSync(directory, { recursive: true }));
  const origins: Record<string, string> = {};
  for (const service of SERVICES) {
    const app = controlApp({ events: events(service), health: () => health(service), log: silentLog });
    const keyPair = pairs.get(`${service}.fabric`) as KeyPairSource;
    const control = { app, address: LOOPBACK, tls: { keyPair, clientCa: authority.cert } };
    const running = await listenAll({ control });
    open.push(() => running.close());
    origins[service] = `https://127.0.0.1:${running.ports.control}`;
  }
  const config: Config = {
    pageListen: LOOPBACK,
    control: { health: LOOPBACK, origins },
    tls: { fabricKeyPair: pairs.get('portal.fabric') as KeyPairSource, fabricCa: authority.cert },
    agentSocketsDirectory: directory,
    apiToken: 'a'.repeat(43),
    allowedHosts: [],
    publicUrl: 'http://localhost:8080',
  };
  return { config, directory };
}

async function agent(directory: string, name: string, answer: { status: number; body: unknown }): Promise<Server> {
  mkdirSync(join(directory, name), { recursive: true });
  const server = createServer((req, res) => {
    const { status, body } = req.url === '/health' ? { status: 200, body: { ready: true } } : answer;
    res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }).listen(join(directory, name, 'agent.sock'));
  await once(server, 'listening');
  open.push(async () => server.close());
  return server;
}

async function start(config: Config, announce: (line: string) => void = () => {}) {
  const running: Running & { ports: { page: number } } = await startPortal(config, silentLog, { announce });
  open.push(() => running.close());
  const origin = `http://127.0.0.1:${running.ports.page}`;
  return {
    origin,
    close: () => running.close(),
    health: async () => (await fetch(`${origin}/lab/v1/health`)).json() as Promise<Awaited<ReturnType<LabHealth>>>,
    run: async (name: string) => {
      const headers = { origin, 'content-type': 'application/json' };
      const response = await fetch(`${origin}/lab/v1/workloads/${name}/run`, { method: 'POST', headers, body: '{}' });
      return { status: response.status, body: await response.json() };
    },
  };
}

const RUN = {
  machine: 'vm-app01',
  at: '2026-01-01T00:00:00.000Z',
  durationMs: 3,
  outcome: 'failed',
  steps: [
    {
      step: 'Read a secret',
      asked: 'https://kv-lab.vault.azure.net',
      at: '2026-01-01T00:00:00.000Z',
      durationMs: 1,
      outcome: 'failed',
      error: { name: 'RestError', code: 'Forbidden', statusCode: 403, message: 'Caller is not authorized.' },
    },
  ],
};

it('asks every part over the fabric and the agents, and says once that the lab is ready', async () => {
  const { config, directory } = await lab();
  await agent(directory, 'app', { status: 200, body: { run: RUN } });
  const lines: string[] = [];
  const portal = await start(config, (line) => lines.push(line));

  const parts = (await portal.health()).parts;
  expect(parts.map(({ name, ready }) => [name, ready])).toEqual([
    ['imds', true],
    ['entra', true],
    ['dns', true],
    ['keyvault', true],
    ['blob', true],
    ['arm', true],
    ['api', true],
    ['app', true],
    ['outsider', false],
    ['portal', true],
  ]);

  await agent(directory, 'outsider', { status: 200, body: { run: RUN } });
  expect((await portal.health()).ready).toBe(true);
  await expect
    .poll(() => lines, { timeout: 3_000 })
    .toEqual(['The managed identity lab is ready: http://localhost:8080']);
});

it('shows why a part is not ready', async () => {
  const { config } = await lab((service) =>
    service === 'blob' ? { ready: false, detail: 'no keys yet' } : { ready: true },
  );
  const { ready, parts } = await (
    await start({
      ...config,
      control: { ...config.control, origins: { ...config.control.origins, arm: 'https://127.0.0.1:1' } },
    })
  ).health();
  expect(ready).toBe(false);
  expect(parts).toContainEqual(expect.objectContaining({ name: 'blob', ready: false, detail: 'no keys yet' }));
  expect(parts).toContainEqual(
    expect.objectContaining({ name: 'arm', detail: 'It cannot be reached (ECONNREFUSED).' }),
  );
  expect(parts).toContainEqual(expect.objectContaining({ name: 'app', detail: 'It cannot be reached (ENOENT).' }));
});

it('runs a workload through its agent and answers with its steps', async () => {
  const { config, directory } = await lab();
  await agent(directory, 'app', { status: 200, body: { run: RUN } });
  expect(await (await start(config)).run('app')).toEqual({
    status: 200,
    body: { ...RUN, workload: 'app', events: [], unheard: [] },
  });
});

it.each([
  ['is running already', { status: 409, body: {} }, 409, 'RunInProgress'],
  ['answers what is no run', { status: 200, body: { outcome: '<script>' } }, 503, 'WorkloadUnavailable'],
  [
    'answers more than a run can be',
    { status: 200, body: { ...RUN, machine: 'x'.repeat(2_000_000) } },
    503,
    'WorkloadUnavailable',
  ],
  ['fails', { status: 500, body: {} }, 503, 'WorkloadUnavailable'],
])('says so when a workload %s', async (_, answer, status, code) => {
  const { config, directory } = await lab();
  await agent(directory, 'app', answer);
  expect(await (await start(config)).run('app')).toMatchObject({ status, body: { error: { code } } });
});

it('says so when a workload is down', async () => {
  const { config } = await lab();
  expect(await (await start(config)).run('outsider')).toMatchObject({
    status: 503,
    body: { error: { code: 'WorkloadUnavailable' } },
  });
});

it('tells programs with the token what happened at the services, over the fabric, and ends their streams with itself', async () => {
  const entra = recentEvents('entra');
  const { config } = await lab(undefined, (service) => (service === 'entra' ? entra : recentEvents(service)));
  const { origin, close } = await start(config);
  const headers = { authorization: `Bearer ${config.apiToken}` };
  const asked = {
    at: '2026-01-01T00:00:00.000Z',
    durationMs: 0,
    remoteAddress: '10.88.0.130',
    method: 'POST',
    host: 'a',
  };
  entra.add({ ...asked, path: '/token', status: 400 });
  const answer = await fetch(`${origin}/lab/v1/events?outcome=failed`, { headers });
  const page = (await answer.json()) as { cursor: string };
  expect(page).toMatchObject({ events: [{ service: 'entra', path: '/token' }], unheard: ['appservice', 'cluster'] });

  const stream = await fetch(`${origin}/lab/v1/events/stream?since=${page.cursor}`, { headers });
  entra.add({ ...asked, path: '/again', status: 200 });
  let text = '';
  for await (const chunk of stream.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    if (text.includes('"path":"/again"')) void close();
  }
  expect(text).toMatch(/"path":"\/again".*\n\n$/);
});
