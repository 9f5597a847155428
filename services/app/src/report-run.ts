import type { Progress } from './progress.ts';
import { type Step, type StepReport, stepsTo, toStepError } from './steps.ts';

const print = (line: StepReport | { readonly progress: Progress }) => process.stdout.write(`${JSON.stringify(line)}\n`);

/**
 * Runs a program as all of this process: prints each step as a line of JSON when it ends, and exits with 1 when one failed.
 * What fails between the steps is reported as well: a run never ends without saying why. With `REPORT_PROGRESS`, which whoever
 * watches sets, it prints where it is as well.
 */
export async function reportRun(program: (step: Step) => Promise<void>): Promise<void> {
  let reported = false;
  const isWatched = process.env.REPORT_PROGRESS === 'true';
  // The program's own line is far below what an SDK adds to it.
  if (isWatched) Error.stackTraceLimit = 100;
  const step = stepsTo(
    (report) => {
      reported ||= report.outcome === 'failed';
      print(report);
    },
    (progress) => {
      if (isWatched) print({ progress });
    },
  );
  try {
    await program(step);
  } catch (error) {
    if (!reported) {
      const at = new Date().toISOString();
      print({ step: 'Start', asked: '', at, durationMs: 0, outcome: 'failed', error: toStepError(error) });
    }
    process.exitCode = 1;
  }
}
