import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { runProgram } from './run-program.ts';

function entry(source: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'program-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const path = join(directory, 'run.mjs');
  writeFileSync(path, source);
  return path;
}

const STEP = `{ step: 'Read a secret', asked: 'https://x', at: '', durationMs: 1, outcome: 'succeeded', result: 'ok' }`;

it('reports the steps of a program that succeeds, and leaves out what libraries print', async () => {
  const run = await runProgram({ entry: entry(`console.log('hello'); console.log(JSON.stringify(${STEP}))`) });
  expect(run).toMatchObject({ outcome: 'succeeded', steps: [{ step: 'Read a secret' }] });
});

it('reports the steps of a program that fails', async () => {
  const run = await runProgram({ entry: entry(`console.log(JSON.stringify(${STEP})); process.exit(1)`) });
  expect(run).toMatchObject({ outcome: 'failed', steps: [{ step: 'Read a secret' }] });
});

it('ends a program whose time is up, and reports the steps until then', async () => {
  const hangs = entry(`console.log(JSON.stringify(${STEP})); setInterval(() => {}, 1000)`);
  const run = await runProgram({ entry: hangs, timeoutMs: 300 });
  expect(run).toMatchObject({ outcome: 'timed out', steps: [{ step: 'Read a secret' }] });
});

it('gives a program the environment that it is told, and nothing of its own', async () => {
  const prints = entry(
    `console.log(JSON.stringify({ ...${STEP}, result: process.env.HERE + process.env.AGENT_SOCKET }))`,
  );
  const run = await runProgram({ entry: prints, machine: 'vm-x', environment: { HERE: 'here' } });
  expect(run).toMatchObject({ machine: 'vm-x', steps: [{ result: 'hereundefined' }] });
});

it('ends a program when it is told to', async () => {
  const stop = new AbortController();
  const run = runProgram({ entry: entry('setInterval(() => {}, 1000)'), signal: stop.signal });
  stop.abort();
  expect(await run).toMatchObject({ outcome: 'failed', steps: [] });
});

it('tells who watches where the program is, and asks it to say so for nobody else', async () => {
  const prints = entry(`
    if (process.env.REPORT_PROGRESS) console.log(JSON.stringify({ progress: { step: 'Read a secret', line: 3, state: 'begun' } }));
    console.log(JSON.stringify(${STEP}))`);
  const seen: unknown[] = [];
  const watched = await runProgram({ entry: prints, onProgress: (progress) => seen.push(progress) });
  const unwatched = await runProgram({ entry: prints });
  expect(seen).toEqual([{ step: 'Read a secret', line: 3, state: 'begun' }]);
  expect(watched.steps).toEqual(unwatched.steps);
});

it('says in which line of the program a step failed, however deep in a library', async () => {
  const report = new URL('./report-run.ts', import.meta.url);
  const library = entry(`export const deep = async (n) => {
    await null;
    if (n === 0) throw new Error('deep');
    return await deep(n - 1);
  };`);
  const program = entry(`
    import { reportRun } from '${report}';
    import { deep } from 'file://${library}';
    await reportRun(async (step) => {
      await step('One', '', async () => {
        return await deep(30);
      });
    });`);
  const seen: unknown[] = [];
  await runProgram({ entry: program, onProgress: (progress) => seen.push(progress) });
  expect(seen).toEqual([
    { step: 'One', line: 5, state: 'begun' },
    { step: 'One', line: 6, state: 'failed' },
  ]);
});
