import { startAgent } from './agent.ts';
import { runProgram } from './run-program.ts';

const agent = await startAgent({ socket: process.env.AGENT_SOCKET ?? '/run/agent/agent.sock', runProgram });

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    agent.close().then(() => process.exit(0));
  });
}
