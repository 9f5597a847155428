import { startPortal } from '@lab/portal/service.ts';
import type { ResolvedLab } from '@lab/shared/lab/resolve-lab.ts';
import type { Log } from '@lab/shared/log.ts';
import { addressesOf } from './addresses.ts';
import type { Certificates } from './certificates.ts';
import type { Workloads } from './environments.ts';
import { ANY_PORT, LOOPBACK } from './ports.ts';
import { samplePrograms } from './sample-programs.ts';
import type { Services } from './services.ts';
import type { State } from './state.ts';
import type { Collector } from './types.ts';
import { workloadRequests } from './workload-requests.ts';

/** The portal: the page, and the lab API. */
export function startPage({
  services,
  certificates,
  state,
  resolved,
  workloads,
  port,
  collector,
  log,
}: {
  services: Services;
  certificates: Certificates;
  state: Pick<State, 'apiToken'>;
  resolved: ResolvedLab;
  workloads: Workloads;
  port: number;
  collector: Collector | undefined;
  log: Log;
}) {
  const addresses = addressesOf(services);
  const at = (...urls: (string | undefined)[]) => ({ reachedAs: urls.filter((url) => url !== undefined).join(', ') });
  const runs = Object.fromEntries(
    [
      ...workloads.virtualMachines().map(({ name }) => [name, `Virtual machine ${name}`] as const),
      ...workloads.functionApps().map(({ name }) => [name, `Function app ${name}`] as const),
      ...workloads.pods().map(({ name }) => [name, `Pod ${name}`] as const),
    ].map(([name, plays]) => [name, { plays, reachedAs: 'a process of its own' }]),
  );
  return startPortal(
    {
      pageListen: { host: LOOPBACK, port },
      control: { health: ANY_PORT, origins: services.origins },
      tls: certificates.tlsOf('portal'),
      agentSocketsDirectory: '',
      allowedHosts: [],
      apiToken: state.apiToken,
      publicUrl: '',
      collector: collector && {
        endpoint: collector.endpoint,
        protocol: collector.protocol ?? 'http/protobuf',
        headers: collector.headers ?? {},
      },
    },
    log,
    {
      workloads: samplePrograms({
        workloads,
        resolved,
        addresses,
        request: workloadRequests(services, certificates.publicCa),
      }),
      absent: ['dns'],
      roles: {
        ...runs,
        imds: at(...workloads.virtualMachines().map(({ imds }) => imds.url)),
        entra: at(services.authorityOrigin),
        keyvault: at(...Object.values(addresses.vaultUrls())),
        blob: at(...Object.values(addresses.accountUrls())),
        arm: at(addresses.armUrl),
        api: at(addresses.apiUrl),
        portal: { reachedAs: 'here' },
      },
    },
  );
}
