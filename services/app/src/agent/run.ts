import type { Progress } from '../progress.ts';
import type { Run } from '../run-program.ts';
import { LINES, type Route, refused } from './route.ts';

/**
 * POST /run 200 Run; 409 while a run is in progress. It takes no parameters.
 * With `Accept: application/x-ndjson` a line `{ progress }` whenever it is somewhere else, and at last one `{ run }`.
 */
export function runRoute(runProgram: (onProgress?: (progress: Progress) => void) => Promise<Run>): Route {
  let running = false;
  const alone = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    running = true;
    try {
      return await work();
    } finally {
      running = false;
    }
  };
  return {
    method: 'POST',
    path: '/run',
    answer: async ({ accept }) => {
      if (running) return refused(409, 'RunInProgress', 'The program is running. Ask again when it has ended.');
      if (!accept.includes(LINES)) return { status: 200, body: await alone(() => runProgram()) };
      running = true; // before the first line is asked for
      const tell = (line: (value: unknown) => void) =>
        alone(async () => line({ run: await runProgram((progress) => line({ progress })) }));
      return { status: 200, tell };
    },
  };
}
