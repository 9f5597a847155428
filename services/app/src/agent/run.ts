import type { Run } from '../run-program.ts';
import { type Route, refused } from './route.ts';

/** POST /run 200 Run; 409 while a run is in progress. It takes no parameters. */
export function runRoute(runProgram: () => Promise<Run>): Route {
  let running = false;
  return {
    method: 'POST',
    path: '/run',
    answer: async () => {
      if (running) return refused(409, 'RunInProgress', 'The program is running. Ask again when it has ended.');
      running = true;
      try {
        return { status: 200, body: await runProgram() };
      } finally {
        running = false;
      }
    },
  };
}
