import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '@lab/shared/clock.ts';
import type { Resource } from '@lab/shared/feed/resources.ts';
import { loadLab } from '@lab/shared/lab/load-lab.ts';
import { resolveLab } from '@lab/shared/lab/resolve-lab.ts';
import { readTopology } from '@lab/shared/lab/topology.ts';
import type { Config } from './config.ts';
import { type Issued, issueCertificates } from './domain/issue-certificates.ts';

/** Services with a certificate on the fabric. */
export const FABRIC_SERVICES = ['entra', 'arm', 'imds', 'keyvault', 'blob', 'portal'] as const;

/**
 * Prepares everything the other containers start from, and ends: the lab file is checked against the topology, each
 * service gets its directory and certificates, each agent a directory for its socket, `arm` the resolved file.
 *
 * The names in the certificates are the aliases of the topology, so a name is written once. A mistake in the lab file
 * ends it before anything starts.
 * @throws LabFileError
 */
export async function prepareLab({
  stateDirectory,
  labFile,
  composeFiles,
  leafDays,
  testPeer,
}: Config): Promise<Issued & { resources: number }> {
  const topology = readTopology(...composeFiles.map((path) => readFileSync(path, 'utf8')));
  const resources = resolveLab(loadLab(readFileSync(labFile, 'utf8')), topology);
  const services = [...FABRIC_SERVICES, ...(testPeer ? ['tests'] : [])].map((service) => ({
    service,
    publicNames: topology.publicNames.get(service) ?? [],
  }));
  const issued = await issueCertificates({ directory: stateDirectory, services, clock: systemClock, leafDays });
  for (const path of topology.agentDirectories) mkdirSync(join(stateDirectory, path), { recursive: true });
  writeLab(join(stateDirectory, 'arm'), resources);
  return { ...issued, resources: resources.length };
}

function writeLab(directory: string, resources: readonly Resource[]): void {
  const path = join(directory, 'lab.json');
  writeFileSync(`${path}.new`, JSON.stringify({ resources }), { flush: true });
  renameSync(`${path}.new`, path);
}
