/** The Azure CLI of the lab, for tests: commands as people type them, many in one container. */
import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { type Lab, type Output, PROJECT } from './lab.ts';

const ROOT = new URL('..', import.meta.url).pathname;

export type AzureCli = {
  /** A line of a shell, such as `az group list -o table`. */
  run(line: string, options?: { readonly warnings?: boolean; readonly home?: string }): Promise<Output>;
  /** What an `az` command prints as JSON. It has to succeed, without a warning. */
  json<T = Printed>(line: string): Promise<T>;
};
// biome-ignore lint/suspicious/noExplicitAny: whatever a command prints; each test says what it expects of it.
export type Printed = any;

/**
 * One container for many commands, where `npm run lab -- az` starts one for each.
 * @param machine Inside this machine: its host name, and the service that plays it.
 */
export async function startAzureCli(lab: Lab, machine?: { name: string; service: string }): Promise<AzureCli> {
  const service = machine ? `az-${machine.name}` : 'az-operator';
  const files = machine
    ? ['--file', 'docker-compose.yml', '--file', 'services/az/compose.machine.yaml', '--profile', '*']
    : ['--file', 'docker-compose.yml'];
  const container = ['--detach', '--no-deps', '--name', `${PROJECT}-${service}-1`, '--entrypoint', 'sleep'];
  await promisify(execFile)('docker', ['compose', ...files, 'run', ...container, 'az', 'infinity'], {
    cwd: ROOT,
    env: { ...environment(), LAB_AZ_SERVICE: machine?.service, LAB_AZ_MACHINE: machine?.name },
  });
  const run: AzureCli['run'] = (line, { warnings = false, home } = {}) => {
    const settings = [
      ...(warnings ? ['AZURE_CORE_ONLY_SHOW_ERRORS=no'] : []),
      ...(home ? [`AZURE_CONFIG_DIR=${home}`] : []),
    ];
    return lab.exec(service, ['env', ...settings, 'bash', '-c', line]);
  };
  // The operator is signed in by the first command that goes through `sign-in`, as all do in `npm run lab -- az`.
  await lab.exec(service, ['sign-in', 'version']);
  return {
    run,
    json: async (line) => {
      const { stdout, exitCode, ...rest } = await run(line);
      const stderr = rest.stderr.replace(PROGRESS, '').trim();
      expect({ line, stderr, exitCode }).toEqual({ line, stderr: '', exitCode: 0 });
      return stdout === '' ? undefined : JSON.parse(stdout);
    },
  };
}

/** `npm run lab -- …` on the lab of the tests. */
export function labCommand(args: readonly string[], { input = '', cwd = ROOT } = {}): Promise<Output> {
  return new Promise((resolve) => {
    // npm tells the scripts that it runs where it was called from.
    const env = { ...environment(), INIT_CWD: cwd };
    const child = spawn(process.execPath, ['lab/run.mjs', ...args], { cwd: ROOT, env });
    const output = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk) => {
      output.stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      output.stderr += chunk;
    });
    child.on('close', (code) => resolve({ ...output, exitCode: code ?? 1 }));
    child.stdin.on('error', () => {}); // a command that reads nothing
    child.stdin.end(input);
  });
}

/** What the CLI shows of an upload or a download, whether somebody looks or not; `--no-progress` would turn it off. */
const PROGRESS = /(Alive|Finished)\[#* *\] +[\d.]+%/g;

/** Compose takes the project from here, in place of the name in docker-compose.yml. */
const environment = () => ({ ...process.env, COMPOSE_PROJECT_NAME: PROJECT });
