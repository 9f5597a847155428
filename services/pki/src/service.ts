import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { systemClock } from '@lab/shared/clock.ts';
import type { ApiJson, ClusterJson, LabJson } from '@lab/shared/lab/lab-state.ts';
import { loadLab } from '@lab/shared/lab/load-lab.ts';
import { readWiring } from '@lab/shared/lab/read-wiring.ts';
import { resolveLab } from '@lab/shared/lab/resolve-lab.ts';
import { secretsFrom } from '@lab/shared/lab/secrets.ts';
import { readTopology } from '@lab/shared/lab/topology.ts';
import type { Wiring } from '@lab/shared/lab/wiring.ts';
import type { Config } from './config.ts';
import { filesIn, type Issued, issueCertificates } from './domain/issue-certificates.ts';
import { apiApplications, operatorCredentials, platformEnvironments, slotsOf } from './domain/platform.ts';
import { apiTokenFile, environmentFile, keptApiToken, keptSecrets, operatorFile } from './store/secrets.ts';

/** Services with a certificate on the fabric. Those of profiles too: a profile may be started later. */
export const FABRIC_SERVICES = [
  'entra',
  'arm',
  'imds',
  'appservice',
  'keyvault',
  'blob',
  'dns',
  'cluster',
  'api',
  'portal',
] as const;

/**
 * Prepares everything the other containers start from, and ends: the lab file is checked against the topology, each
 * service gets its directories and certificates, `arm` the resolved file, `cluster` its description, each workload the
 * variables that its platform sets, the operator its credentials, the lab API its token, and the page what isolates the parts.
 *
 * The names in the certificates are the aliases of the topology, so a name is written once. A mistake in the lab file
 * ends it before anything is written. Secrets are made at the first start and kept.
 * @throws LabFileError
 */
export async function prepareLab({
  stateDirectory,
  labFile,
  composeFiles,
  leafDays,
  testPeer,
}: Config): Promise<Issued & { resources: number }> {
  const composeTexts = composeFiles.map((path) => readFileSync(path, 'utf8'));
  const topology = readTopology(...composeTexts);
  const now = systemClock.now();
  const secrets = secretsFrom(keptSecrets(stateDirectory, now), now);
  const lab = resolveLab(loadLab(readFileSync(labFile, 'utf8')), topology, secrets);
  const services = [...FABRIC_SERVICES, ...(testPeer ? ['tests'] : [])].map((service) => ({
    service,
    publicNames: topology.publicNames.get(service) ?? [],
  }));
  const issued = await issueCertificates({ files: filesIn(stateDirectory), services, clock: systemClock, leafDays });
  // A directory that nobody has made when a container mounts it would belong to root.
  for (const path of topology.stateDirectories) {
    mkdirSync(join(stateDirectory, path), path.startsWith('az/') ? PRIVATE : { recursive: true });
  }
  for (const hostName of topology.hostNames) mkdirSync(join(stateDirectory, 'az', hostName), PRIVATE);
  writeJson(operatorFile(stateDirectory), operatorCredentials(lab.resources, secrets), 0o600);
  write(apiTokenFile(stateDirectory), keptApiToken(stateDirectory), 0o600);
  for (const [hostName, variables] of platformEnvironments(lab, topology, secrets)) {
    const lines = Object.entries(variables).map(([name, value]) => `${name}=${value}\n`);
    write(environmentFile(stateDirectory, hostName), lines.join(''), 0o600);
  }
  writeJson(join(stateDirectory, 'cluster', 'cluster.json'), { clusters: [...lab.clusters] } satisfies ClusterJson);
  writeJson(join(stateDirectory, 'api', 'api.json'), {
    applications: apiApplications(lab.resources),
  } satisfies ApiJson);
  // Of the lab's own file: lines are lines of one.
  const [ownFile = ''] = composeTexts;
  writeJson(join(stateDirectory, 'portal', 'wiring.json'), readWiring(ownFile) satisfies Wiring);
  // The last one: with it `arm` tells the others.
  writeJson(join(stateDirectory, 'arm', 'lab.json'), {
    resources: lab.resources,
    slots: slotsOf(topology),
    clusters: lab.clusters,
  } satisfies LabJson);
  return { ...issued, resources: lab.resources.length };
}

/** Where the Azure CLI keeps tokens, for the operator and on each machine. */
const PRIVATE = { recursive: true, mode: 0o700 };

const writeJson = (path: string, value: unknown, mode = 0o644): void => write(path, JSON.stringify(value), mode);

/** By rename, so that whoever reads meanwhile sees the old file or the new one, whole. */
function write(path: string, content: string, mode: number): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.new`, content, { mode, flush: true });
  renameSync(`${path}.new`, path);
}
