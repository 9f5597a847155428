import { parse } from 'yaml';
import { z } from 'zod';

/**
 * What the containers' wiring says about names and addresses. Read from `docker-compose.yml`, so that a virtual machine's
 * address and a vault's host name are written once.
 */
export type Topology = {
  /** Address on the `vm` network by virtual machine name: the `hostname` of the service that has one there. */
  readonly virtualMachines: ReadonlyMap<string, string | undefined>;
  /** Host names of the services on the network `appservice`: function apps. */
  readonly functionApps: ReadonlySet<string>;
  /** Where function apps reach `appservice`: its address on their network. */
  readonly appServiceAddress: string | undefined;
  /** Host names of all services: a pod is one of them. */
  readonly hostNames: ReadonlySet<string>;
  /** Public names by service, the aliases on `azure`. */
  readonly publicNames: ReadonlyMap<string, readonly string[]>;
  /** Directories of the volume `state` that services mount, such as `agents/app`. They have to be there before. */
  readonly stateDirectories: readonly string[];
};

/** Addresses that virtual machines can have: what is left of the /29 that IMDS needs. */
export const VM_ADDRESSES = ['169.254.169.250', '169.254.169.251', '169.254.169.252', '169.254.169.253'] as const;

const Attachment = z
  .object({ aliases: z.array(z.string()).default([]), ipv4_address: z.string().optional() })
  .nullable();

const Volume = z.union([
  z.string(),
  z.object({ source: z.string().optional(), volume: z.object({ subpath: z.string().optional() }).optional() }),
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
/** Of names alone: nothing that leads out of the volume. */
const STATE_DIRECTORY = /^[a-z0-9-]+(\/[a-z0-9-]+)*$/;

/**
 * @param texts Compose files, as given to `docker compose --file`: a later one adds to an earlier one. Networks are
 *   attached by map (`vm: { ipv4_address: … }`), as the lab's own file does. Services of profiles count like all others:
 *   a profile may be started later.
 * @throws ZodError when one is no such file.
 */
export function readTopology(...texts: string[]): Topology {
  const virtualMachines = new Map<string, string>();
  const functionApps = new Set<string>();
  let appServiceAddress: string | undefined;
  const hostNames = new Set<string>();
  const publicNames = new Map<string, readonly string[]>();
  const stateDirectories = new Set<string>();
  for (const [service, { hostname, networks = {}, volumes }] of texts.flatMap(servicesOf)) {
    const address = networks.vm?.ipv4_address;
    if (service === 'appservice') appServiceAddress = networks.appservice?.ipv4_address ?? appServiceAddress;
    if (hostname !== undefined) {
      hostNames.add(hostname);
      if (address !== undefined && address !== IMDS_ADDRESS) virtualMachines.set(hostname, address);
      if ('appservice' in networks) functionApps.add(hostname);
    }
    const aliases = [...(publicNames.get(service) ?? []), ...(networks.azure?.aliases ?? [])];
    if (aliases.length > 0) publicNames.set(service, aliases);
    for (const volume of volumes) {
      const subpath = typeof volume === 'string' || volume.source !== 'state' ? undefined : volume.volume?.subpath;
      if (subpath !== undefined && STATE_DIRECTORY.test(subpath)) stateDirectories.add(subpath);
    }
  }
  return {
    virtualMachines,
    functionApps,
    appServiceAddress,
    hostNames,
    publicNames,
    stateDirectories: [...stateDirectories],
  };
}

const servicesOf = (text: string) => Object.entries(ComposeFile.parse(parse(text, { merge: true })).services);
