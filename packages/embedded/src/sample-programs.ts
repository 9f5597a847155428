import { fileURLToPath } from 'node:url';
import { programSource } from '@lab/app/program-source.ts';
import { runProgram } from '@lab/app/run-program.ts';
import { type Workloads as PageWorkloads, ProgramSource, WorkloadRun } from '@lab/portal/domain/workloads.ts';
import { AzureError } from '@lab/shared/azure-error.ts';
import type { ResourceOf } from '@lab/shared/feed/resources.ts';
import type { ResolvedLab } from '@lab/shared/lab/resolve-lab.ts';
import type { addressesOf } from './addresses.ts';
import type { Workloads } from './environments.ts';
import type { Machine, workloadRequests } from './workload-requests.ts';

/**
 * The sample program on every machine, function app and pod, as a process of its own that has nothing of this one's
 * environment but what a program needs to be found. A tenant's workloads are sent to the tenant's first secret and
 * container.
 */
export function samplePrograms({
  workloads,
  resolved,
  addresses,
  request,
}: {
  workloads: Workloads;
  resolved: ResolvedLab;
  addresses: ReturnType<typeof addressesOf>;
  request: ReturnType<typeof workloadRequests>;
}): PageWorkloads {
  const entry = fileURLToPath(new URL('./sample/run.ts', import.meta.url));
  const running = new Map<string, AbortController>();
  const all = (): Machine[] => [
    ...workloads.virtualMachines().map((machine) => ({ ...machine, kind: 'virtualMachine' as const })),
    ...workloads.functionApps().map((machine) => ({ ...machine, kind: 'functionApp' as const })),
    ...workloads.pods().map((machine) => ({ ...machine, kind: 'pod' as const })),
  ];
  const find = (name: string): Machine => {
    const machine = all().find((one) => one.name === name);
    if (!machine) throw failure('unavailable', 'WorkloadUnavailable', `There is no '${name}' any more.`);
    return machine;
  };
  const stopAll = () => {
    for (const run of running.values()) run.abort();
    return [...running.keys()];
  };
  return {
    names: all().map(({ name }) => name),
    // All of them are there as long as the lab is: each run is a process of its own.
    list: async () => all().map(({ name, kind }) => ({ name, machine: name, kind, running: true })),
    request: async (name, asked) => request(find(name), asked),
    health: async () => ({ ready: true }),
    source: async () => ProgramSource.parse(await programSource(entry, 'packages/embedded/src/sample/run.ts')),
    run: async (name, onProgress) => {
      const workload = find(name);
      if (running.has(name)) throw failure('conflict', 'RunInProgress', `The program is running on '${name}' already.`);
      const stop = new AbortController();
      running.set(name, stop);
      try {
        const { PATH = '', SystemRoot } = process.env;
        const environment = {
          PATH,
          ...(SystemRoot !== undefined && { SystemRoot }), // without it Windows opens no socket
          LAB_MACHINE: name,
          ...targetsOf(tenantOf(resolved, name), resolved, addresses),
          ...workload.environment,
        };
        return WorkloadRun.parse(
          await runProgram({ entry, machine: name, environment, signal: stop.signal, stderr: 'ignore', onProgress }),
        );
      } finally {
        running.delete(name);
      }
    },
    // Each run is a new process: what is there to be restarted is what runs just now.
    restart: async () => ({ restartedWorkloads: stopAll() }),
    close: async () => void stopAll(),
  };
}

const failure = (kind: 'unavailable' | 'conflict', code: string, message: string) =>
  new AzureError({ kind, code, message });

const valuesOf = <
  K extends
    | 'virtualMachine'
    | 'site'
    | 'subscription'
    | 'vault'
    | 'secret'
    | 'storageAccount'
    | 'container'
    | 'application',
>(
  { resources }: ResolvedLab,
  kind: K,
): ResourceOf<K>[] => resources.filter((resource) => resource.kind === kind).map(({ value }) => value as ResourceOf<K>);

/** Of those that the lab file declares. Undefined for a machine that was made later. */
function tenantOf(resolved: ResolvedLab, name: string): string | undefined {
  const hosts = [...valuesOf(resolved, 'virtualMachine'), ...valuesOf(resolved, 'site')];
  const cluster = resolved.clusters.find(({ serviceAccounts }) => serviceAccounts.some(({ pod }) => pod === name));
  return hosts.find((host) => host.name === name)?.tenantId ?? cluster?.tenantId;
}

function targetsOf(
  tenantId: string | undefined,
  resolved: ResolvedLab,
  { vaultUrls, accountUrls, apiUrl }: ReturnType<typeof addressesOf>,
) {
  const isOwn = (one: { tenantId: string }) => tenantId === undefined || one.tenantId === tenantId;
  const [secret] = valuesOf(resolved, 'secret').flatMap(({ vaultId, name }) => {
    const vault = valuesOf(resolved, 'vault').find(({ resourceId }) => resourceId === vaultId);
    const url = vault && isOwn(vault) ? vaultUrls()[vault.name] : undefined;
    return url === undefined ? [] : [`${url}/secrets/${name}`];
  });
  const [container] = valuesOf(resolved, 'container').flatMap(({ accountId, name }) => {
    const account = valuesOf(resolved, 'storageAccount').find(({ resourceId }) => resourceId === accountId);
    const url = account && isOwn(account) ? accountUrls()[account.name] : undefined;
    return url === undefined ? [] : [`${url}/${name}`];
  });
  const orders = valuesOf(resolved, 'application').find(({ api }) => api !== undefined);
  const [scope] = (orders && isOwn(orders) && orders.api?.identifierUris) || [];
  return {
    ...(scope !== undefined && { LAB_ORDERS_URL: `${apiUrl}/orders`, LAB_ORDERS_SCOPE: `${scope}/.default` }),
    ...(secret !== undefined && { LAB_SECRET_URL: secret }),
    ...(container !== undefined && { LAB_CONTAINER_URL: container }),
  };
}
