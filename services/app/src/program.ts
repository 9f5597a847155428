/**
 * The sample app: reads a secret, keeps a blob and asks an API of one's own, written as one writes it for Azure. No
 * connection string, no key, no option that knows of the lab: `DefaultAzureCredential` finds the managed identity of the
 * machine that it runs on.
 */
import { hostname } from 'node:os';
import { DefaultAzureCredential } from '@azure/identity';
import { SecretClient } from '@azure/keyvault-secrets';
import { BlobServiceClient } from '@azure/storage-blob';
import type { Step } from './steps.ts';

const VAULT_URL = 'https://kv-lab.vault.azure.net';
const ACCOUNT_URL = 'https://stlab.blob.core.windows.net';
const ORDERS_URL = 'https://orders-api.azurewebsites.net/orders';
const ORDERS_SCOPE = 'api://orders-api/.default';

/** @param step Does the work and tells whoever watches how it ended; throws what the work throws, which ends the program. */
export async function program(step: Step): Promise<void> {
  const credential = new DefaultAzureCredential();
  const secrets = new SecretClient(VAULT_URL, credential);
  const samples = new BlobServiceClient(ACCOUNT_URL, credential).getContainerClient('samples');
  const blob = samples.getBlockBlobClient(`hello-from-${hostname()}.txt`);
  const text = `Written by ${hostname()} at ${new Date().toISOString()}`;

  await step('Read a secret', `${VAULT_URL}/secrets/ConnectionString`, async () => {
    const { value } = await secrets.getSecret('ConnectionString');
    return `${value?.length} characters; the value itself is not shown`;
  });

  await step('Write a blob', blob.url, async () => {
    await blob.upload(text, Buffer.byteLength(text));
    return `${Buffer.byteLength(text)} bytes`;
  });

  await step('List the blobs', samples.url, async () => {
    const names: string[] = [];
    for await (const { name } of samples.listBlobsFlat({ prefix: 'hello-from-' })) names.push(name);
    return names.join(', ');
  });

  await step('Read the blob back', blob.url, async () => {
    const content = await blob.downloadToBuffer();
    return content.toString();
  });

  await step('Read the orders', ORDERS_URL, async () => {
    const token = await credential.getToken(ORDERS_SCOPE).catch((error: unknown) => {
      // The tenant has no such API: a lab file may leave it out, and the program has nothing to ask then.
      if (String(error).includes('AADSTS500011')) return undefined;
      throw error;
    });
    if (!token) return `left out: this tenant has no ${ORDERS_SCOPE}`;
    const response = await fetch(ORDERS_URL, { headers: { Authorization: `Bearer ${token.token}` } });
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
    const { orders } = (await response.json()) as { orders: readonly { item: string; quantity: number }[] };
    return orders.map(({ item, quantity }) => `${quantity} × ${item}`).join(', ');
  });
}
