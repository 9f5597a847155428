/** One run of the program: `node src/run.ts`. */
import { reportRun } from './report-run.ts';

// Loaded in the run, so that a missing package is reported as any other failure is.
await reportRun(async (step) => (await import('./program.ts')).program(step));
