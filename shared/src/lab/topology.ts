import { parse } from 'yaml';
import { z } from 'zod';

/**
 * What the containers' wiring says about names and addresses. Read from `docker-compose.yml`, so that a virtual machine's
 * address and a vault's host name are written once.
 */
export type Topology = {
  /** Address on the `vm` network by virtual machine name: the `hostname` of the service that has one there. */
  readonly virtualMachines: ReadonlyMap<string, string | undefined>;
  /** Public names by service, the aliases on `azure`. */
  readonly publicNames: ReadonlyMap<string, readonly string[]>;
  /** Directories for the sockets of agents, relative to the state: `agents/app`. The machines with an agent mount them. */
  readonly agentDirectories: readonly string[];
};

const Attachment = z
  .object({ aliases: z.array(z.string()).default([]), ipv4_address: z.string().optional() })
  .nullable();

const Volume = z.union([
  z.string(),
  z.object({ volume: z.object({ subpath: z.string().optional() }).optional() }), // others than state have none
]);

const ComposeFile = z.object({
  services: z.record(
    z.string(),
    z.object({
      hostname: z.string().optional(),
      networks: z.record(z.string(), Attachment).optional(),
      volumes: z.array(Volume).default([]),
    }),
  ),
});

const IMDS_ADDRESS = '169.254.169.254';
const AGENT_DIRECTORY = /^agents\/[a-z0-9-]+$/;

/**
 * @param texts Compose files, as given to `docker compose --file`: a later one adds to an earlier one. Networks are
 *   attached by map (`vm: { ipv4_address: … }`), as the lab's own file does.
 * @throws ZodError when one is no such file.
 */
export function readTopology(...texts: string[]): Topology {
  const virtualMachines = new Map<string, string>();
  const publicNames = new Map<string, readonly string[]>();
  const agentDirectories = new Set<string>();
  for (const [service, { hostname, networks, volumes }] of texts.flatMap(servicesOf)) {
    const address = networks?.vm?.ipv4_address;
    if (hostname !== undefined && address !== undefined && address !== IMDS_ADDRESS) {
      virtualMachines.set(hostname, address);
    }
    const aliases = [...(publicNames.get(service) ?? []), ...(networks?.azure?.aliases ?? [])];
    if (aliases.length > 0) publicNames.set(service, aliases);
    for (const volume of volumes) {
      const subpath = typeof volume === 'string' ? undefined : volume.volume?.subpath;
      if (subpath !== undefined && AGENT_DIRECTORY.test(subpath)) agentDirectories.add(subpath);
    }
  }
  return { virtualMachines, publicNames, agentDirectories: [...agentDirectories] };
}

const servicesOf = (text: string) => Object.entries(ComposeFile.parse(parse(text, { merge: true })).services);
