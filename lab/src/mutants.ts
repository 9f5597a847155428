/**
 * `npm run mutants`: switches off the lab's security checks one at a time, each in a private copy of the checkout, and
 * looks whether the test that is named for it turns red. What it switches off stands in `mutants/table/`.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { copyCheckout } from './mutants/copies.ts';
import { judge, judgeUnmutated, type Verdict } from './mutants/judge.ts';
import { applyMutant, type Mutant } from './mutants/mutant.ts';
import { MUTANTS } from './mutants/table/index.ts';
import { capture } from './processes.ts';
import { ROOT } from './root.ts';
import { parseReport, type Report } from './testing/report.ts';

/**
 * @param options.only Those alone whose name or file has this text.
 * @returns 1 when a mutant survived, or could not be made.
 */
export async function mutants({ only }: { only?: string }): Promise<number> {
  const chosen = only === undefined ? MUTANTS : MUTANTS.filter(({ name, file }) => `${name} ${file}`.includes(only));
  if (chosen.length === 0) {
    console.error(`No mutant has '${only}' in its name or file.`);
    return 2;
  }
  const interrupted = onInterrupt();
  const directory = await mkdtemp(join(tmpdir(), 'managed-identity-lab-mutants-'));
  try {
    const count = Math.min(availableParallelism(), chosen.length);
    const copies = Array.from({ length: count }, (_, index) => join(directory, String(index)));
    await copyCheckout(copies);
    const { fit, unfit } = await withoutMutants(chosen, copies[0] as string);
    const { killed, survivors } = await tryAll(fit, copies, interrupted);
    // What was interrupted says nothing about the mutants.
    const problems = interrupted() ? ['The run was interrupted.'] : [...unfit, ...survivors];
    for (const problem of problems) console.log(`✖ ${problem}`);
    if (unfit.length > 0 && !interrupted()) console.log(`${unfit.length} could not be tried`);
    console.log(`${killed} killed, ${survivors.length} survived`);
    return problems.length > 0 ? 1 : 0;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Which mutants fit the code, and have a named test that is green while nothing is switched off. */
async function withoutMutants(
  chosen: readonly Mutant[],
  copy: string,
): Promise<{ fit: readonly Mutant[]; unfit: readonly string[] }> {
  const files = [...new Set(chosen.map(({ test }) => test.file))];
  console.log(`${chosen.length} mutants; first the ${files.length} test files as they are …`);
  const report = await runTests(copy, files, 600_000);
  const unfit: string[] = [];
  const fit: Mutant[] = [];
  for (const mutant of chosen) {
    const { why = await whyNotApplicable(mutant, copy) } = judgeUnmutated(report, mutant.test);
    if (why === undefined) fit.push(mutant);
    else unfit.push(`${mutant.name}: ${why}`);
  }
  return { fit, unfit };
}

const whyNotApplicable = (mutant: Mutant, copy: string): Promise<string | undefined> =>
  readFile(join(copy, mutant.file), 'utf8').then(
    (source) => {
      try {
        applyMutant(source, mutant);
        return undefined;
      } catch (error) {
        return (error as Error).message;
      }
    },
    (error) => String(error),
  );

/** One mutant per copy at a time. @returns how many were killed, and what to say about those that survived. */
async function tryAll(
  chosen: readonly Mutant[],
  copies: readonly string[],
  interrupted: () => boolean,
): Promise<{ killed: number; survivors: readonly string[] }> {
  const width = Math.max(...chosen.map(({ name }) => name.length), 'mutant'.length);
  const row = (name: string, ms: string, test: string) =>
    console.log(`${name.padEnd(width)} | ${ms.padStart(6)} | ${test}`);
  row('mutant', 'ms', 'test that turned red');
  const survivors: string[] = [];
  let killed = 0;
  const queue = [...chosen];
  const work = async (copy: string): Promise<void> => {
    for (let mutant = queue.shift(); mutant && !interrupted(); mutant = queue.shift()) {
      const started = performance.now();
      const { why } = await tryMutant(mutant, copy);
      if (interrupted()) return; // the tests were interrupted as well, and say nothing
      const { file, name } = mutant.test;
      if (why === undefined) killed += 1;
      else survivors.push(`${mutant.name}: ${why} (${file}: ${name})`);
      row(mutant.name, (performance.now() - started).toFixed(0), why === undefined ? `${file}: ${name}` : `✖ ${why}`);
    }
  };
  await Promise.all(copies.map(work));
  return { killed, survivors };
}

async function tryMutant(mutant: Mutant, copy: string): Promise<Verdict> {
  const path = join(copy, mutant.file);
  const source = await readFile(path, 'utf8');
  await writeFile(path, applyMutant(source, mutant));
  try {
    return judge(await runTests(copy, [mutant.test.file], 60_000), mutant.test);
  } finally {
    await writeFile(path, source);
  }
}

const VITEST = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');

/** Runs whole test files, not the named test alone: the others show that their subject still works. */
async function runTests(copy: string, files: readonly string[], timeoutMs: number): Promise<Report | undefined> {
  const output = join(copy, '.report.json');
  await rm(output, { force: true });
  const options = ['run', '--project=unit', '--reporter=json', `--outputFile=${output}`];
  await capture(process.execPath, [VITEST, ...options, ...files], { cwd: copy, timeoutMs });
  return readFile(output, 'utf8').then(parseReport, () => undefined);
}

/** Ctrl-C and its like end the run in good order: the copies are removed. */
function onInterrupt(): () => boolean {
  let interrupted = false;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      interrupted = true;
    });
  }
  return () => interrupted;
}
