import { AZURE_APPLICATION_IDS } from '@lab/shared/lab/azure-applications.ts';
import { expect, it } from 'vitest';
import { API_RESOURCES, audienceOf, findResource } from './resources.ts';

it.each([
  ['https://vault.azure.net', 'Azure Key Vault'],
  ['https://vault.azure.net/', 'Azure Key Vault'],
  ['HTTPS://Vault.Azure.net', 'Azure Key Vault'],
  ['cfa8b339-82a2-471a-a3c9-0fc0be7a4093', 'Azure Key Vault'],
  ['https://storage.azure.com', 'Azure Storage'],
  ['https://stlab.blob.core.windows.net/', 'Azure Storage'],
  ['https://disk.azure.com/', 'Azure Disks'],
  ['https://management.azure.com', 'Azure Resource Manager'],
  ['https://management.core.windows.net/', 'Azure Resource Manager'],
  ['https://graph.microsoft.com', 'Microsoft Graph'],
  ['https://database.windows.net/', 'Azure SQL Database'],
  ['https://cosmos.azure.com', 'Azure Cosmos DB'],
  ['https://cosmoslab.documents.azure.com', 'Azure Cosmos DB'],
  ['https://azconfig.io', 'Azure App Configuration'],
  ['https://lab.azconfig.io', 'Azure App Configuration'],
  ['https://appconfig.azure.com', 'Azure App Configuration'],
  ['https://servicebus.azure.net/', 'Azure Service Bus'],
  ['https://eventhubs.azure.net/', 'Azure Event Hubs'],
  ['api://AzureADTokenExchange', 'Microsoft Entra token exchange'],
  ['https://kv-lab.vault.azure.net', undefined],
  ['https://vault.azure.net.evil.example', undefined],
  ['https://a.b.blob.core.windows.net', undefined],
  ['https://x.example/?u=https://stlab.blob.core.windows.net', undefined],
  ['vault.azure.net', undefined],
  ['', undefined],
])('%s is %s', (audience, name) => expect(findResource(audience)?.name).toBe(name));

it('takes no long time for many slashes', () => {
  const started = performance.now();
  expect(findResource(`${'/'.repeat(120_000)}x`)).toBeUndefined();
  expect(findResource(`https://vault.azure.net${'/'.repeat(120_000)}`)?.name).toBe('Azure Key Vault');
  expect(performance.now() - started).toBeLessThan(1_000); // by a pattern: a quarter of a minute
});

it('keeps the audience as it was asked for in v1.0 tokens, and makes it the application id in v2.0 tokens', () => {
  const audience = (asked: string) => {
    const resource = findResource(asked);
    return resource && audienceOf(resource, asked);
  };
  expect(audience('https://Vault.azure.net/')).toBe('https://Vault.azure.net/');
  expect(audience('api://AzureADTokenExchange')).toBe('fb60f99c-7a34-4190-8149-302f77469936');
});

it('are all among the application ids that no application of a lab can have', () => {
  const ids = API_RESOURCES.flatMap(({ applicationId }) => applicationId ?? []);
  expect(AZURE_APPLICATION_IDS.toSorted()).toEqual(ids.toSorted());
});
