/**
 * Which of an engine's networks are in the lab's way: two networks of one engine cannot share an address. Pure; whoever
 * asks the engine passes in what it said.
 */

export type DockerNetwork = {
  readonly name: string;
  /** Compose project it belongs to, and its name in that project's file. */
  readonly project: string | undefined;
  readonly key: string | undefined;
  readonly subnets: readonly string[];
  readonly containers: readonly string[];
};

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

/** Who holds the addresses that one of the lab's networks needs. @param key The lab's network, such as `vm`. */
export function describeHolder({ name, project, subnets }: DockerNetwork, key: string, subnet: string): string {
  const whose = project === undefined ? '' : ` of the Compose project ${project}`;
  return `The network ${name}${whose} holds ${subnets.join(', ')}, where the lab's network ${key} has to be (${subnet}).`;
}

/** The command that removes a network with what is attached to it. */
export function removalOf({ name, project, containers }: DockerNetwork): string {
  if (project !== undefined) return `docker compose -p ${project} down --remove-orphans`;
  const attached = containers.length > 0 ? `docker rm --force ${containers.join(' ')} && ` : '';
  return `${attached}docker network rm ${name}`;
}
