import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AzureError } from '@lab/shared/azure-error.ts';
import { Agent, request } from '@lab/shared/http/outgoing.ts';
import { z } from 'zod';
import { ProbeAnswer } from './domain/isolation/probes.ts';
import { KNOWN_WORKLOADS } from './domain/known-workloads.ts';
import { ResponseBody } from './domain/lab-requests.ts';
import { ProgramSource, type Workloads } from './domain/workloads.ts';
import { whyUnreachable } from './fabric-services.ts';
import { watchedRun } from './watched-run.ts';

/**
 * The workloads of the lab, asked through the Unix sockets of their agents: `{directory}/{name}/agent.sock`.
 *
 * @param options.names  Those that are always there.
 * @param options.backMs How long a machine that is restarted is waited for.
 * @param options.askMs  How long an agent has to say that it will.
 */
export function socketWorkloads(
  directory: string,
  {
    names = ['app', 'outsider'],
    backMs = 15_000,
    askMs = 2_000,
  }: { names?: readonly string[]; backMs?: number; askMs?: number } = {},
): Workloads {
  const agents = new Map<string, Agent>();
  const agentOf = (name: string): Agent => {
    const known = agents.get(name);
    if (known) return known;
    const agent = new Agent({
      connect: { socketPath: join(directory, name, 'agent.sock'), timeout: 2_000 },
      // A workload that is restarted gets a new socket under the same name: no connection is kept.
      pipelining: 0,
      maxResponseSize: 1024 * 1024,
    });
    agents.set(name, agent);
    return agent;
  };
  const ask = async (name: string, method: 'GET' | 'POST', path: string, timeoutMs: number, sent?: unknown) => {
    const { statusCode, body } = await request(`http://${name}${path}`, {
      method,
      dispatcher: agentOf(name),
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      ...(sent !== undefined && { body: JSON.stringify(sent), headers: { 'content-type': 'application/json' } }),
    });
    return { status: statusCode, body: await body.json() };
  };
  const instanceOf = async (name: string) => {
    const { body } = await ask(name, 'GET', '/health', askMs);
    return Instance.parse(body).instance;
  };
  const restart = async (name: string): Promise<'absent' | 'restarted' | 'stuck'> => {
    try {
      const { status, body } = await ask(name, 'POST', '/restart', askMs);
      if (status !== 202) return 'stuck';
      const { instance } = Instance.parse(body);
      let hasEnded = false;
      for (const deadline = performance.now() + backMs; performance.now() < deadline; await sleep(25)) {
        const now = await instanceOf(name).catch((error) => (isNobodyThere(error) ? undefined : instance));
        if (now !== undefined && now !== instance) return 'restarted';
        hasEnded ||= now === undefined;
      }
      return hasEnded ? 'restarted' : 'stuck';
    } catch (error) {
      // Of a profile that was not started, or being started as it is. Whoever is there and says nothing goes on as it was.
      return isNobodyThere(error) ? 'absent' : 'stuck';
    }
  };
  const listed = async () => (await readdir(directory).catch(() => [])).filter((name) => MACHINE.test(name)).sort();
  const machines = async () => {
    const said = await Promise.all(
      (await listed()).map(async (workload) => {
        try {
          const { name, addresses } = Described.parse((await ask(workload, 'GET', '/health', 1_000)).body);
          return [{ workload, name, addresses }];
        } catch {
          return [];
        }
      }),
    );
    return said.flat();
  };
  const preview = async (machine: string, what: 'open' | 'close'): Promise<void> => {
    const found = (await machines()).find(({ name }) => name === machine);
    if (!found) throw unavailable(machine, 'nobody says that they are it');
    const { status } = await ask(found.workload, 'POST', `/preview/${what}`, askMs).catch((error) => {
      throw unavailable(machine, error);
    });
    if (status !== 200) throw unavailable(machine, `the agent answered ${status}`);
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
    run: async (name, onProgress = () => {}) => {
      try {
        const { status, run } = await watchedRun(name, agentOf(name), RUN_MS, onProgress);
        if (status === 409) throw inProgress(name);
        if (!run) throw new Error(`the agent answered ${status}`);
        return run;
      } catch (error) {
        throw error instanceof AzureError ? error : unavailable(name, error);
      }
    },
    source: async (name) => {
      try {
        const { status, body } = await ask(name, 'GET', '/source', 5_000);
        if (status !== 200) throw new Error(`the agent answered ${status}`);
        return ProgramSource.parse(body);
      } catch (error) {
        throw unavailable(name, error);
      }
    },
    probe: async (name, wish) => {
      // Longer than an agent waits for all that it asks, some at a time.
      const { status, body } = await ask(name, 'POST', '/probe', 60_000, wish);
      if (status !== 200) throw new Error(`the agent answered ${status}`);
      return ProbeAnswer.parse(body);
    },
    request: async (name, sent) => {
      try {
        // Longer than the agent waits for an answer.
        const { status, body } = await ask(name, 'POST', '/request', 40_000, sent);
        if (status === 429) throw tooMany(name);
        if (status !== 200) throw new Error(`the agent answered ${status}`);
        return ResponseBody.parse(body);
      } catch (error) {
        throw error instanceof AzureError ? error : unavailable(name, error);
      }
    },
    list: async () => {
      const there = await machines();
      return KNOWN_WORKLOADS.map((known) => ({
        ...known,
        running: there.some(({ workload }) => workload === known.name),
      }));
    },
    machines,
    // A page whose machine is gone is gone as well, and one that nobody can reach to close it closes by itself.
    preview: (machine, what) => (what === 'open' ? preview(machine, what) : preview(machine, what).catch(() => {})),
    restart: async () => {
      const machines = await listed();
      const outcomes = await Promise.all(machines.map(restart));
      const restartedWorkloads = machines.filter((_, index) => outcomes[index] === 'restarted');
      const stuckWorkloads = machines.filter((_, index) => outcomes[index] === 'stuck');
      return { restartedWorkloads, ...(stuckWorkloads.length > 0 && { stuckWorkloads }) };
    },
    close: async () => {
      await Promise.all([...agents.values()].map((agent) => agent.destroy()));
    },
  };
}

/** Longer than the agent's own limit, so that it is the agent that says that time was up. */
const RUN_MS = 75_000;

/** No socket, or one that nobody listens at. */
const isNobodyThere = (error: unknown): boolean =>
  ['ENOENT', 'ECONNREFUSED'].includes(String((error as { code?: unknown } | null)?.code));

/** A directory's name; anything else there is not of the lab. */
const MACHINE = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** Which process answers. A workload is not trusted: what it says is bounded. */
const Instance = z.object({ instance: z.string().max(100) });

const Described = z.object({ name: z.string().max(63), addresses: z.array(z.union([z.ipv4(), z.ipv6()])).max(16) });

const inProgress = (name: string) =>
  new AzureError({ kind: 'conflict', code: 'RunInProgress', message: `The program is running on '${name}' already.` });

const tooMany = (name: string) =>
  new AzureError({
    kind: 'throttled',
    code: 'TooManyRequests',
    message: `Too many requests of '${name}' are under way. Try again when they have ended.`,
  });

const unavailable = (name: string, cause: unknown) =>
  new AzureError({
    kind: 'unavailable',
    code: 'WorkloadUnavailable',
    message: `The agent of '${name}' gave no usable answer.`,
    cause,
  });
