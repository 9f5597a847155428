/** The stages of `npm test`: each runs on this terminal and says what it counted. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { capture, run } from '../processes.ts';
import { ROOT } from '../root.ts';
import { checkFidelity, type FidelityRow, parseFidelity } from './fidelity.ts';
import { countReport, type NamedTest, parseList, parseReport, type RanTest, type Report, testsIn } from './report.ts';
import type { Outcome } from './summary.ts';

export const STAGES = ['types', 'lint', 'unit', 'embedded', 'packages', 'e2e', 'page', 'fidelity'] as const;
export type Stage = (typeof STAGES)[number];

const shellOnWindows = process.platform === 'win32' ? '.cmd' : '';
const npm = `npm${shellOnWindows}`;
const vitest = join(ROOT, 'node_modules', '.bin', `vitest${shellOnWindows}`);

/** A script of package.json that passes or fails as a whole: `types`, `lint`. */
export async function runScript(stage: Stage): Promise<Outcome> {
  const code = await run(npm, ['run', '--silent', stage]);
  return { stage, passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, remarks: [] };
}

/**
 * One of vitest's projects, see vitest.config.ts.
 *
 * @param directory Where the report is left.
 */
export async function runVitest(
  stage: Stage,
  directory: string,
  environment: NodeJS.ProcessEnv = {},
): Promise<{ outcome: Outcome; ran: RanTest[] }> {
  const file = join(directory, `${stage}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const code = await run(vitest, ['run', '--project', stage, ...reporters], { environment });
  const report = await readReport(file);
  const { passed, failed, skipped, crash } = countReport(report, code);
  const remarks = [...(crash ? [`${stage}: ${crash}`] : []), ...skipped.map((name) => `skipped: ${name}`)];
  return { outcome: { stage, passed, failed, remarks }, ran: report ? testsIn(report) : [] };
}

async function readReport(file: string): Promise<Report | undefined> {
  try {
    return parseReport(await readFile(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** The tests of a stage that cannot run here. None when its files cannot even be read: their names are then unknown. */
export async function listTests(stage: Stage, directory: string): Promise<NamedTest[]> {
  const file = join(directory, `${stage}-list.json`);
  // Read statically, a test of a table would have the template's name; loaded, it has its own. Nothing is started by that.
  const list = ['list', '--project', stage, '--no-static-parse', `--json=${file}`];
  await capture(vitest, list, { timeoutMs: 120_000 });
  try {
    return parseList(await readFile(file, 'utf8'));
  } catch {
    return [];
  }
}

const FIDELITY_FILE = 'docs/reference/fidelity.md';

/** Whether every behaviour that the reference names is shown by a test that passed just now. Counts as one. */
export async function runFidelity(ran: readonly RanTest[], elsewhere: readonly NamedTest[]): Promise<Outcome> {
  const stage = 'fidelity';
  let rows: FidelityRow[];
  try {
    rows = parseFidelity(await readFile(join(ROOT, FIDELITY_FILE), 'utf8'));
  } catch {
    return { stage, passed: 0, failed: 1, remarks: [`${FIDELITY_FILE} is missing`] };
  }
  const { shown, absent, notShown, mistakes } = checkFidelity(rows, ran, elsewhere);
  for (const mistake of mistakes) console.log(`${FIDELITY_FILE}: ${mistake}`);
  console.log(`${rows.length} behaviours: ${shown} shown, ${absent} absent, ${notShown.length} not shown here`);
  const wrong = mistakes.length > 0;
  return {
    stage,
    passed: wrong ? 0 : 1,
    failed: wrong ? 1 : 0,
    remarks: [
      ...(wrong ? [`${mistakes.length} mistakes in ${FIDELITY_FILE}, see above`] : []),
      ...(notShown.length > 0
        ? [`${notShown.length} behaviours not shown, because their tests could not run here:`]
        : []),
      ...notShown.map(({ line, behaviour }) => `  line ${line}: ${behaviour}`),
    ],
  };
}
