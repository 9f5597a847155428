/** What is in the way of a lab, and what an earlier one of the same project left behind. */
import { type DockerNetwork, describeHolder, holdersOf, removalOf } from '@lab/shared/docker/subnets.ts';
import type { ComposeModel, ComposeProject } from './compose.ts';
import { type Engine, isStatus } from './engine.ts';
import { PROJECT_LABEL } from './labels.ts';

/**
 * Removes all of a project: what the module attached to it, what Compose made, its volume. Whatever else is attached to
 * its networks is let go, and stays.
 * @returns whether there was anything.
 */
export async function removeLab({ api }: Engine, project: ComposeProject): Promise<boolean> {
  const own = await api.listContainers({ all: true, filters: { label: [`${PROJECT_LABEL}=${project.name}`] } });
  await Promise.all(own.map(({ Id }) => api.getContainer(Id).remove({ force: true, v: true }).catch(ignoreGone)));
  const networks = await api.listNetworks({ filters: { label: [`com.docker.compose.project=${project.name}`] } });
  for (const { Id } of networks) await letGo(Id);
  const down = ['--profile', '*', 'down', '--volumes', '--remove-orphans', '--timeout', '1'];
  const { code, stderr } = await project.run(down);
  if (code !== 0) throw new Error(`the lab could not be taken down: ${stderr.trim()}`);
  return own.length + networks.length > 0;

  async function letGo(id: string): Promise<void> {
    const network = api.getNetwork(id);
    const { Containers } = await network.inspect();
    for (const container of Object.keys(Containers ?? {})) {
      const labels = (await api.getContainer(container).inspect().catch(ignoreGone))?.Config.Labels;
      if (labels?.['com.docker.compose.project'] === project.name) continue;
      await network.disconnect({ Container: container, Force: true }).catch(ignoreGone);
    }
  }
}

const ignoreGone = (error: unknown): undefined => {
  if (!isStatus(error, 404, 409)) throw error;
};

/**
 * What holds the addresses that the lab needs, a sentence each, and the commands that remove it; none where nothing does.
 *
 * @param ownProject Whose networks are not in the way. None: another run of the same project is.
 */
export function whatIsInTheWay(model: ComposeModel, networks: readonly DockerNetwork[], ownProject = ''): string[] {
  const found = Object.entries(model.networks).flatMap(([key, { ipam }]) =>
    (ipam?.config ?? []).flatMap(({ subnet = '' }) =>
      holdersOf(subnet, networks, ownProject).map((holder) => ({
        what: describeHolder(holder, key, subnet),
        remedy: `  → ${removalOf(holder)}`,
      })),
    ),
  );
  return [...found.map(({ what }) => what), ...new Set(found.map(({ remedy }) => remedy))];
}

export async function listNetworks({ api }: Engine): Promise<DockerNetwork[]> {
  const found = await api.listNetworks();
  const inspected = await Promise.all(
    found.map(({ Id }) =>
      api
        .getNetwork(Id)
        .inspect()
        .catch(() => undefined),
    ),
  );
  return inspected
    .filter((network) => network !== undefined)
    .map(({ Name, Labels, IPAM, Containers }) => ({
      name: Name,
      project: Labels?.['com.docker.compose.project'],
      key: Labels?.['com.docker.compose.network'],
      subnets: (IPAM?.Config ?? []).flatMap(({ Subnet }) => Subnet ?? []),
      containers: Object.values(Containers ?? {}).map(({ Name }) => Name),
    }));
}
