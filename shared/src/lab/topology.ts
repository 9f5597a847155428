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
};

const Attachment = z
  .object({ aliases: z.array(z.string()).default([]), ipv4_address: z.string().optional() })
  .nullable();

const ComposeFile = z.object({
  services: z.record(
    z.string(),
    z.object({ hostname: z.string().optional(), networks: z.record(z.string(), Attachment).optional() }),
  ),
});

const IMDS_ADDRESS = '169.254.169.254';

/**
 * @param texts Compose files, as given to `docker compose --file`: a later one adds to an earlier one. Networks are
 *   attached by map (`vm: { ipv4_address: … }`), as the lab's own file does.
 * @throws ZodError when one is no such file.
 */
export function readTopology(...texts: string[]): Topology {
  const virtualMachines = new Map<string, string>();
  const publicNames = new Map<string, readonly string[]>();
  for (const [service, { hostname, networks }] of texts.flatMap(servicesOf)) {
    const address = networks?.vm?.ipv4_address;
    if (hostname !== undefined && address !== undefined && address !== IMDS_ADDRESS) {
      virtualMachines.set(hostname, address);
    }
    const aliases = [...(publicNames.get(service) ?? []), ...(networks?.azure?.aliases ?? [])];
    if (aliases.length > 0) publicNames.set(service, aliases);
  }
  return { virtualMachines, publicNames };
}

const servicesOf = (text: string) => Object.entries(ComposeFile.parse(parse(text, { merge: true })).services);
