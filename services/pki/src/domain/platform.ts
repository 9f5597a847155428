import type { Resource } from '@lab/shared/feed/resources.ts';
import type { ApiApplication, Cluster, OperatorCredentials, Slot } from '@lab/shared/lab/lab-state.ts';
import type { ResolvedLab } from '@lab/shared/lab/resolve-lab.ts';
import type { LabSecrets } from '@lab/shared/lab/secrets.ts';
import { type Topology, VM_ADDRESSES } from '@lab/shared/lab/topology.ts';

/** Where `appservice` answers on the network of the function apps. */
const identityEndpoint = (address: string) => `http://${address}:8081/msi/token`;
/** Where AKS puts the token of a pod's service account. */
const FEDERATED_TOKEN_FILE = '/var/run/secrets/azure/tokens/azure-identity-token';

/**
 * The variables that the platform sets in workloads, by host name: those of App Service in function apps, those of the
 * workload identity webhook in pods.
 * @see https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference
 * @see https://learn.microsoft.com/azure/aks/workload-identity-overview
 */
export function platformEnvironments(
  { resources, clusters }: ResolvedLab,
  { appServiceAddress = 'appservice' }: Topology,
  secrets: LabSecrets,
): ReadonlyMap<string, Readonly<Record<string, string>>> {
  const endpoint = identityEndpoint(appServiceAddress);
  const functionApps = valuesOf(resources, 'site').map(({ name }): [string, Record<string, string>] => {
    const header = secrets.identityHeader(name);
    // The second pair is for clients of the first version of the protocol; App Service sets both.
    return [name, { IDENTITY_ENDPOINT: endpoint, IDENTITY_HEADER: header, MSI_ENDPOINT: endpoint, MSI_SECRET: header }];
  });
  const pods = clusters.flatMap(({ tenantId, serviceAccounts }: Cluster) =>
    serviceAccounts.map(({ pod, clientId }): [string, Record<string, string>] => [
      pod,
      {
        AZURE_CLIENT_ID: clientId,
        AZURE_TENANT_ID: tenantId,
        AZURE_AUTHORITY_HOST: 'https://login.microsoftonline.com/',
        AZURE_FEDERATED_TOKEN_FILE: FEDERATED_TOKEN_FILE,
      },
    ]),
  );
  return new Map([...functionApps, ...pods]);
}

/** With what the operator of each tenant signs in, and what it then sees. */
export const operatorCredentials = (resources: readonly Resource[], secrets: LabSecrets): OperatorCredentials =>
  valuesOf(resources, 'tenant').flatMap(({ tenantId, name: tenantName }) =>
    valuesOf(resources, 'application')
      // An API of one's own is no client: nothing proves it.
      .filter((application) => application.tenantId === tenantId && application.secrets.length > 0)
      .map(({ clientId }) => {
        const { value: clientSecret, issuedAt, expiresOn } = secrets.operator(tenantId);
        const subscriptions = valuesOf(resources, 'subscription')
          .filter((subscription) => subscription.tenantId === tenantId)
          .map(({ subscriptionId, displayName }) => ({ subscriptionId, name: displayName }));
        return { tenantId, tenantName, clientId, clientSecret, subscriptions, issuedAt, expiresOn };
      }),
  );

/** What the APIs of one's own are, for the container that plays one. */
export const apiApplications = (resources: readonly Resource[]): ApiApplication[] =>
  valuesOf(resources, 'application').flatMap(({ displayName: name, tenantId, clientId, api }) =>
    api ? [{ name, tenantId, clientId, identifierUris: api.identifierUris }] : [],
  );

/** Where virtual machines can be, and which places containers of the lab have. */
export const slotsOf = ({ virtualMachines }: Topology): Slot[] =>
  VM_ADDRESSES.map((address) => {
    const name = [...virtualMachines].find(([, taken]) => taken === address)?.[0];
    return name === undefined ? { address } : { address, name };
  });

type Values<K extends Resource['kind']> = Extract<Resource, { kind: K }>['value'];
const valuesOf = <K extends Resource['kind']>(resources: readonly Resource[], kind: K): Values<K>[] =>
  resources.filter((resource) => resource.kind === kind).map(({ value }) => value as Values<K>);
