import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { socketWorkloads } from './socket-workloads.ts';

const RUN = { machine: 'vm-app01', at: '2026-01-01T00:00:00.000Z', durationMs: 1, outcome: 'succeeded', steps: [] };
const BEGUN = { step: 'Read a secret', line: 28, state: 'begun' };

/** Workloads of which one has an agent that says these lines. */
async function saying(status: number, ...lines: unknown[]) {
  const directory = mkdtempSync(join(tmpdir(), 'agents-'));
  mkdirSync(join(directory, 'app'));
  const server = createServer((_req, res) => {
    res.writeHead(status).end(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  }).listen(join(directory, 'app', 'agent.sock'));
  await once(server, 'listening');
  const workloads = socketWorkloads(directory);
  onTestFinished(async () => {
    await workloads.close();
    server.close();
    rmSync(directory, { recursive: true });
  });
  return workloads;
}

it('tells where a run is, and its result', async () => {
  const workloads = await saying(200, { progress: BEGUN }, { run: RUN });
  const seen: unknown[] = [];
  expect(await workloads.run('app', (progress) => seen.push(progress))).toEqual(RUN);
  expect(seen).toEqual([BEGUN]);
  expect(await workloads.run('app')).toEqual(RUN);
});

it.each([
  ['a run without a result', 200, [{ progress: BEGUN }], 'WorkloadUnavailable'],
  ['a line that is none', 200, [{ progress: { ...BEGUN, state: 'great' } }, { run: RUN }], 'WorkloadUnavailable'],
  ['a refusal', 500, [], 'WorkloadUnavailable'],
  ['that one is under way', 409, [], 'RunInProgress'],
])('does not trust an agent, which says: %s', async (_, status, lines, code) => {
  const workloads = await saying(status, ...lines);
  await expect(workloads.run('app')).rejects.toMatchObject({ code });
});

it('shows the program, as far as an agent says what may be shown', async () => {
  const source = { file: 'program.ts', text: 'x', steps: [{ step: 'One', line: 1, lastLine: 1 }] };
  expect(await (await saying(200, source)).source('app')).toEqual(source);
  const endless = await saying(200, { ...source, text: 'x'.repeat(200_000) });
  await expect(endless.source('app')).rejects.toMatchObject({ code: 'WorkloadUnavailable' });
});
