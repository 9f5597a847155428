/**
 * `npm test`: every test that this machine can run, one stage after the other, and at the end what could not run and the
 * one command that makes it run. Nothing is left out silently.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeFinding } from './commands/doctor.ts';
import { judgeEngine, probeEngine } from './docker/engine.ts';
import { blockers, diagnose } from './doctor/diagnose.ts';
import { isAptBased, probe } from './doctor/probe.ts';
import { capture } from './processes.ts';
import { findBrowser } from './testing/browser.ts';
import type { NamedTest, RanTest } from './testing/report.ts';
import { listTests, runFidelity, runScript, runVitest, STAGES, type Stage } from './testing/stages.ts';
import { type NotRun, type Outcome, summarise, sumOf } from './testing/summary.ts';

/**
 * The helper container of Testcontainers has to be pulled, which air-gapped rooms cannot; the labs clean up after
 * themselves. And the published port is on 127.0.0.1, which Testcontainers would not try inside of a container.
 */
const E2E_ENVIRONMENT = { TESTCONTAINERS_RYUK_DISABLED: 'true', TESTCONTAINERS_HOST_OVERRIDE: '127.0.0.1' };

/** @param only Names of stages, comma-separated; all of them when absent. @returns 1 when anything failed. */
export async function test({ only }: { only?: string }): Promise<number> {
  const chosen = only === undefined ? STAGES : chosenStages(only);
  if (!chosen) {
    console.error(`--only takes some of: ${STAGES.join(',')}`);
    return 2;
  }
  let interrupted = false;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      interrupted = true;
    });
  }
  const directory = await mkdtemp(join(tmpdir(), 'managed-identity-lab-test-'));
  try {
    const { outcomes, notRun } = await runStages(chosen, directory, () => interrupted);
    heading('summary');
    for (const line of summarise(outcomes, notRun)) console.log(line);
    return sumOf(outcomes).failed === 0 && !interrupted ? 0 : 1;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function runStages(
  chosen: readonly Stage[],
  directory: string,
  interrupted: () => boolean,
): Promise<{ outcomes: Outcome[]; notRun: NotRun[] }> {
  const outcomes: Outcome[] = [];
  const notRun: NotRun[] = [];
  const ran: RanTest[] = [];
  const elsewhere: NamedTest[] = [];
  const runTests = async (stage: Stage, environment?: NodeJS.ProcessEnv) => {
    const result = await runVitest(stage, directory, environment);
    outcomes.push(result.outcome);
    ran.push(...result.ran);
  };

  for (const stage of STAGES) {
    if (interrupted()) {
      notRun.push({ stage, why: 'The run was interrupted.', remedy: 'npm test' });
      continue;
    }
    if (!chosen.includes(stage)) {
      notRun.push({ stage, why: 'It was left out by --only.', remedy: 'npm test' });
      if (chosen.includes('fidelity') && isOfTests(stage)) elsewhere.push(...(await listTests(stage, directory)));
      continue;
    }
    heading(stage);
    const started = performance.now();
    if (stage === 'types' || stage === 'lint') outcomes.push(await runScript(stage));
    else if (stage === 'fidelity') outcomes.push(await runFidelity(ran, elsewhere));
    else if (stage === 'e2e' || stage === 'page' || stage === 'packages') {
      const cannot = await WHY_NOT[stage]();
      if (cannot) {
        notRun.push({ stage, ...cannot });
        elsewhere.push(...(await listTests(stage, directory)));
        console.log(cannot.why);
      } else await runTests(stage, stage === 'packages' ? {} : E2E_ENVIRONMENT);
    } else await runTests(stage);
    console.log(`${stage}: ${((performance.now() - started) / 1000).toFixed(1)} s`);
  }
  return { outcomes, notRun };
}

function chosenStages(only: string): Stage[] | undefined {
  const names = only.split(',').map((name) => name.trim());
  const stages = STAGES.filter((stage) => names.includes(stage));
  return stages.length === names.length ? stages : undefined;
}

const isOfTests = (stage: Stage): boolean =>
  stage === 'unit' || stage === 'embedded' || stage === 'packages' || stage === 'e2e' || stage === 'page';

async function whyNoContainers(): Promise<{ why: string; remedy: string } | undefined> {
  const verdict = judgeEngine(await probeEngine(), isAptBased());
  if (!verdict.usable) return { why: verdict.why, remedy: verdict.remedy };
  // An engine is there, so the stage runs; what is in its way is said first, for whoever wonders why it fails.
  for (const finding of blockers(diagnose(await probe()))) console.log(describeFinding(finding));
  return undefined;
}

/** The examples are installed as by a user, from the registry. */
async function whyNoRegistry(): Promise<{ why: string; remedy: string } | undefined> {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const { code } = await capture(npm, ['view', 'vitest', 'version'], { timeoutMs: 20_000 });
  if (code === 0) return undefined;
  return {
    why: 'The npm registry does not answer.',
    remedy: 'npm config get registry # and a way to it, then npm test',
  };
}

async function whyNoBrowser(): Promise<{ why: string; remedy: string } | undefined> {
  return findBrowser() === undefined
    ? { why: 'There is no Chromium.', remedy: 'npm run browser # as root, or CHROMIUM=<path>' }
    : whyNoContainers();
}

const WHY_NOT = { e2e: whyNoContainers, page: whyNoBrowser, packages: whyNoRegistry } as const;

const heading = (title: string) => console.log(`\n── ${title} ${'─'.repeat(Math.max(4, 72 - title.length))}`);
