/** Names of vaults and accounts: there as soon as they are, gone when they are, and no others, for nobody else. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { docker, type Lab, PROJECT, startLab } from './lab.ts';

const NAME_SERVER = '10.88.0.53';
const VAULT = 'kv-lab.vault.azure.net';
const ACCOUNT = 'stlab.blob.core.windows.net';

let lab: Lab;
let addressOf: Readonly<Record<string, string>>;
beforeAll(async () => {
  lab = await startLab({ variant: 'tests' });
  const format = `{{with index .NetworkSettings.Networks "${PROJECT}_azure"}}{{.IPAddress}}{{end}}`;
  const address = (service: string) => docker('inspect', '--format', format, `${PROJECT}-${service}-1`);
  addressOf = { keyvault: await address('keyvault'), blob: await address('blob'), dns: await address('dns') };
});
afterAll(() => lab?.down());

const node = async (service: string, script: string, ...args: string[]): Promise<string> => {
  const { stdout, stderr } = await lab.exec(service, ['node', '--input-type=module', '-e', script, ...args]);
  return stdout.trim() || stderr.trim();
};

/** What a program finds, by the container's own resolver: an address, or the code of the error. */
const LOOKUP = `
  import { lookup } from 'node:dns/promises';
  console.log(await lookup(process.argv[1], { family: 4 }).then(({ address }) => address, ({ code }) => code));`;
const lookup = (service: string, name: string) => node(service, LOOKUP, name);

/** What the name server itself says, past Docker's resolver. */
const ASK = `
  import { Resolver } from 'node:dns/promises';
  const [server, name, type] = process.argv.slice(1);
  const resolver = new Resolver({ timeout: 1_000, tries: 1 });
  resolver.setServers([server]);
  console.log(await resolver.resolve(name, type).then(String, ({ code }) => code));`;
const ask = (service: string, name: string, { server = NAME_SERVER, type = 'A' } = {}) =>
  node(service, ASK, server, name, type);

describe.each(['app', 'outsider'])('in %s', (service) => {
  it('a vault and an account have the addresses of their services', async () => {
    expect(await lookup(service, VAULT)).toBe(addressOf.keyvault);
    expect(await lookup(service, 'KV-Fabrikam.Vault.Azure.net')).toBe(addressOf.keyvault);
    expect(await lookup(service, ACCOUNT)).toBe(addressOf.blob);
  });

  it.each([
    'kv-none.vault.azure.net',
    'stnone.blob.core.windows.net',
    'www.microsoft.com',
    'stlab.queue.core.windows.net',
    'database.windows.net',
  ])('the name %s does not exist, and that is said at once', async (name) => {
    const started = performance.now();
    expect(await lookup(service, name)).toBe('ENOTFOUND');
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it('the name server answers itself, and neither lists nor forwards', async () => {
    expect(await ask(service, VAULT)).toBe(addressOf.keyvault);
    expect(await ask(service, VAULT, { type: 'AAAA' })).toBe('ENODATA');
    expect(await ask(service, 'vault.azure.net', { type: 'ANY' })).toBe('EREFUSED');
    // Docker knows this one; the name server does not, and asks nobody.
    expect(await ask(service, 'login.microsoftonline.com')).toBe('ENOTFOUND');
    expect(await ask(service, 'www.microsoft.com')).toBe('ENOTFOUND');
  });
});

describe('nobody else is answered', () => {
  it('on the back side of Azure nothing listens on its port', async () => {
    const format = `{{with index .NetworkSettings.Networks "${PROJECT}_fabric"}}{{.IPAddress}}{{end}}`;
    const server = await docker('inspect', '--format', format, `${PROJECT}-dns-1`);
    expect(await ask('tester', VAULT, { server })).toBe('ECONNREFUSED');
  });

  it('who is not on the network of the public endpoints has no route to it', async () => {
    expect(await ask('imds', VAULT)).not.toBe(addressOf.keyvault);
    const script = `
      import { connect } from 'node:net';
      connect(53, '${NAME_SERVER}').on('error', ({ code }) => console.log(code)).on('connect', () => console.log('connected'));`;
    expect(await node('imds', script)).toBe('ENETUNREACH');
  });

  it('and it has no way out itself', async () => {
    const { stdout } = await lab.exec('dns', ['cat', '/proc/net/route']);
    const rows = stdout.trim().split('\n').slice(1);
    expect(rows.map((row) => row.split(/\s+/)[2])).toEqual(['00000000', '00000000']); // no gateway in any row
    expect(rows.every((row) => row.split(/\s+/)[1] !== '00000000')).toBe(true);
  });

  it('nobody gets its address who does not ask for it', async () => {
    const [network] = JSON.parse(await docker('network', 'inspect', `${PROJECT}_azure`));
    expect(network.IPAM.Config).toMatchObject([{ Subnet: '10.88.0.0/24', IPRange: '10.88.0.128/25' }]);
    expect(addressOf.dns).toBe(NAME_SERVER);
  });
});

describe('what Resource Manager makes', () => {
  type Credentials = {
    tenantName: string;
    tenantId: string;
    clientId: string;
    clientSecret: string;
    subscriptions: { subscriptionId: string; name?: string }[];
  };
  let token: string;
  let group: string;
  beforeAll(async () => {
    const { stdout } = await lab.exec('tester', ['cat', '/state/operator/credentials.json']);
    const operator = (JSON.parse(stdout) as Credentials[]).find(({ tenantName }) => tenantName === 'contoso');
    if (!operator) throw new Error('no operator');
    const body = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: operator.clientId,
      client_secret: operator.clientSecret,
      scope: 'https://management.azure.com/.default',
    });
    const [answer] = await lab.send('tester', [
      {
        url: `https://login.microsoftonline.com/${operator.tenantId}/oauth2/v2.0/token`,
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: body.toString(),
      },
    ]);
    token = JSON.parse(answer?.body ?? '{}').access_token;
    const listed = await arm('GET', '/subscriptions');
    const [{ subscriptionId }] = listed.value;
    group = `/subscriptions/${subscriptionId}/resourceGroups/rg-names`;
    await arm('PUT', group, { location: 'westeurope' });
    tenantId = operator.tenantId;
  });
  let tenantId: string;

  const arm = async (method: string, path: string, body?: object) => {
    const [answer] = await lab.send('tester', [
      {
        url: `https://management.azure.com${path}?api-version=2024-01-01`,
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
      },
    ]);
    if (!answer?.status || answer.status >= 400)
      throw new Error(`${method} ${path}: ${answer?.status} ${answer?.body}`);
    return answer.body === '' ? {} : JSON.parse(answer.body);
  };

  it('a vault has its name and its data plane in the next request, and neither after its deletion', async () => {
    const path = `${group}/providers/Microsoft.KeyVault/vaults/kv-e2e`;
    const properties = { tenantId, sku: { family: 'A', name: 'standard' }, accessPolicies: [] };
    expect(await lookup('app', 'kv-e2e.vault.azure.net')).toBe('ENOTFOUND');
    await arm('PUT', path, { location: 'westeurope', properties });
    expect(await lookup('app', 'kv-e2e.vault.azure.net')).toBe(addressOf.keyvault);
    const [challenge] = await lab.send('app', [{ url: 'https://kv-e2e.vault.azure.net/secrets?api-version=7.4' }]);
    expect([challenge?.status, challenge?.headers['www-authenticate']]).toEqual([
      401,
      expect.stringContaining(tenantId),
    ]);
    await arm('DELETE', path);
    expect(await lookup('app', 'kv-e2e.vault.azure.net')).toBe('ENOTFOUND');
    await arm('PUT', path, { location: 'westeurope', properties: { ...properties, createMode: 'recover' } });
    expect(await lookup('app', 'kv-e2e.vault.azure.net')).toBe(addressOf.keyvault);
  });

  it('a storage account has its name and its data plane in the next request, and neither after its deletion', async () => {
    const path = `${group}/providers/Microsoft.Storage/storageAccounts/ste2e`;
    const account = { location: 'westeurope', kind: 'StorageV2', sku: { name: 'Standard_LRS' } };
    expect(await lookup('outsider', 'ste2e.blob.core.windows.net')).toBe('ENOTFOUND');
    await arm('PUT', path, account);
    expect(await lookup('outsider', 'ste2e.blob.core.windows.net')).toBe(addressOf.blob);
    const [challenge] = await lab.send('outsider', [
      { url: 'https://ste2e.blob.core.windows.net/?comp=list', headers: { 'x-ms-version': '2021-06-08' } },
    ]);
    expect(challenge?.status).toBe(401);
    await arm('DELETE', path);
    expect(await lookup('outsider', 'ste2e.blob.core.windows.net')).toBe('ENOTFOUND');
  });

  it('names outlive the name server, and its services by name after they were made anew', async () => {
    await lab.compose('up', '--detach', '--wait', '--force-recreate', '--no-deps', 'dns');
    expect(await lookup('app', VAULT)).toBe(addressOf.keyvault);
  });
});
