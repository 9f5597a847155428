import { LOOPBACK } from './ports.ts';
import type { Services } from './services.ts';

/** Where one of Azure's names is in this process: a port of loopback, and what stands before the path there. */
export type Place = { readonly host: string; readonly port: number; readonly pathPrefix?: string };

export type MachineKind = 'virtualMachine' | 'functionApp' | 'pod';

/** Why a name leads nowhere from a machine, in the words of a request that a workload sends. */
export type Nowhere = 'no-name' | 'no-route' | 'refused';

/**
 * Where a URL of Azure's leads that a machine of this lab asks for. There are no networks, so who has a route where is said
 * here: IMDS is for virtual machines, App Service's endpoint for function apps, as in the containers.
 */
export function placeOf(
  { protocol, hostname }: URL,
  machine: { readonly name: string; readonly kind: MachineKind },
  { entra, arm, imds, appservice, keyvault, blob, api, cluster }: Services,
): Place | Nowhere {
  const at = (port: number | undefined, pathPrefix?: string): Place | Nowhere => {
    if (port === undefined) return 'no-name';
    return { host: LOOPBACK, port, ...(pathPrefix !== undefined && { pathPrefix }) };
  };
  const isTls = protocol === 'https:';
  if (hostname === IMDS) {
    if (machine.kind !== 'virtualMachine') return 'no-route';
    return isTls ? 'refused' : at(imds.machines().find(({ name }) => name === machine.name)?.port);
  }
  if (hostname === APP_SERVICE) {
    if (machine.kind !== 'functionApp') return 'no-route';
    return isTls ? 'refused' : at(appservice.ports.appService);
  }
  const [label = '', ...rest] = hostname.split('.');
  const suffix = rest.join('.');
  const isAccount = blob.accounts().includes(label);
  const found =
    suffix === 'vault.azure.net'
      ? at(keyvault.vaultPorts().get(label))
      : suffix === 'blob.core.windows.net'
        ? at(isAccount ? blob.ports.public : undefined, `/${label}`)
        : at(
            {
              'login.microsoftonline.com': entra.ports.public,
              'graph.microsoft.com': entra.ports.graph,
              'management.azure.com': arm.ports.public,
              'orders-api.azurewebsites.net': api.ports.public,
              'westeurope.oic.prod-aks.azure.com': cluster.ports.public,
            }[hostname],
          );
  return typeof found === 'string' || isTls ? found : 'refused';
}

const IMDS = '169.254.169.254';
const APP_SERVICE = '169.254.129.2';
