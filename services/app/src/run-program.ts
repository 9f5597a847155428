import { spawn } from 'node:child_process';
import { hostname } from 'node:os';
import { createInterface } from 'node:readline';
import type { Progress } from './progress.ts';
import type { StepReport } from './steps.ts';

/** What came of one run of the program. */
export type Run = {
  /** Host name of the machine that it ran on. */
  readonly machine: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly durationMs: number;
  readonly outcome: 'succeeded' | 'failed' | 'timed out';
  readonly steps: readonly StepReport[];
};

/**
 * Runs the program once, in a process of its own.
 *
 * A process starts with no token cached, so every run shows the whole flow; it can be ended when its time is up, which
 * code that knows nothing of a deadline cannot; and it leaves no memory behind in the agent.
 */
export async function runProgram({
  entry,
  machine = hostname(),
  environment = process.env,
  signal,
  stderr = 'inherit',
  timeoutMs = 60_000,
  onProgress,
}: {
  /** Module that is the program. */
  entry: string;
  machine?: string;
  environment?: NodeJS.ProcessEnv;
  /** Ends it. */
  signal?: AbortSignal;
  stderr?: 'inherit' | 'ignore';
  timeoutMs?: number;
  /** Told where the run is. */
  onProgress?: ((progress: Progress) => void) | undefined;
}): Promise<Run> {
  const at = new Date().toISOString();
  const started = performance.now();
  const child = spawn(process.execPath, [entry], {
    stdio: ['ignore', 'pipe', stderr],
    env: { ...environment, ...(onProgress && { REPORT_PROGRESS: 'true' }) },
    signal,
    killSignal: 'SIGKILL',
  });
  const ended = new Promise<{ code: number | null }>((resolve) => {
    child.once('error', () => resolve({ code: null }));
    child.once('close', (code) => resolve({ code }));
  });
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    child.kill('SIGKILL');
  }, timeoutMs);

  const steps: StepReport[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const value = parseLine(line);
    if (value && 'progress' in value) onProgress?.(value.progress);
    else if (value) steps.push(value);
  }
  const { code } = await ended;
  clearTimeout(timer);
  return {
    machine,
    at,
    durationMs: Math.round(performance.now() - started),
    outcome: timedOut ? 'timed out' : code === 0 ? 'succeeded' : 'failed',
    steps,
  };
}

/** Lines are the program's own; anything else that a library prints is left out. */
function parseLine(line: string): StepReport | { readonly progress: Progress } | undefined {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== 'object' || value === null) return undefined;
    if ('progress' in value) return value as { readonly progress: Progress };
    return 'step' in value ? (value as StepReport) : undefined;
  } catch {
    return undefined;
  }
}
