/**
 * The composed lab for end-to-end tests: started once per file through Testcontainers, looked into through the engine,
 * and driven from inside its containers. The host itself has no route to any of them.
 */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { type LabClient, labClient } from '@managed-identity-lab/client';
import { DockerComposeEnvironment, Wait } from 'testcontainers';

const run = promisify(execFile);
const ROOT = new URL('..', import.meta.url).pathname;
const SEND = readFileSync(new URL('probes/send.mjs', import.meta.url), 'utf8');

export const PROJECT = 'managed-identity-lab-e2e';
export const PORT = 18_080;

const SERVICES = ['entra', 'arm', 'imds', 'dns', 'keyvault', 'blob', 'api', 'app', 'outsider', 'portal', 'gateway'];
const SERVICES_OF_PROFILE = {
  'vm-app02': ['app02'],
  'func-app01': ['func-app01', 'appservice'],
  'pod-app01': ['pod-app01', 'cluster'],
  participants: ['app02', 'app03', 'app04'],
  workshop: ['app02', 'func-app01', 'appservice', 'pod-app01', 'cluster'],
} as const;
export type Profile = keyof typeof SERVICES_OF_PROFILE;

export type LabRequest = {
  readonly url: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: string;
  /** A service whose fabric certificate to present; from `tester` only. */
  readonly as?: string;
  readonly count?: number;
  readonly connectTo?: string;
};
export type LabAnswer = {
  readonly status?: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
  readonly ms: number;
  /** Code of the failure where there was no answer. */
  readonly error?: string;
};

export type Output = { readonly stdout: string; readonly stderr: string; readonly exitCode: number };

export type Lab = {
  /** Runs a command in a service's container. */
  exec(service: string, command: readonly string[]): Promise<Output>;
  /** Sends requests from inside a container, `concurrency` at a time (default 1), and gives the answers in order. */
  send(from: string, requests: readonly LabRequest[], concurrency?: number): Promise<LabAnswer[]>;
  /** Runs a file of `probes/` inside a container, with a plan, and gives what it finds out. */
  probe<T>(from: string, file: string, plan: unknown): Promise<T>;
  /** `docker compose …` of this lab. */
  compose(...args: string[]): Promise<Output>;
  /** A new container in place of a service's, with these settings besides, and its volumes: well when it comes back. */
  replace(service: string, settings: Readonly<Record<string, string>>): Promise<Output>;
  /** Ends the lab, volumes included. */
  down(): Promise<void>;
};

/** What is asked of the engine, with its output; fails when the command does. */
export async function docker(...args: string[]): Promise<string> {
  const { stdout } = await run('docker', args, { cwd: ROOT, maxBuffer: 64 * 1024 * 1024 });
  return stdout.trim();
}

export type LabOptions = {
  /** `default`: exactly what a user gets. `tests`: with the tester, the test routes and the lab file of the tests. */
  readonly variant: 'default' | 'tests';
  readonly labFile?: string;
  /** Machines besides those that a user gets. */
  readonly profiles?: readonly Profile[];
  /** What a person sets before they start it, such as LAB_ROOM. */
  readonly settings?: Readonly<Record<string, string>>;
};

export async function startLab({ variant, labFile, profiles = [], settings = {} }: LabOptions): Promise<Lab> {
  await removeLeftovers();
  const files = ['docker-compose.yml', ...(variant === 'tests' ? ['e2e/compose.e2e.yaml'] : [])];
  const environment = {
    LAB_PORT: String(PORT),
    LAB_TEST_ROUTES: String(variant === 'tests'),
    LAB_FILE: labFile ?? (variant === 'tests' ? './e2e/lab.e2e.yaml' : './lab.yaml'),
    COMPOSE_PROFILES: profiles.join(','),
    ...settings,
  };
  const ofProfiles = profiles.flatMap((profile) => SERVICES_OF_PROFILE[profile]);
  const services = [...SERVICES, ...ofProfiles, ...(variant === 'tests' ? ['tester'] : [])];
  let lab = new DockerComposeEnvironment(ROOT, files)
    .withProjectName(PROJECT)
    .withBuild()
    .withEnvironment(environment)
    .withStartupTimeout(120_000)
    .withDefaultWaitStrategy(Wait.forHealthCheck())
    .withWaitStrategy('pki-1', Wait.forOneShotStartup());
  for (const service of services) lab = lab.withWaitStrategy(`${service}-1`, Wait.forHealthCheck());
  await lab.up();
  return labOf(files, environment);
}

function labOf(files: readonly string[], environment: Record<string, string>): Lab {
  // By name: a container that Compose has made anew is another one to Testcontainers.
  const exec = (service: string, command: readonly string[]) =>
    attempt(['exec', `${PROJECT}-${service}-1`, ...command]);
  const probe = async (from: string, code: string, plan: unknown) => {
    const command = ['exec', '--interactive', `${PROJECT}-${from}-1`, 'node', '--input-type=module', '-e', code];
    // By standard input: tokens and bodies are longer than a command line may be.
    const { stdout, stderr, exitCode } = await attempt(command, { input: JSON.stringify(plan) });
    if (exitCode !== 0) throw new Error(`the requests could not be sent from ${from}: ${stderr}`);
    return JSON.parse(stdout);
  };
  return {
    exec,
    send: (from, requests, concurrency = 1) => probe(from, SEND, { requests, concurrency }),
    probe: (from, file, plan) => probe(from, readFileSync(new URL(`probes/${file}`, import.meta.url), 'utf8'), plan),
    compose: (...args) => compose(files, environment, args),
    replace: (service, settings) =>
      compose(files, { ...environment, ...settings }, ['up', '--detach', '--no-deps', '--no-build', '--wait', service]),
    down: async () => {
      // Compose itself, because it knows the profiles: all of them, or a container of the Azure CLI would keep the volume.
      await compose(files, environment, ['--profile', '*', 'down', '--volumes', '--remove-orphans', '--timeout', '5']);
    },
  };
}

const compose = (
  files: readonly string[],
  environment: Record<string, string>,
  args: readonly string[],
): Promise<Output> =>
  attempt(['compose', '--project-name', PROJECT, ...files.flatMap((file) => ['--file', file]), ...args], {
    environment,
  });

/** Asks the engine for something that may fail. */
async function attempt(
  args: readonly string[],
  { environment = {}, input = '' }: { environment?: Record<string, string>; input?: string } = {},
): Promise<Output> {
  const options = { cwd: ROOT, env: { ...process.env, ...environment }, maxBuffer: 256 * 1024 * 1024 };
  const running = run('docker', args, options);
  running.child.stdin?.on('error', () => {}); // a container that has gone reads nothing more
  running.child.stdin?.end(input);
  try {
    const { stdout, stderr } = await running;
    return { stdout, stderr, exitCode: 0 };
  } catch (error) {
    const { stdout = '', stderr = '', code } = error as { stdout?: string; stderr?: string; code?: number };
    return { stdout, stderr, exitCode: typeof code === 'number' ? code : 1 };
  }
}

/** A run that was killed leaves containers and networks behind; the next one has to find their addresses free. */
async function removeLeftovers(): Promise<void> {
  await compose(['docker-compose.yml', 'e2e/compose.e2e.yaml'], { LAB_PORT: String(PORT) }, [
    '--profile',
    '*',
    'down',
    '--volumes',
    '--remove-orphans',
    '--timeout',
    '1',
  ]);
}

/**
 * SIGKILL to the node process, not to the container: `docker kill` would count as the operator's wish. The container
 * ends with it, and with the container this command, so its outcome says nothing: the count of restarts does.
 */
export async function killNode(lab: Lab, service: string): Promise<void> {
  const script =
    'for p in /proc/[0-9]*; do [ "$(readlink $p/exe)" = /usr/local/bin/node ] && kill -9 $(basename $p); done';
  await lab.exec(service, ['bash', '-c', script]);
}

/** A container of its own beside the lab, on one of its internal networks, that runs one command and is removed. */
export function runBeside({
  network,
  address,
  image = 'managed-identity-lab/app',
  command,
}: {
  network: string;
  address: string;
  image?: string;
  command: readonly string[];
}): Promise<Output> {
  const isolation = [
    '--rm',
    '--cap-drop',
    'ALL',
    '--security-opt',
    'no-new-privileges',
    '--network',
    `${PROJECT}_${network}`,
  ];
  return attempt(['run', ...isolation, '--ip', address, image, ...command]);
}

export type ProgramRun = { readonly steps: readonly { readonly outcome: string }[] };

/** Runs the sample program on a machine, named by its service, through its agent. `printed` is the answer as it came. */
export async function runProgram(lab: Lab, machine: string): Promise<ProgramRun & { readonly printed: string }> {
  const agent = ['--unix-socket', '/run/agent/agent.sock', '-X', 'POST', 'http://agent/run'];
  const { stdout } = await lab.exec(machine, ['curl', '-sS', '--max-time', '8', ...agent]);
  return { ...(JSON.parse(stdout) as ProgramRun), printed: stdout };
}

const IMDS = 'http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01';

/** A token of vm-app01's identity, from IMDS, the way its own code gets it. */
export async function tokenOf(lab: Lab, resource: string): Promise<string> {
  const [answer] = await lab.send('app', [
    { url: `${IMDS}&resource=${encodeURIComponent(resource)}`, headers: { Metadata: 'true' } },
  ]);
  if (answer?.status !== 200) throw new Error(`IMDS answered ${answer?.status ?? answer?.error}`);
  return JSON.parse(answer.body).access_token;
}

/** The lab API as a test on this machine reaches it: by the published port, with the lab's token. */
export async function labApi(lab: Lab): Promise<LabClient> {
  return labClient({ url: `http://127.0.0.1:${PORT}`, token: await labToken(lab) });
}

/** What opens the lab API, and with what a trainer signs in. */
export async function labToken(lab: Lab): Promise<string> {
  return (await lab.exec('portal', ['cat', '/var/lib/lab/api-token'])).stdout.trim();
}

/** Claims of a token, unverified. */
export function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
}

/** Waits until `condition` holds, asking every 200 ms. @throws when it does not in time. */
export async function eventually<T>(
  condition: () => Promise<T | undefined | false>,
  timeoutMs: number,
  what: string,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await condition().catch(() => undefined);
    if (value) return value;
    if (Date.now() > deadline) throw new Error(`not within ${timeoutMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
