import { type Step, type StepReport, stepsTo, toStepError } from './steps.ts';

const print = (report: StepReport) => process.stdout.write(`${JSON.stringify(report)}\n`);

/**
 * Runs a program as all of this process: prints each step as a line of JSON when it ends, and exits with 1 when one failed.
 * What fails between the steps is reported as well: a run never ends without saying why.
 */
export async function reportRun(program: (step: Step) => Promise<void>): Promise<void> {
  let reported = false;
  const step = stepsTo((report) => {
    reported ||= report.outcome === 'failed';
    print(report);
  });
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
