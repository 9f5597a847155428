import { existsSync, readFileSync } from 'node:fs';
import { readFile, statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import { homedir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { LabFileError, loadLab } from '@lab/shared/lab/load-lab.ts';
import { resolveLab } from '@lab/shared/lab/resolve-lab.ts';
import { secretsFrom } from '@lab/shared/lab/secrets.ts';
import { readTopology, type Topology } from '@lab/shared/lab/topology.ts';
import { z } from 'zod';
import { type ComposeModel, portOf, readModel } from '../docker/compose.ts';
import { probeEngine, readJson } from '../docker/engine.ts';
import { listNetworks } from '../docker/networks.ts';
import { capture } from '../processes.ts';
import { ROOT } from '../root.ts';
import type { Facts } from './diagnose.ts';

/** Looks at this machine: about half a second, and nothing is changed. */
export async function probe(): Promise<Facts> {
  const [engine, read] = await Promise.all([probeEngine(), readModel()]);
  const answers = engine.engineVersion !== undefined;
  const model = 'model' in read ? read.model : undefined;
  const number = model ? portOf(model) : Number(process.env.LAB_PORT ?? 8080);
  const [networks, taken, holder, info, labFileMistakes] = await Promise.all([
    answers ? listNetworks() : [],
    isTaken(number),
    answers ? publisherOf(number) : undefined,
    answers ? engineInfo() : undefined,
    mistakesIn(labFileOf(model)),
  ]);
  return {
    aptBased: isAptBased(),
    engine,
    model,
    ...('mistake' in read && { modelMistake: read.mistake }),
    networks,
    port: { number, taken, holder },
    clientProxies: hasClientProxies(),
    proxyVariables: ['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy'].filter((name) => process.env[name]),
    disk: info && (await freeSpace(info.DockerRootDir)),
    memoryBytes: info?.MemTotal,
    labFileMistakes,
  };
}

/** Debian, Ubuntu and what is made from them. */
export function isAptBased(): boolean {
  try {
    return /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(readFileSync('/etc/os-release', 'utf8'));
  } catch {
    return false;
  }
}

/** Whether something else listens there. A port that this user may not open counts as free: the engine's user may. */
const isTaken = (port: number): Promise<boolean> =>
  new Promise((done) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => done(error.code === 'EADDRINUSE'));
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => server.close(() => done(false)));
  });

async function publisherOf(port: number): Promise<{ container: string; project: string } | undefined> {
  const format = '{{.Names}}\t{{.Label "com.docker.compose.project"}}';
  const { stdout } = await capture('docker', ['ps', '--filter', `publish=${port}/tcp`, '--format', format]);
  const [container, project = ''] = stdout.split('\n')[0]?.split('\t') ?? [];
  return container ? { container, project } : undefined;
}

const Info = z.object({ DockerRootDir: z.string(), MemTotal: z.number().optional() });

const engineInfo = async () => readJson(Info, (await capture('docker', ['info', '--format', 'json'])).stdout);

async function freeSpace(path: string): Promise<Facts['disk']> {
  try {
    const { bavail, bsize } = await statfs(path);
    return { path, freeBytes: bavail * bsize };
  } catch {
    return undefined; // Docker Desktop's directory is inside its own virtual machine.
  }
}

function hasClientProxies(): boolean {
  const directory = process.env.DOCKER_CONFIG ?? join(homedir(), '.docker');
  const file = join(directory, 'config.json');
  const Config = z.object({ proxies: z.record(z.string(), z.unknown()).optional() });
  const proxies = existsSync(file) ? readJson(Config, readFileSync(file, 'utf8'))?.proxies : undefined;
  return Object.keys(proxies ?? {}).length > 0;
}

export const labFileOf = (model: ComposeModel | undefined): string =>
  model?.services.pki?.volumes.find(({ target }) => target === '/etc/lab/lab.yaml')?.source ??
  resolve(ROOT, process.env.LAB_FILE ?? 'lab.yaml');

async function mistakesIn(path: string): Promise<string[]> {
  const name = basename(path);
  try {
    const lab = loadLab(await readFile(path, 'utf8'), name);
    const topology = await findTopology();
    // Secrets are none of a check's business: these are thrown away.
    if (topology) resolveLab(lab, topology, secretsFrom({ operators: new Map(), identityHeaders: new Map() }, 0), name);
    return [];
  } catch (error) {
    if (error instanceof LabFileError) return error.message.split('\n');
    return [`${path} cannot be read: ${error instanceof Error ? error.message : error}`];
  }
}

/** Undefined when docker-compose.yml is not usable, which Compose reports in its own words. */
async function findTopology(): Promise<Topology | undefined> {
  try {
    return readTopology(await readFile(join(ROOT, 'docker-compose.yml'), 'utf8'));
  } catch {
    return undefined;
  }
}
