import { join } from 'node:path';
import { TOKEN_FILE } from '@lab/cluster/store/token-files.ts';
import type { ResolvedLab } from '@lab/shared/lab/resolve-lab.ts';
import { LOOPBACK } from './ports.ts';
import type { Services } from './services.ts';
import type { State } from './state.ts';
import type { Environment, VirtualMachine, Workload } from './types.ts';

/**
 * SDKs ask a proxy for every address that `NO_PROXY` does not name, those of this machine among them. In both spellings:
 * each client has one that it looks at first.
 */
export function pastProxies(environment: NodeJS.ProcessEnv): Environment {
  const names = Object.keys(environment).filter((name) => environment[name]);
  if (!names.some((name) => /^(https?|all)_proxy$/i.test(name))) return {};
  const own = environment.NO_PROXY || environment.no_proxy;
  const all = [...(own ? [own] : []), 'localhost', LOOPBACK].join(',');
  return { NO_PROXY: all, no_proxy: all };
}

export type Workloads = {
  virtualMachines(): VirtualMachine[];
  functionApps(): Workload[];
  pods(): Workload[];
  /** What every program needs, wherever it runs. */
  readonly everywhere: Environment;
};

/**
 * Variables that make a program take part in the lab, by the redirections that the SDKs document.
 *
 * `AZURE_TOKEN_CREDENTIALS` keeps `DefaultAzureCredential` from what a developer's machine has besides, such as a
 * sign-in to the real Azure.
 */
export function workloadsOf({
  services: { imds, appservice, authorityOrigin, tokensDirectory },
  caBundle,
  state,
  clusters,
}: {
  services: Services;
  caBundle: string;
  state: Pick<State, 'machineSecret' | 'secrets'>;
  clusters: ResolvedLab['clusters'];
}): Workloads {
  const everywhere = {
    AZURE_AUTHORITY_HOST: `${authorityOrigin}/`,
    AZURE_TOKEN_CREDENTIALS: 'prod',
    NODE_EXTRA_CA_CERTS: caBundle,
    SSL_CERT_FILE: caBundle,
    REQUESTS_CA_BUNDLE: caBundle,
    ...pastProxies(process.env),
  };
  const appService = (port: number | undefined, secret: string) => ({
    IDENTITY_ENDPOINT: `http://${LOOPBACK}:${port}/msi/token`,
    IDENTITY_HEADER: secret,
    ...everywhere,
  });
  return {
    everywhere,
    virtualMachines: () =>
      imds.machines().map(({ name, resourceId, port }) => {
        const url = `http://${LOOPBACK}:${port}`;
        return {
          name,
          resourceId,
          environment: appService(imds.ports.appService, state.machineSecret(resourceId)),
          imds: { url, environment: { AZURE_POD_IDENTITY_AUTHORITY_HOST: url, ...everywhere } },
        };
      }),
    functionApps: () =>
      appservice.sites().map(({ name }) => {
        const environment = appService(appservice.ports.appService, state.secrets.identityHeader(name));
        // For clients of the first version of the protocol; App Service sets both.
        const first = { MSI_ENDPOINT: environment.IDENTITY_ENDPOINT, MSI_SECRET: environment.IDENTITY_HEADER };
        return { name, environment: { ...environment, ...first } };
      }),
    pods: () =>
      clusters.flatMap(({ tenantId, serviceAccounts }) =>
        serviceAccounts.map(({ pod, clientId }) => ({
          name: pod,
          environment: {
            AZURE_CLIENT_ID: clientId,
            AZURE_TENANT_ID: tenantId,
            AZURE_FEDERATED_TOKEN_FILE: join(tokensDirectory, pod, TOKEN_FILE),
            // Nothing listens there: who falls back to IMDS must not find that of the machine the lab runs on.
            AZURE_POD_IDENTITY_AUTHORITY_HOST: `http://${LOOPBACK}:9`,
            ...everywhere,
          },
        })),
      ),
  };
}
