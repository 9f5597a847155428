import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates } from 'node:tls';
import { startArm } from '@lab/arm/service.ts';
import { startBlob } from '@lab/blob/service.ts';
import { startEntra } from '@lab/entra/service.ts';
import { startImds } from '@lab/imds/service.ts';
import { type KeyvaultService, startKeyvault } from '@lab/keyvault/service.ts';
import { issueCertificates } from '@lab/pki/domain/issue-certificates.ts';
import { operatorCredentials } from '@lab/pki/domain/platform.ts';
import { systemClock } from '@lab/shared/clock.ts';
import { tlsFrom } from '@lab/shared/config.ts';
import { type FabricClient, fabricClient } from '@lab/shared/fabric/client.ts';
import type { Peer } from '@lab/shared/fabric/peers.ts';
import { untilHealthy } from '@lab/shared/fabric/until-healthy.ts';
import type { Resource, ResourceOf } from '@lab/shared/feed/resources.ts';
import type { ListenAddress, RunningService } from '@lab/shared/http/lifecycle.ts';
import { loadLab } from '@lab/shared/lab/load-lab.ts';
import { CLUSTER_SUFFIX } from '@lab/shared/lab/resolve/workloads.ts';
import { type ResolvedLab, resolveLab } from '@lab/shared/lab/resolve-lab.ts';
import { type LabSecrets, secretsFrom } from '@lab/shared/lab/secrets.ts';
import type { Topology } from '@lab/shared/lab/topology.ts';
import { silentLog } from '@lab/shared/log.ts';
import { embeddedClock } from './clock.ts';
import { defaultLabFile } from './default-lab.ts';
import { embeddedOptions } from './options.ts';
import type { EmbeddedLab, StartLabOptions } from './types.ts';

/**
 * The lab in this process: the same services as the containers run, on free loopback ports with TLS, in memory.
 * No network isolation: every program of this machine reaches every port. State goes when it is closed.
 *
 * @throws LabFileError when the lab file cannot be used.
 */
export async function startLab(options: StartLabOptions = {}): Promise<EmbeddedLab> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startOnce(options);
    } catch (error) {
      // Somebody took a port between the moment it was found free and the moment it was used: others are free.
      const { code } = error as { code?: unknown };
      if (code !== 'EADDRINUSE' || attempt === ATTEMPTS) throw error;
    }
  }
}

const ATTEMPTS = 5;

async function startOnce({ labFile = defaultLabFile() }: StartLabOptions): Promise<EmbeddedLab> {
  const log = silentLog;
  const secrets = secretsFrom({ operators: new Map(), identityHeaders: new Map() }, systemClock.now());
  const { resources } = resolve(labFile, secrets);
  const directory = mkdtempSync(join(tmpdir(), 'managed-identity-lab-'));
  const running: RunningService<'health'>[] = [];
  let fabric: FabricClient | undefined;
  const close = async () => {
    // Followers first: what they follow is then still there to end their polls in good order.
    await fabric?.close();
    for (const service of running.reverse()) await service.close();
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    const vaults = valuesOf(resources, 'vault');
    await issueCertificates({ directory, services: CERTIFIED, clock: systemClock, loopback: true });
    const [entraPort, armFabricPort] = await freePorts(2);
    const authorityOrigin = `https://localhost:${entraPort}`;
    const origins: Partial<Record<Peer, string>> = { arm: `https://${LOOPBACK}:${armFabricPort}` };
    const common = (service: string) => ({
      control: { fabric: ANY_PORT, health: ANY_PORT, origins },
      tls: tlsFrom(join(directory, service, 'tls')),
      databasePath: ':memory:',
      authorityOrigin,
      clock: systemClock,
    });
    const start = async <S extends RunningService<'health'>>(service: Promise<S>): Promise<S> => {
      const started = await service;
      running.push(started);
      return started;
    };

    const arm = await start(
      startArm(
        {
          ...common('arm'),
          control: { fabric: { host: LOOPBACK, port: armFabricPort }, health: ANY_PORT, origins },
          publicListen: ANY_PORT,
          lab: { read: () => resources, onChange: () => () => {} },
        },
        log,
      ),
    );
    const entra = await start(
      startEntra(
        {
          ...common('entra'),
          publicListen: { host: LOOPBACK, port: entraPort },
          graphListen: ANY_PORT,
          graphOrigin: (port) => `https://localhost:${port}`,
        },
        log,
      ),
    );
    origins.entra = `https://${LOOPBACK}:${entra.ports.fabric}`;
    const secret = randomBytes(16).toString('hex').toUpperCase();
    const [machine] = valuesOf(resources, 'virtualMachine');
    const endpoints = machine ? [{ secret, virtualMachine: machine.resourceId }] : [];
    const imds = await start(startImds({ ...common('imds'), vmListen: ANY_PORT, appService: { endpoints } }, log));
    const keyvaults: KeyvaultService[] = [];
    const vaultUrls: Record<string, string> = {};
    for (const { name } of vaults) {
      // The SDKs take the vault from the host name, which is the same for all of them here: a port for each.
      const [port] = await freePorts(1);
      const publicListen = { host: LOOPBACK, port };
      const vaultHostOverrides = { [`localhost:${port}`]: name, [`${LOOPBACK}:${port}`]: name };
      keyvaults.push(await start(startKeyvault({ ...common('keyvault'), publicListen, vaultHostOverrides }, log)));
      vaultUrls[name] = `https://localhost:${port}`;
    }
    const contentDirectory = join(directory, 'blob', 'content');
    const blob = await start(
      startBlob({ ...common('blob'), publicListen: ANY_PORT, contentDirectory, pathStyle: true }, log),
    );
    const accountUrls = Object.fromEntries(
      valuesOf(resources, 'storageAccount').map(({ name }) => [name, `https://localhost:${blob.ports.public}/${name}`]),
    );

    const portal = tlsFrom(join(directory, 'portal', 'tls'));
    fabric = fabricClient({ keyPair: portal.fabricKeyPair, ca: portal.fabricCa, origins });

    const caBundle = join(directory, 'ca-bundle.pem');
    const labCa = readFileSync(join(directory, 'public-ca', 'ca.pem'), 'utf8');
    writeFileSync(caBundle, [...systemCertificates(), labCa].join('\n'));
    const identityEndpoint = `http://${LOOPBACK}:${imds.ports.appService}/msi/token`;
    await Promise.all(running.map(untilHealthy));
    return {
      environment: {
        IDENTITY_ENDPOINT: identityEndpoint,
        IDENTITY_HEADER: secret,
        AZURE_AUTHORITY_HOST: `${authorityOrigin}/`,
        NODE_EXTRA_CA_CERTS: caBundle,
        SSL_CERT_FILE: caBundle,
        REQUESTS_CA_BUNDLE: caBundle,
      },
      options: embeddedOptions({ vaultUrl: Object.values(vaultUrls)[0], accountUrl: Object.values(accountUrls)[0] }),
      vaultUrls,
      accountUrls,
      armUrl: `https://localhost:${arm.ports.public}`,
      graphUrl: `https://localhost:${entra.ports.graph}`,
      operators: operatorCredentials(resources, secrets),
      clock: embeddedClock(fabric, keyvaults),
      caBundle,
      tryCommand: `curl -sS -H "X-IDENTITY-HEADER: $IDENTITY_HEADER" "$IDENTITY_ENDPOINT?api-version=2019-08-01&resource=https://vault.azure.net"`,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

const LOOPBACK = '127.0.0.1';
const ANY_PORT: ListenAddress = { host: LOOPBACK, port: 0 };

const CERTIFIED = [
  { service: 'entra', publicNames: ['login.microsoftonline.com'] },
  { service: 'arm', publicNames: ['management.azure.com'] },
  { service: 'imds', publicNames: [] },
  { service: 'keyvault', publicNames: ['vault.azure.net'] },
  { service: 'blob', publicNames: ['blob.core.windows.net'] },
  { service: 'portal', publicNames: [] },
];

/** Every name that the file asks for exists here: names are ports in the embedded lab, and addresses are all the same. */
function resolve(labFile: string, secrets: LabSecrets): ResolvedLab {
  const loaded = loadLab(readFileSync(labFile, 'utf8'), labFile);
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
  return resolveLab(loaded, topology, secrets, labFile);
}

const valuesOf = <K extends 'vault' | 'storageAccount' | 'virtualMachine'>(
  resources: readonly Resource[],
  kind: K,
): ResourceOf<K>[] => resources.filter((resource) => resource.kind === kind).map(({ value }) => value as ResourceOf<K>);

/** What this machine trusts, so that the bundle can stand in for it. */
function systemCertificates(): string[] {
  const system = getCACertificates('system');
  return system.length > 0 ? system : getCACertificates('bundled');
}

/** Ports that are free now. Somebody else could take one before it is used: `startLab` then begins again. */
async function freePorts<Count extends 1 | 2>(count: Count): Promise<Count extends 1 ? [number] : [number, number]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, LOOPBACK));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports as Count extends 1 ? [number] : [number, number];
}
