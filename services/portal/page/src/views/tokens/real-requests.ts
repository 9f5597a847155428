import type { LabRequest, Resource, TokenReport, Workload } from '@managed-identity-lab/client';

/** What a token is asked for with, by who checks it. The API's own come from its application. */
export const AUDIENCES = [
  'https://vault.azure.net',
  'https://storage.azure.com',
  'https://management.azure.com',
  'https://graph.microsoft.com',
] as const;

/** The audiences of the lab: Azure's, and those of applications that are an API. */
export const audiencesOf = (resources: readonly Resource[]): readonly string[] => [
  ...AUDIENCES,
  ...resources.flatMap(({ kind, identifierUris }) =>
    kind === 'application' && Array.isArray(identifierUris) ? identifierUris.map(String) : [],
  ),
];

/** Where something runs as: nothing said, or a user-assigned identity by its client id. */
export type Chosen = { readonly audience: string; readonly clientId: string | undefined };

/** The identities that can be asked for on a machine. */
export type Identity = { readonly clientId: string; readonly name: string };

/** User-assigned identities of the resource that a workload stands for. */
export function identitiesOf(workload: Workload, resources: readonly Resource[]): readonly Identity[] {
  const host = resources.find(
    ({ kind, name }) => (kind === 'virtualMachine' || kind === 'site') && name === workload.machine,
  );
  const identities = Array.isArray(host?.identities) ? (host.identities as Record<string, unknown>[]) : [];
  return identities
    .filter(({ identityType }) => identityType === 'UserAssigned')
    .map(({ clientId, resourceId }) => ({
      clientId: String(clientId),
      name: String(resourceId).split('/').at(-1) ?? String(clientId),
    }));
}

/**
 * How a program on a workload asks its platform for a token. `$IDENTITY_HEADER` and `$AZURE_FEDERATED_TOKEN` are put in by
 * the machine itself. A machine without identity asks as a virtual machine does, and sees what comes of it.
 * @returns undefined for a pod without an identity.
 */
export function tokenRequest(
  { kind, machine }: Workload,
  { audience, clientId }: Chosen,
  resources: readonly Resource[],
): LabRequest | undefined {
  const query = new URLSearchParams({ resource: audience, ...(clientId !== undefined && { client_id: clientId }) });
  if (kind === 'functionApp') {
    return {
      method: 'GET',
      url: `http://169.254.129.2:8081/msi/token?api-version=2019-08-01&${query}`,
      headers: [['X-IDENTITY-HEADER', '$IDENTITY_HEADER']],
    };
  }
  if (kind !== 'pod') {
    return {
      method: 'GET',
      url: `http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&${query}`,
      headers: [['Metadata', 'true']],
    };
  }
  const federated = resources.filter(({ kind }) => kind === 'federatedCredential');
  const identity = resources.find(
    (one) => one.kind === 'userAssignedIdentity' && federated.some(({ clientId }) => clientId === one.clientId),
  );
  if (!identity || machine === '') return undefined;
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: String(identity.clientId),
    scope: `${audience}/.default`,
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
  });
  return {
    method: 'POST',
    url: `https://login.microsoftonline.com/${String(identity.tenantId)}/oauth2/v2.0/token`,
    headers: [['Content-Type', 'application/x-www-form-urlencoded']],
    body: `${form}&client_assertion=$AZURE_FEDERATED_TOKEN`,
  };
}

/** A request that shows what the service of a report really says to a token. */
export function realRequest(
  { service, resource = '' }: Pick<TokenReport, 'service' | 'resource'>,
  token: string,
  { resources, clientRequestId }: { resources: readonly Resource[]; clientRequestId: string },
): LabRequest {
  const headers: [string, string][] = [
    ['Authorization', `Bearer ${token}`],
    [service === 'graph' ? 'client-request-id' : 'x-ms-client-request-id', clientRequestId],
  ];
  const get = (url: string, ...more: [string, string][]): LabRequest => ({
    method: 'GET',
    url,
    headers: [...headers, ...more],
  });
  switch (service) {
    case 'keyvault': {
      const vault = resources.find(({ kind, name }) => kind === 'vault' && name === resource);
      const secret = resources.find(({ kind, vaultId }) => kind === 'secret' && vaultId === vault?.id);
      return get(
        `https://${resource}.vault.azure.net/secrets/${secret ? `${String(secret.name)}/` : ''}?api-version=7.6`,
      );
    }
    case 'blob': {
      const account = resources.find(({ kind, name }) => kind === 'storageAccount' && name === resource);
      const container = resources.find(({ kind, accountId }) => kind === 'container' && accountId === account?.id);
      const path = container ? `${String(container.name)}?restype=container&comp=list` : '?comp=list';
      return get(`https://${resource}.blob.core.windows.net/${path}`, ['x-ms-version', '2025-07-05']);
    }
    case 'arm':
      return get('https://management.azure.com/subscriptions?api-version=2022-12-01');
    case 'graph':
      return get('https://graph.microsoft.com/v1.0/applications');
    case 'api':
      return get('https://orders-api.azurewebsites.net/orders');
  }
}
