/**
 * One run of the program: `node src/run.ts`. Prints each step as a line of JSON when it ends; exits 1 when one failed.
 */
import { type StepReport, stepsTo, toStepError } from './steps.ts';

const print = (report: StepReport) => process.stdout.write(`${JSON.stringify(report)}\n`);

let reported = false;
const step = stepsTo((report) => {
  reported ||= report.outcome === 'failed';
  print(report);
});

try {
  const { program } = await import('./program.ts');
  await program(step);
} catch (error) {
  // What fails between the steps is reported as well: a run never ends without saying why.
  if (!reported) {
    const at = new Date().toISOString();
    print({ step: 'Start', asked: '', at, durationMs: 0, outcome: 'failed', error: toStepError(error) });
  }
  process.exitCode = 1;
}
