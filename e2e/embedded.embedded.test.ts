import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type EmbeddedLab, startLab } from '@managed-identity-lab/embedded';
import { afterAll, beforeAll, expect, it } from 'vitest';

const run = promisify(execFile);

let lab: EmbeddedLab;
beforeAll(async () => {
  lab = await startLab();
});
afterAll(() => lab.close());

/** Runs a module in a process of its own, with the environment the lab prints: SDKs choose their source once. */
async function program(source: string): Promise<unknown> {
  const environment = { ...process.env, ...lab.environment, ...urls() };
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', source], {
    env: environment,
    cwd: import.meta.dirname,
  });
  return JSON.parse(stdout);
}
const urls = () => ({
  VAULT_URL: lab.vaultUrls['kv-lab'],
  FOREIGN_VAULT_URL: lab.vaultUrls['kv-fabrikam'],
  ACCOUNT_URL: lab.accountUrls.stlab,
});

const CLIENTS = `
import { DefaultAzureCredential } from '@azure/identity';
import { SecretClient } from '@azure/keyvault-secrets';
import { BlobServiceClient } from '@azure/storage-blob';
const credential = new DefaultAzureCredential();
const vault = (url) => new SecretClient(url, credential, { disableChallengeResourceVerification: true });
const { VAULT_URL, FOREIGN_VAULT_URL, ACCOUNT_URL } = process.env;
const print = (value) => console.log(JSON.stringify(value));
`;

it('gives the JavaScript SDK a secret with DefaultAzureCredential', async () => {
  const value = await program(`${CLIENTS} print((await vault(VAULT_URL).getSecret('ConnectionString')).value);`);
  expect(value).toContain('sql-lab.database.windows.net');
});

it('lets the JavaScript SDK write, list and read a blob', async () => {
  const result = await program(`${CLIENTS}
    const container = new BlobServiceClient(ACCOUNT_URL, credential).getContainerClient('samples');
    await container.getBlockBlobClient('notes/today.txt').upload('written by a test', 17);
    const names = [];
    for await (const { name } of container.listBlobsFlat()) names.push(name);
    print([names, (await container.getBlobClient('notes/today.txt').downloadToBuffer()).toString()]);`);
  expect(result).toEqual([['notes/today.txt', 'welcome.txt'], 'written by a test']);
});

it('lets the operator manage the lab through Resource Manager and Graph, and nobody of another tenant', async () => {
  const [contoso, fabrikam] = lab.operators;
  const result = await program(`
    import { ClientSecretCredential } from '@azure/identity';
    const [contoso, fabrikam] = ${JSON.stringify([contoso, fabrikam])};
    const tokenOf = ({ tenantId, clientId, clientSecret }, scope) =>
      new ClientSecretCredential(tenantId, clientId, clientSecret, { disableInstanceDiscovery: true }).getToken(scope);
    const get = async (operator, url, resource) => {
      const { token } = await tokenOf(operator, resource + '/.default');
      const response = await fetch(url, { headers: { authorization: 'Bearer ' + token } });
      return { status: response.status, body: await response.json() };
    };
    const groups = (operator, { subscriptionId }) =>
      get(operator, '${lab.armUrl}/subscriptions/' + subscriptionId + '/resourceGroups?api-version=2021-04-01', 'https://management.azure.com');
    const own = await groups(contoso, contoso.subscriptions[0]);
    const foreign = await groups(fabrikam, contoso.subscriptions[0]);
    const graph = await get(contoso, "${lab.graphUrl}/v1.0/servicePrincipals?$filter=appId eq '" + contoso.clientId + "'", 'https://graph.microsoft.com');
    console.log(JSON.stringify([own.body.value.map(({ name }) => name), foreign.status, graph.body.value.map(({ displayName }) => displayName)]));`);
  expect(result).toEqual([['rg-apps'], 401, ['operator']]);
});

it('refuses what the identity has no role for, and a vault of another tenant', async () => {
  const result = await program(`${CLIENTS}
    const outcome = (promise) => promise.then(() => 'allowed', ({ statusCode, code }) => [statusCode, code]);
    print([await outcome(vault(VAULT_URL).setSecret('New', 'x')), await outcome(vault(FOREIGN_VAULT_URL).getSecret('Recipe'))]);`);
  expect(result).toEqual([
    [403, 'Forbidden'],
    [401, 'Unauthorized'],
  ]);
});

it('gives no token for a wrong secret', async () => {
  const { IDENTITY_ENDPOINT } = lab.environment;
  const response = await fetch(`${IDENTITY_ENDPOINT}?api-version=2019-08-01&resource=https://vault.azure.net`, {
    headers: { 'X-IDENTITY-HEADER': 'guessed' },
  });
  expect(response.status).toBe(401);
});
