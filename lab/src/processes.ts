import { execFile, type StdioOptions, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { ROOT } from './root.ts';

/** How a program ended. `code` is 127 when it could not be started at all, 124 when it took too long. */
export type Ended = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** Runs a program and keeps what it says. Arguments reach it as they are: there is no shell. Does not reject. */
export const capture = (
  file: string,
  args: readonly string[],
  {
    timeoutMs = 20_000,
    cwd = ROOT,
    environment = {},
  }: { timeoutMs?: number; cwd?: string; environment?: NodeJS.ProcessEnv } = {},
): Promise<Ended> =>
  new Promise((resolve) => {
    const env = { ...process.env, ...environment };
    const options = { cwd, env, timeout: timeoutMs, maxBuffer: 64 * 1024 * 1024 };
    execFile(file, [...args], options, (error, stdout, stderr) => {
      if (!error) resolve({ code: 0, stdout, stderr });
      else if (error.killed) resolve({ code: 124, stdout, stderr: `${file} did not answer within ${timeoutMs} ms` });
      else if (typeof error.code === 'number') resolve({ code: error.code, stdout, stderr });
      else resolve({ code: 127, stdout, stderr: describeMissing(file, error) });
    });
  });

/**
 * Runs a program on this terminal and gives its exit code: 128 and the signal's number when a signal ended it. `output` says
 * where what it prints goes.
 * Signals that reach this process are passed on, Ctrl-C apart: a terminal sends that to both.
 */
export const run = (
  file: string,
  args: readonly string[],
  { environment = {}, output = 'stdout' }: { environment?: NodeJS.ProcessEnv; output?: 'stdout' | 'stderr' } = {},
): Promise<number> =>
  new Promise((resolve) => {
    const stdio: StdioOptions = ['inherit', output === 'stdout' ? 'inherit' : process.stderr, 'inherit'];
    const child = spawn(file, [...args], { cwd: ROOT, env: { ...process.env, ...environment }, stdio });
    const passOn = (signal: NodeJS.Signals) => {
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    };
    const signals: NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    for (const signal of signals) process.on(signal, passOn);
    const end = (code: number) => {
      for (const signal of signals) process.off(signal, passOn);
      resolve(code);
    };
    child.once('error', (error) => {
      console.error(describeMissing(file, error));
      end(127);
    });
    child.once('exit', (code, signal) => end(signal ? 128 + constants.signals[signal] : (code ?? 1)));
  });

const describeMissing = (file: string, error: Error): string =>
  'code' in error && error.code === 'ENOENT' ? `There is no command called ${file} here.` : error.message;
