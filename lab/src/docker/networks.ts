/** Docker's networks, and which of them are in the lab's way: two networks of one engine cannot share an address. */
import { z } from 'zod';
import { capture } from '../processes.ts';
import { readJson } from './engine.ts';

const NetworkList = z.array(
  z.object({
    Name: z.string(),
    Labels: z.record(z.string(), z.string()).nullish(),
    IPAM: z.object({ Config: z.array(z.object({ Subnet: z.string().optional() })).nullish() }).nullish(),
    Containers: z.record(z.string(), z.object({ Name: z.string() })).nullish(),
  }),
);

export type DockerNetwork = {
  readonly name: string;
  /** Compose project it belongs to, and its name in that project's file. */
  readonly project: string | undefined;
  readonly key: string | undefined;
  readonly subnets: readonly string[];
  readonly containers: readonly string[];
};

/** @param text What `docker network inspect` prints. */
export const parseNetworks = (text: string): DockerNetwork[] =>
  (readJson(NetworkList, text) ?? []).map(({ Name, Labels, IPAM, Containers }) => ({
    name: Name,
    project: Labels?.['com.docker.compose.project'],
    key: Labels?.['com.docker.compose.network'],
    subnets: (IPAM?.Config ?? []).flatMap(({ Subnet }) => Subnet ?? []),
    containers: Object.values(Containers ?? {}).map((container) => container.Name),
  }));

export async function listNetworks(): Promise<DockerNetwork[]> {
  const { stdout } = await capture('docker', ['network', 'ls', '--quiet', '--no-trunc']);
  const ids = stdout.split('\n').filter(Boolean);
  // A network that went away meanwhile is reported as an error beside the others' descriptions.
  return ids.length === 0 ? [] : parseNetworks((await capture('docker', ['network', 'inspect', ...ids])).stdout);
}

/** First and last address of an IPv4 subnet as numbers; undefined for anything else, IPv6 included. */
export function rangeOf(subnet: string): readonly [first: number, last: number] | undefined {
  const parts = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(subnet)?.slice(1).map(Number);
  if (!parts || parts.slice(0, 4).some((part) => part > 255) || (parts[4] ?? 33) > 32) return undefined;
  const address = parts.slice(0, 4).reduce((sum, part) => sum * 256 + part, 0);
  const size = 2 ** (32 - (parts[4] ?? 32));
  const first = address - (address % size);
  return [first, first + size - 1];
}

export function overlap(one: string, other: string): boolean {
  const [a, b] = [rangeOf(one), rangeOf(other)];
  return a !== undefined && b !== undefined && a[0] <= b[1] && b[0] <= a[1];
}

/** Another project's networks that hold an address of the subnet. */
export const holdersOf = (subnet: string, networks: readonly DockerNetwork[], ownProject: string): DockerNetwork[] =>
  networks.filter(({ project, subnets }) => project !== ownProject && subnets.some((held) => overlap(held, subnet)));

/** The command that removes a network with what is attached to it. */
export function removalOf({ name, project, containers }: DockerNetwork): string {
  if (project !== undefined) return `docker compose -p ${project} down`;
  const attached = containers.length > 0 ? `docker rm --force ${containers.join(' ')} && ` : '';
  return `${attached}docker network rm ${name}`;
}
