import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { hasWayOut } from './default-route.ts';
import { probeRoute } from './probe.ts';

const HEAD = 'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n';
const INTERNAL = 'eth0\t0000580A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n';
const DEFAULT = 'eth1\t00000000\t010011AC\t0003\t0\t0\t0\t00000000\t0\t0\t0\n';

/** The route of an agent on a machine with these routes, and what it tried to reach. */
function machine(routes: string) {
  const directory = mkdtempSync(join(tmpdir(), 'routes-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const files = { ipv4: join(directory, 'route'), ipv6: join(directory, 'ipv6_route') };
  writeFileSync(files.ipv4, routes);
  writeFileSync(files.ipv6, '');
  const tried: [string, object][] = [];
  const route = probeRoute({
    wayOut: () => hasWayOut(files),
    probe: async ({ id }, names) => {
      tried.push([id, names]);
      return { target: id, status: 200, durationMs: 1 };
    },
  });
  return { tried, ask: (body: unknown) => route.answer({ body, accept: '' }) };
}

it('tries what it is asked for once each, and answers in the order of the list', async () => {
  const { tried, ask } = machine(HEAD + INTERNAL);
  const { status, body } = await ask({ targets: ['arm', 'imds', 'imds'] });
  expect([status, body]).toEqual([
    200,
    {
      wayOut: false,
      results: ['imds', 'arm'].map((target) => ({ target, status: 200, durationMs: 1 })),
    },
  ]);
  expect(tried.map(([id]) => id).sort()).toEqual(['arm', 'imds']);
});

it('a machine with a default route sends nothing at all', async () => {
  const { tried, ask } = machine(HEAD + INTERNAL + DEFAULT);
  expect(await ask({ targets: ['imds', 'arm', 'outside'] })).toEqual({
    status: 200,
    body: { wayOut: true, results: [] },
  });
  expect(tried).toEqual([]);
});

it('what is under way stops where a network is attached meanwhile', async () => {
  let looked = 0;
  const tried: string[] = [];
  const route = probeRoute({
    wayOut: async () => ++looked > 3,
    probe: async ({ id }) => {
      tried.push(id);
      return { target: id, status: 200, durationMs: 1 };
    },
  });
  const { body } = await route.answer({
    body: { targets: ['imds', 'arm', 'api', 'appservice', 'outside'] },
    accept: '',
  });
  expect([body, tried.length]).toEqual([{ wayOut: true, results: [] }, 3]);
});

it('nobody can name another target than those of the list', async () => {
  const { tried, ask } = machine(HEAD + INTERNAL);
  await ask({ targets: ['https://evil.example/', { id: 'imds', url: 'https://evil.example' }, '__proto__', 7] });
  await ask({ targets: ['keyvault'], names: { vault: 'evil.example/', secret: 's' } });
  await ask({ targets: ['keyvault'], names: { vault: { toString: () => 'kv-lab' }, secret: 's' } });
  expect(tried).toEqual([]);
  await ask({ targets: ['keyvault'], names: { vault: 'kv-lab', secret: 's', other: 1 } });
  expect(tried).toEqual([['keyvault', { vault: 'kv-lab', secret: 's' }]]);
});

it.each([
  undefined,
  null,
  'imds',
  [],
  {},
  { targets: 'imds' },
  { targets: [], names: 'x' },
  { targets: [], names: null },
])('refuses what is no wish: %j', async (body) => {
  expect((await machine(HEAD).ask(body)).status).toBe(400);
});

it('nothing is sent to the outside: the table of routes says that there is none', async () => {
  const { body } = await probeRoute({ wayOut: async () => false }).answer({
    body: { targets: ['outside'] },
    accept: '',
  });
  expect(body).toEqual({ wayOut: false, results: [{ target: 'outside', failure: 'no-route', durationMs: 0 }] });
});
