/**
 * One run of the sample program of the embedded lab, in a process of its own. What `services/app` does in containers, with
 * the two things said that the embedded lab needs besides: see `options.ts`.
 */
import { hostname } from 'node:os';
import { reportRun } from '@lab/app/report-run.ts';
import type { Step } from '@lab/app/steps.ts';

const { LAB_MACHINE = hostname(), LAB_SECRET_URL = '', LAB_CONTAINER_URL = '' } = process.env;
const { LAB_ORDERS_URL = '', LAB_ORDERS_SCOPE = '' } = process.env;

await reportRun(program);

async function program(step: Step): Promise<void> {
  // Loaded here, so that a missing package is reported as any other failure is.
  const { DefaultAzureCredential } = await import('@azure/identity');
  const { SecretClient } = await import('@azure/keyvault-secrets');
  const { ContainerClient } = await import('@azure/storage-blob');
  const credential = new DefaultAzureCredential({ disableInstanceDiscovery: true });

  if (LAB_SECRET_URL !== '') {
    const { origin, pathname } = new URL(LAB_SECRET_URL);
    const client = new SecretClient(origin, credential, { disableChallengeResourceVerification: true });
    await step('Read a secret', LAB_SECRET_URL, async () => {
      const { value } = await client.getSecret(pathname.split('/').at(-1) ?? '');
      return `${value?.length} characters; the value itself is not shown`;
    });
  }
  if (LAB_CONTAINER_URL !== '') {
    const container = new ContainerClient(LAB_CONTAINER_URL, credential);
    const blob = container.getBlockBlobClient(`hello-from-${LAB_MACHINE}.txt`);
    const text = `Written by ${LAB_MACHINE} at ${new Date().toISOString()}`;
    await step('Write a blob', blob.url, async () => {
      await blob.upload(text, Buffer.byteLength(text));
      return `${Buffer.byteLength(text)} bytes`;
    });
    await step('List the blobs', container.url, async () => {
      const names: string[] = [];
      for await (const { name } of container.listBlobsFlat({ prefix: 'hello-from-' })) names.push(name);
      return names.join(', ');
    });
    await step('Read the blob back', blob.url, async () => (await blob.downloadToBuffer()).toString());
  }
  if (LAB_ORDERS_URL === '') return;
  await step('Read the orders', LAB_ORDERS_URL, async () => {
    const { token } = await credential.getToken(LAB_ORDERS_SCOPE);
    const response = await fetch(LAB_ORDERS_URL, { headers: { Authorization: `Bearer ${token}` } });
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
    const { orders } = (await response.json()) as { orders: readonly { item: string; quantity: number }[] };
    return orders.map(({ item, quantity }) => `${quantity} × ${item}`).join(', ');
  });
}
