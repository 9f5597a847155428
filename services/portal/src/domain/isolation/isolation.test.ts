import { readFileSync } from 'node:fs';
import { readWiring } from '@lab/shared/lab/read-wiring.ts';
import { expect, it } from 'vitest';
import type { Place } from '../place.ts';
import type { Workload } from '../workloads.ts';
import { isolationMap } from './isolation.ts';
import type { ProbeAnswer } from './probes.ts';

const wiring = readWiring(readFileSync(new URL('../../../../../docker-compose.yml', import.meta.url), 'utf8'));
const NAMES = { tenant: '72f988bf-86f1-41af-91ab-2d7cd011db47', vault: 'kv-lab', secret: 's', account: 'stlab' };
const machine = (name: string, running = true): Workload => ({
  name,
  machine: `vm-${name}`,
  kind: 'virtualMachine',
  running,
});

/** A map over agents that answer this. */
function mapOf(answer: (source: string, targets: readonly string[]) => Promise<ProbeAnswer>, names: object = NAMES) {
  const asked: [string, readonly string[]][] = [];
  let seconds = 0;
  const map = isolationMap({
    wiring,
    workloads: {
      list: async () => [machine('app'), machine('app02', false), machine('outsider')],
      probe: (source, { targets }) => {
        asked.push([source, targets]);
        return answer(source, targets);
      },
    },
    names: async () => names,
    now: () => new Date(Date.UTC(2026, 0, 1) + 1_000 * seconds++).toISOString(),
  });
  return { map, asked };
}
const all = (status: number) => async (_: string, targets: readonly string[]) => ({
  wayOut: false,
  results: targets.map((target) => ({ target, status, durationMs: 1 })),
});

it('knows its rows and columns before anything was probed', async () => {
  const { map, asked } = mapOf(all(200));
  const { sources, targets, cells } = await map.read();
  expect(sources.map(({ name, running, networks }) => [name, running, networks])).toEqual([
    ['app', true, ['vm', 'azure']],
    ['app02', false, ['vm', 'azure']],
    ['outsider', true, ['azure']],
  ]);
  expect(targets.find(({ id }) => id === 'keyvault')).toEqual({
    id: 'keyvault',
    group: 'open',
    part: 'keyvault',
    network: 'azure',
    asked: 'https://kv-lab.vault.azure.net/secrets/s?api-version=7.4',
  });
  expect([cells, asked]).toEqual([[], []]);
});

it('has no target that the lab has nothing of', async () => {
  const { map } = mapOf(all(200));
  expect((await map.read()).targets.map(({ id }) => id)).not.toContain('other-vault-token');
});

it('asks every machine that runs, for every target', async () => {
  const { map, asked } = mapOf(all(200));
  const { cells, targets, unheard } = await map.probe({});
  expect(asked.map(([source, ids]) => [source, ids.length])).toEqual([
    ['app', targets.length],
    ['outsider', targets.length],
  ]);
  expect([cells.length, unheard]).toEqual([2 * targets.length, []]);
});

it('asks for a row, a column or a cell, and keeps what it knew of the others', async () => {
  const { map, asked } = mapOf(async (source, targets) => all(source === 'app' ? 200 : 401)(source, targets));
  await map.probe({ targets: ['arm'] });
  const { cells } = await map.probe({ sources: ['outsider'], targets: ['arm', 'api'] });
  expect(asked.at(-1)).toEqual(['outsider', ['arm', 'api']]);
  expect(cells.map(({ source, target, outcome, at }) => [source, target, outcome, at.slice(17, 19)])).toEqual([
    ['app', 'arm', 'reached', '00'],
    ['outsider', 'arm', 'stopped', '02'],
    ['outsider', 'api', 'stopped', '02'],
  ]);
  expect((await map.read()).cells).toEqual(cells);
});

it('a participant has a map of their own machines, and cells of their own', async () => {
  const { map, asked } = mapOf(all(200));
  await map.probe({ targets: ['arm'] });
  const ana = { participant: 'ana', workloads: new Set(['outsider']) } as unknown as Place;
  const before = await map.read(ana);
  expect([before.sources.map(({ name }) => name), before.cells]).toEqual([['outsider'], []]);
  const { cells } = await map.probe({ targets: ['arm'] }, ana);
  expect([cells.map(({ source }) => source), asked.at(-1)]).toEqual([['outsider'], ['outsider', ['arm']]]);
  await expect(map.probe({ sources: ['app'] }, ana)).rejects.toMatchObject({ code: 'UnknownSource' });
});

it('names who could not be asked, and goes on without', async () => {
  const { map } = mapOf(async (source, targets) => {
    if (source === 'app') throw new Error('nobody there');
    return all(200)(source, targets);
  });
  const { cells, unheard } = await map.probe({ targets: ['arm'] });
  expect([cells.map(({ source }) => source), unheard]).toEqual([['outsider'], ['app']]);
});

it('a machine with a way out has sent nothing, whatever its agent says besides', async () => {
  const { map } = mapOf(async () => ({ wayOut: true, results: [{ target: 'arm', status: 200, durationMs: 1 }] }));
  const { cells } = await map.probe({ sources: ['app'], targets: ['arm'] });
  expect(cells).toMatchObject([{ outcome: 'stopped', stoppedBy: 'default-route', reason: 'default-route' }]);
});

it('a target that an agent says nothing about has no cell, and one that was not asked for neither', async () => {
  const { map } = mapOf(async () => ({ wayOut: false, results: [{ target: 'api', status: 200, durationMs: 1 }] }));
  expect((await map.probe({ targets: ['arm'] })).cells).toEqual([]);
});

it.each([
  [{ sources: ['nobody'] }, 'UnknownSource'],
  [{ targets: ['https://evil.example'] }, 'UnknownTarget'],
  [{ targets: ['other-vault-token'] }, 'UnknownTarget'],
])('refuses %j', async (wish, code) => {
  const { map, asked } = mapOf(all(200));
  await expect(map.probe(wish)).rejects.toMatchObject({ kind: 'invalid', code });
  expect(asked).toEqual([]);
});

it('lets four probe at a time, and more when they have ended', async () => {
  let answer = () => {};
  const waiting = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const { map } = mapOf(async (source, targets) => {
    await waiting;
    return all(200)(source, targets);
  });
  const four = Array.from({ length: 4 }, () => map.probe({ targets: ['arm'] }));
  await expect(map.probe({})).rejects.toMatchObject({ kind: 'throttled', code: 'TooManyProbes' });
  answer();
  await Promise.all(four);
  expect((await map.probe({ targets: ['arm'] })).cells).toHaveLength(2);
});

it('says in one sentence that the embedded lab isolates nothing', async () => {
  const workloads = { list: async () => [machine('vm-app01')] };
  const map = isolationMap({ wiring: undefined, workloads, names: async () => NAMES, now: () => '' });
  for (const asked of [map.read(), map.probe({})]) {
    await expect(asked).rejects.toMatchObject({ kind: 'not_implemented', code: 'NotIsolated' });
  }
});
