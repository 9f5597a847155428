import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { loadLab } from '@lab/shared/lab/load-lab.ts';
import { CLUSTER_SUFFIX } from '@lab/shared/lab/resolve/workloads.ts';
import { type ResolvedLab, resolveLab } from '@lab/shared/lab/resolve-lab.ts';
import type { LabSecrets } from '@lab/shared/lab/secrets.ts';
import type { Topology } from '@lab/shared/lab/topology.ts';
import type { StartLabOptions } from './types.ts';

/**
 * The resources that are declared. Every name that is asked for exists here: names are ports in the embedded lab.
 * @throws LabFileError when it cannot be used.
 */
export function readLab(
  { labFile = defaultLabFile(), lab }: Pick<StartLabOptions, 'labFile' | 'lab'>,
  secrets: LabSecrets,
): ResolvedLab {
  const name = lab === undefined ? labFile : 'lab';
  const text = typeof lab === 'object' ? JSON.stringify(lab, null, 2) : (lab ?? readFileSync(labFile, 'utf8'));
  const loaded = loadLab(text, name);
  const groups = loaded.lab.tenants.flatMap(({ subscriptions }) =>
    subscriptions.flatMap(({ resourceGroups }) => resourceGroups),
  );
  const clusters = groups.flatMap(({ managedClusters }) => managedClusters);
  const topology: Topology = {
    stateDirectories: [],
    virtualMachines: new Map(
      groups.flatMap(({ virtualMachines }) => virtualMachines.map(({ name }) => [name, undefined])),
    ),
    functionApps: new Set(groups.flatMap(({ functionApps }) => functionApps.map(({ name }) => name))),
    appServiceAddress: undefined,
    hostNames: new Set(clusters.flatMap(({ serviceAccounts }) => serviceAccounts.map(({ pod }) => pod))),
    publicNames: new Map([['cluster', groups.map(({ location }) => `${location}${CLUSTER_SUFFIX}`)]]),
  };
  return resolveLab(loaded, topology, secrets, name);
}

/** The lab file of the repository, of which the published package has a copy. */
const defaultLabFile = (): string => fileURLToPath(new URL('../../../lab.yaml', import.meta.url));
