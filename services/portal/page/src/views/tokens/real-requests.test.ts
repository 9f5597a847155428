import { requestMistake } from '@lab/shared/lab/lab-request.ts';
import type { Resource, Workload } from '@managed-identity-lab/client';
import { expect, it } from 'vitest';
import { audiencesOf, identitiesOf, realRequest, tokenRequest } from './real-requests.ts';

const VAULT = '/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv-lab';
const ACCOUNT = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/stlab';
const RESOURCES: Resource[] = [
  { kind: 'vault', id: VAULT, name: 'kv-lab' },
  { kind: 'secret', id: `${VAULT}/secrets/ConnectionString`, vaultId: VAULT, name: 'ConnectionString' },
  { kind: 'storageAccount', id: ACCOUNT, name: 'stlab' },
  { kind: 'container', id: `${ACCOUNT}/x`, accountId: ACCOUNT, name: 'samples' },
  { kind: 'application', id: 'a', identifierUris: ['api://orders-api'] },
  {
    kind: 'virtualMachine',
    id: 'v',
    name: 'vm-app01',
    identities: [
      { identityType: 'SystemAssigned', clientId: 'c1', resourceId: 'v' },
      { identityType: 'UserAssigned', clientId: 'c2', resourceId: '/subscriptions/s/x/id-orders' },
    ],
  },
  { kind: 'userAssignedIdentity', id: 'u', clientId: 'c3', tenantId: 't' },
  { kind: 'federatedCredential', id: 'f', clientId: 'c3' },
];
const workload = (kind: Workload['kind'], machine: string): Workload => ({
  name: machine,
  machine,
  kind,
  running: true,
});
const VM = workload('virtualMachine', 'vm-app01');
const chosen = { audience: 'https://vault.azure.net', clientId: undefined };

it('knows for whom a token can be', () => {
  expect(audiencesOf(RESOURCES)).toContain('api://orders-api');
});

it('finds the user-assigned identities of a machine, by name', () => {
  expect(identitiesOf(VM, RESOURCES)).toEqual([{ clientId: 'c2', name: 'id-orders' }]);
  expect(identitiesOf(workload('outsider', 'outsider'), RESOURCES)).toEqual([]);
});

it('asks IMDS, App Service or Entra, as programs there do', () => {
  const urlOf = (one: Workload) => tokenRequest(one, chosen, RESOURCES)?.url;
  expect(urlOf(VM)).toBe(
    'http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2Fvault.azure.net',
  );
  expect(tokenRequest(VM, { ...chosen, clientId: 'c2' }, RESOURCES)?.url).toMatch(/&client_id=c2$/);
  expect(urlOf(workload('functionApp', 'func-app01'))).toContain('http://169.254.129.2:8081/msi/token?');
  const pod = tokenRequest(workload('pod', 'pod-app01'), chosen, RESOURCES);
  expect(pod?.url).toBe('https://login.microsoftonline.com/t/oauth2/v2.0/token');
  expect(pod?.body).toMatch(/client_id=c3&.*&client_assertion=\$AZURE_FEDERATED_TOKEN$/);
  expect(tokenRequest(workload('pod', 'pod-app01'), chosen, [])).toBeUndefined();
});

it.each([
  ['keyvault', 'kv-lab', 'https://kv-lab.vault.azure.net/secrets/ConnectionString/?api-version=7.6'],
  ['blob', 'stlab', 'https://stlab.blob.core.windows.net/samples?restype=container&comp=list'],
  ['keyvault', 'kv-empty', 'https://kv-empty.vault.azure.net/secrets/?api-version=7.6'],
  ['blob', 'stempty', 'https://stempty.blob.core.windows.net/?comp=list'],
  ['arm', undefined, 'https://management.azure.com/subscriptions?api-version=2022-12-01'],
  ['graph', undefined, 'https://graph.microsoft.com/v1.0/applications'],
  ['api', undefined, 'https://orders-api.azurewebsites.net/orders'],
] as const)('shows %s %s a token where it can be refused or answered', (service, resource, url) => {
  const about = { service, ...(resource !== undefined && { resource }) };
  const request = realRequest(about, 'a.b.c', { resources: RESOURCES, clientRequestId: 'id' });
  expect([request.url, request.headers?.[0], requestMistake(request)]).toEqual([
    url,
    ['Authorization', 'Bearer a.b.c'],
    undefined,
  ]);
});
