/** Docker's networks, as the `docker` command describes them. */
import type { DockerNetwork } from '@lab/shared/docker/subnets.ts';
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
