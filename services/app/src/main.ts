import { hostname } from 'node:os';
import { fileURLToPath } from 'node:url';
import { startAgent } from './agent.ts';
import { sendWithinLab, startLinkPreview } from './preview/index.ts';
import { runProgram } from './run-program.ts';

/** What the image's `supervise` takes for a wish to be started again, and Docker for a failure, which comes to the same. */
const RESTART = 75;

const agent = await startAgent({
  socket: process.env.AGENT_SOCKET ?? '/run/agent/agent.sock',
  runProgram: (onProgress) => runProgram({ entry: fileURLToPath(new URL('run.ts', import.meta.url)), onProgress }),
  // By its name on `azure`, which docker-compose.yml gives to the machine that has a page: it is on no other network.
  preview: () => startLinkPreview({ host: `${hostname()}.internal.cloudapp.net`, send: sendWithinLab() }),
  restart: () => process.exit(RESTART),
});

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    agent.close().then(() => process.exit(0));
  });
}
