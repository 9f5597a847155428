/** The lab as Docker Compose knows it: what the file asks for, with its variables filled in, and what is running. */
import { join } from 'node:path';
import { z } from 'zod';
import { capture, run } from '../processes.ts';
import { ROOT } from '../root.ts';
import { readJson } from './engine.ts';

/**
 * The file is named, so that neither the current directory nor COMPOSE_FILE chooses another one. What runs is looked at,
 * entered and taken down whatever its profile; only a start goes by the profiles that are asked for.
 */
export const composeArgs = (args: readonly string[], profiles: readonly string[] = ['*']): string[] => [
  'compose',
  '--file',
  join(ROOT, 'docker-compose.yml'),
  ...profiles.flatMap((profile) => ['--profile', profile]),
  ...args,
];

/** Runs `docker compose …` on this terminal. @returns its exit code. */
export const compose = (...args: string[]): Promise<number> => run('docker', composeArgs(args));

/** Runs `docker compose up …`. @param profiles None: those of the variable COMPOSE_PROFILES. */
export const composeUp = (profiles: readonly string[], ...args: string[]): Promise<number> =>
  run('docker', composeArgs(['up', ...args], profiles));

const Service = z.object({
  image: z.string().optional(),
  hostname: z.string().optional(),
  /** What it is started with; none: always. */
  profiles: z.array(z.string()).default([]),
  ports: z.array(z.object({ published: z.string().optional(), host_ip: z.string().optional() })).default([]),
  volumes: z.array(z.object({ source: z.string().optional(), target: z.string() })).default([]),
});
const Network = z.object({
  name: z.string(),
  ipam: z.object({ config: z.array(z.object({ subnet: z.string().optional() })).nullish() }).optional(),
});
const Model = z.object({
  name: z.string(),
  services: z.record(z.string(), Service),
  networks: z.record(z.string(), Network).default({}),
});

/** docker-compose.yml after Compose has read it. */
export type ComposeModel = z.infer<typeof Model>;

/** @returns what Compose has to say instead, when the file is not usable. */
export async function readModel(): Promise<{ model: ComposeModel } | { mistake: string }> {
  const { code, stdout, stderr } = await capture('docker', composeArgs(['config', '--format', 'json']));
  const model = code === 0 ? readJson(Model, stdout) : undefined;
  return model ? { model } : { mistake: stderr.trim() || 'Compose gave no answer that can be read' };
}

/** The one published port. */
export const portOf = ({ services }: ComposeModel): number => Number(services.gateway?.ports[0]?.published ?? 8080);

export const urlOf = (model: ComposeModel): string => `http://localhost:${portOf(model)}`;

/** Where the page answers on this machine: on its own loopback address, unless it is published at another one alone. */
export const addressOf = (model: ComposeModel): string => {
  const address = model.services.gateway?.ports[0]?.host_ip ?? '';
  const isOwn = ['', '0.0.0.0', '::', '127.0.0.1', '::1'].includes(address);
  return isOwn ? urlOf(model) : `http://${address}:${portOf(model)}`;
};

/** Service by host name: how a virtual machine's name becomes a container. */
export const machinesOf = ({ services }: ComposeModel): ReadonlyMap<string, string> =>
  new Map(Object.entries(services).flatMap(([service, { hostname }]) => (hostname ? [[hostname, service]] : [])));

const Container = z.object({
  Service: z.string(),
  State: z.string(),
  Health: z.string().default(''),
  ExitCode: z.number().default(0),
});
export type Container = z.infer<typeof Container>;

/** What `docker compose ps --format json` prints: an object per line, in some versions one array. */
export function parseContainers(text: string): Container[] {
  const trimmed = text.trim();
  if (trimmed.startsWith('[')) return readJson(z.array(Container), trimmed) ?? [];
  return trimmed.split('\n').flatMap((line) => readJson(Container, line) ?? []);
}

export async function listContainers(): Promise<Container[]> {
  const { stdout } = await capture('docker', composeArgs(['ps', '--all', '--format', 'json']));
  return parseContainers(stdout).sort((a, b) => a.Service.localeCompare(b.Service));
}

/** Whether a container is as it should be: running and not unhealthy, or a one-shot that ended well. */
export const isWell = ({ State, Health, ExitCode }: Container): boolean =>
  State === 'running' ? Health === '' || Health === 'healthy' : State === 'exited' && ExitCode === 0;
