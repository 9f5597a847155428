import { join } from 'node:path';
import { AzureError } from '@lab/shared/azure-error.ts';
import { Agent, request } from 'undici';
import { WorkloadRun, type Workloads } from './domain/workloads.ts';
import { whyUnreachable } from './fabric-services.ts';

/** The workloads of the lab, asked through the Unix sockets of their agents: `{directory}/{name}/agent.sock`. */
export function socketWorkloads(directory: string, names: readonly string[] = ['app', 'outsider']): Workloads {
  const agents = new Map(
    names.map((name) => [
      name,
      new Agent({
        connect: { socketPath: join(directory, name, 'agent.sock'), timeout: 2_000 },
        // A workload that is restarted gets a new socket under the same name: no connection is kept.
        pipelining: 0,
        maxResponseSize: 1024 * 1024,
      }),
    ]),
  );
  const ask = async (name: string, method: 'GET' | 'POST', path: string, timeoutMs: number) => {
    const dispatcher = agents.get(name);
    if (!dispatcher) throw new Error(`there is no workload ${name}`);
    const limits = { headersTimeout: timeoutMs, bodyTimeout: timeoutMs };
    const { statusCode, body } = await request(`http://${name}${path}`, { method, dispatcher, ...limits });
    return { status: statusCode, body: await body.json() };
  };
  return {
    names,
    health: async (name) => {
      try {
        const { status } = await ask(name, 'GET', '/health', 2_000);
        return status === 200 ? { ready: true } : { ready: false, detail: `Its agent answered ${status}.` };
      } catch (error) {
        return { ready: false, detail: whyUnreachable(error) };
      }
    },
    run: async (name) => {
      try {
        // Longer than the agent's own limit, so that it is the agent that says that time was up.
        const { status, body } = await ask(name, 'POST', '/run', 75_000);
        if (status === 409) throw inProgress(name);
        if (status !== 200) throw new Error(`the agent answered ${status}`);
        return WorkloadRun.parse(body);
      } catch (error) {
        throw error instanceof AzureError ? error : unavailable(name, error);
      }
    },
    close: async () => {
      await Promise.all([...agents.values()].map((agent) => agent.destroy()));
    },
  };
}

const inProgress = (name: string) =>
  new AzureError({ kind: 'conflict', code: 'RunInProgress', message: `The program is running on '${name}' already.` });

const unavailable = (name: string, cause: unknown) =>
  new AzureError({
    kind: 'unavailable',
    code: 'WorkloadUnavailable',
    message: `The agent of '${name}' gave no usable answer.`,
    cause,
  });
