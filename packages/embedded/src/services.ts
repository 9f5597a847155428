import { join } from 'node:path';
import { startApi } from '@lab/api/service.ts';
import { startArm } from '@lab/arm/service.ts';
import { startBlob } from '@lab/blob/service.ts';
import { startCluster } from '@lab/cluster/service.ts';
import { startEntra } from '@lab/entra/service.ts';
import { startImds } from '@lab/imds/service.ts';
import { startKeyvault } from '@lab/keyvault/service.ts';
import { apiApplications } from '@lab/pki/domain/platform.ts';
import { systemClock } from '@lab/shared/clock.ts';
import type { Peer } from '@lab/shared/fabric/peers.ts';
import { untilHealthy } from '@lab/shared/fabric/until-healthy.ts';
import type { RunningService } from '@lab/shared/http/lifecycle.ts';
import type { ResolvedLab } from '@lab/shared/lab/resolve-lab.ts';
import type { Log } from '@lab/shared/log.ts';
import type { Certificates } from './certificates.ts';
import { ANY_PORT, LOOPBACK, twoFreePorts } from './ports.ts';
import type { State } from './state.ts';

export type Services = Awaited<ReturnType<typeof startServices>>;

/**
 * The services of Azure's side, as the containers run them, on ports of loopback. `arm` is first, so that those who follow
 * it find it; the others start at the same time. Ready when each knows what the lab contains.
 *
 * Keys of identities are made when an identity is first asked for a token: a test uses one or two of them.
 */
export async function startServices({
  state,
  certificates,
  resolved,
  log,
}: {
  state: State;
  certificates: Certificates;
  resolved: ResolvedLab;
  log: Log;
}) {
  const [entraPort, armPort] = await twoFreePorts();
  const authorityOrigin = `https://localhost:${entraPort}`;
  const origins: Partial<Record<Peer, string>> = { arm: `https://${LOOPBACK}:${armPort}` };
  const running: RunningService<'fabric' | 'health'>[] = [];
  const common = (service: Peer) => ({
    control: { fabric: ANY_PORT, health: ANY_PORT, origins },
    tls: certificates.tlsOf(service),
    databasePath: state.databaseOf(service),
    authorityOrigin,
    clock: systemClock,
    publicListen: ANY_PORT,
  });
  const started = async <S extends RunningService<'fabric' | 'health'>>(
    name: Peer,
    service: Promise<S>,
  ): Promise<S> => {
    const one = await service;
    running.push(one);
    origins[name] = `https://${LOOPBACK}:${one.ports.fabric}`;
    return one;
  };
  const close = async () => {
    for (const service of running.splice(0).reverse()) await service.close();
  };

  const armStarts = startArm(
    {
      ...common('arm'),
      control: { fabric: { host: LOOPBACK, port: armPort }, health: ANY_PORT, origins },
      lab: { read: () => resolved.resources, clusters: () => resolved.clusters, onChange: () => () => {} },
    },
    log,
  );
  try {
    const arm = await started('arm', armStarts);
    const hosts = { identityKeys: 'when asked' } as const;
    const tokensDirectory = join(state.directory, 'pods');
    const contentDirectory = join(state.directory, 'blob', 'content');
    let issuersPort: number | undefined;
    const declared = apiApplications(resolved.resources);
    // As in the containers. Where the lab has none of that name, whichever it has shows as much.
    const application = declared.find(({ name }) => name === 'orders-api') ?? declared[0];
    const starting = {
      entra: started(
        'entra',
        startEntra(
          {
            ...common('entra'),
            publicListen: { host: LOOPBACK, port: entraPort },
            graphListen: ANY_PORT,
            graphOrigin: (port) => `https://localhost:${port}`,
            issuersPort: () => issuersPort,
          },
          log,
        ),
      ),
      imds: started(
        'imds',
        startImds(
          {
            ...common('imds'),
            ...hosts,
            machineListen: ANY_PORT,
            appService: { listen: ANY_PORT, secretOf: state.machineSecret },
          },
          log,
        ),
      ),
      appservice: started(
        'appservice',
        startImds({ ...common('appservice'), ...hosts, appService: { listen: ANY_PORT } }, log),
      ),
      keyvault: started('keyvault', startKeyvault({ ...common('keyvault'), vaultListen: ANY_PORT }, log)),
      blob: started('blob', startBlob({ ...common('blob'), contentDirectory, pathStyle: true }, log)),
      api: started('api', startApi({ ...common('api'), application }, log)),
      cluster: started(
        'cluster',
        startCluster(
          { ...common('cluster'), clusters: () => resolved.clusters, tokensDirectory, testRoutes: false },
          log,
        ),
      ),
    };
    // All are waited for, also when one fails: what has started has to be closed.
    await Promise.allSettled(Object.values(starting));
    const { entra, imds, appservice, keyvault, blob, api } = {
      entra: await starting.entra,
      imds: await starting.imds,
      appservice: await starting.appservice,
      keyvault: await starting.keyvault,
      blob: await starting.blob,
      api: await starting.api,
    };
    const cluster = await starting.cluster;
    issuersPort = cluster.ports.public;
    await Promise.all([arm, entra, imds, appservice, keyvault, blob].map(untilHealthy));
    return {
      arm,
      entra,
      imds,
      appservice,
      keyvault,
      blob,
      api,
      cluster,
      origins,
      authorityOrigin,
      tokensDirectory,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
