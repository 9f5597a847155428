/** The page and the lab API of the embedded lab. */
import { LabApiError } from '@managed-identity-lab/client';
import { type EmbeddedLab, startLab } from '@managed-identity-lab/embedded';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let lab: EmbeddedLab;
beforeAll(async () => {
  lab = await startLab();
});
afterAll(() => lab?.close());

it('serves the page, and the lab API to those who have the token alone', async () => {
  const page = await fetch(lab.url);
  expect([page.status, page.headers.get('content-type')]).toEqual([200, expect.stringContaining('text/html')]);
  const events = (headers: Record<string, string>) => fetch(`${lab.url}/lab/v1/events`, { headers });
  expect((await events({})).status).toBe(401);
  expect((await events({ authorization: `Bearer ${lab.apiToken}` })).status).toBe(200);
});

it('is ready with every part, and says where each is reached', async () => {
  const { ready, parts } = await lab.api.health();
  expect(parts.filter((part) => !part.ready)).toEqual([]);
  expect(ready).toBe(true);
  const reachedAs = Object.fromEntries(parts.map((part) => [part.name, part.reachedAs]));
  expect(reachedAs).toMatchObject({
    entra: lab.authorityUrl,
    arm: lab.armUrl,
    imds: expect.stringContaining('http://127.0.0.1:'),
  });
  expect(reachedAs).not.toHaveProperty('dns');
});

it.each(['vm-app01', 'func-app01', 'pod-app01'])('runs the sample program as %s, and shows each hop', async (name) => {
  const run = await lab.api.run(name);
  expect(run).toMatchObject({ machine: name, outcome: 'succeeded' });
  expect(run.steps.map(({ step, outcome }) => [step, outcome])).toEqual([
    ['Read a secret', 'succeeded'],
    ['Write a blob', 'succeeded'],
    ['List the blobs', 'succeeded'],
    ['Read the blob back', 'succeeded'],
    ['Read the orders', 'succeeded'],
  ]);
  const services = new Set(run.events.map(({ service }) => service));
  expect([...services]).toEqual(expect.arrayContaining(['entra', 'keyvault', 'blob', 'api']));
});

describe('a request of a workload', () => {
  const METADATA = [['Metadata', 'true']] as const;
  const TOKEN = 'http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource=';
  const get = (workload: string, url: string, ...headers: (readonly [string, string])[]) =>
    lab.api.request(workload, { method: 'GET', url, headers });
  const token = async (resource: string) => {
    const answer = await get('vm-app01', TOKEN + resource, ...METADATA);
    return ['Authorization', `Bearer ${JSON.parse('body' in answer ? answer.body : '').access_token}`] as const;
  };

  it("reaches each service under Azure's name, with a token that it got there", async () => {
    const url = 'https://kv-lab.vault.azure.net/secrets/ConnectionString?api-version=7.4';
    expect(await get('vm-app01', url)).toMatchObject({ status: 401 });
    expect(await get('vm-app01', url, await token('https://vault.azure.net'))).toMatchObject({ status: 200 });
    const blobs = 'https://stlab.blob.core.windows.net/samples?restype=container&comp=list';
    const headers = [await token('https://storage.azure.com/'), ['x-ms-version', '2023-11-03']] as const;
    expect(await get('vm-app01', blobs, ...headers)).toMatchObject({
      status: 200,
      body: expect.stringContaining('<Name>welcome.txt</Name>'),
    });
  });

  it.each([
    ['https://management.azure.com/subscriptions?api-version=2022-12-01', 401],
    ['https://graph.microsoft.com/v1.0/servicePrincipals', 401],
    ['https://orders-api.azurewebsites.net/orders', 401],
    ['https://login.microsoftonline.com/common/discovery/v2.0/keys', 200],
    ['https://westeurope.oic.prod-aks.azure.com/', 404],
    ['http://169.254.169.254/metadata/instance?api-version=2021-02-01', 400],
  ])('is answered by %s with %i', async (url, status) => {
    expect(await get('vm-app01', url)).toMatchObject({ status });
  });

  it('is refused the vault itself where all that it has is a role for what is in it', async () => {
    const { id } = (await lab.api.state.resources('vault')).find(({ name }) => name === 'kv-lab') ?? {};
    const url = `https://management.azure.com${id}?api-version=2023-07-01`;
    const refusal = await get('vm-app01', url, await token('https://management.azure.com/'));
    expect(refusal).toMatchObject({ status: 403, body: expect.stringContaining("'Microsoft.KeyVault/vaults/read'") });
    const endpoint =
      'http://169.254.129.2:8081/msi/token?api-version=2019-08-01&resource=https://management.azure.com/';
    const own = await get('func-app01', endpoint, ['X-IDENTITY-HEADER', '$IDENTITY_HEADER']);
    const bearer = `Bearer ${JSON.parse('body' in own ? own.body : '').access_token}`;
    // Which is Reader of the vault, too.
    expect(await get('func-app01', url, ['Authorization', bearer])).toMatchObject({
      status: 200,
      body: expect.stringContaining('"name":"kv-lab"'),
    });
  });

  it("gets App Service's secret put in, on a function app alone", async () => {
    const url = 'http://169.254.129.2:8081/msi/token?api-version=2019-08-01&resource=https://vault.azure.net';
    const secret = ['X-IDENTITY-HEADER', '$IDENTITY_HEADER'] as const;
    expect(await get('func-app01', url, secret)).toMatchObject({ status: 200 });
    expect(await get('vm-app01', url, secret)).toMatchObject({ error: { code: 'no-route' } });
  });

  it.each([
    ['func-app01', 'http://169.254.169.254/metadata/instance', 'no-route'],
    ['pod-app01', 'http://169.254.169.254/metadata/instance', 'no-route'],
    ['vm-app01', 'https://none.vault.azure.net/', 'no-name'],
    ['vm-app01', 'http://kv-lab.vault.azure.net/', 'refused'],
    ['vm-app01', 'https://169.254.169.254/metadata/instance', 'refused'],
  ])('from %s to %s comes to nothing, as in the containers: %s', async (workload, url, code) => {
    expect(await get(workload, url, ...METADATA)).toMatchObject({ error: { code } });
  });

  it('goes nowhere else', async () => {
    await expect(get('vm-app01', lab.url)).rejects.toMatchObject({ code: 'NotALabName' });
  });
});

it('tells where a run is, by the lines of the source that it shows', async () => {
  const { file, text, steps } = await lab.api.source('vm-app01');
  expect([file, text]).toEqual([
    'packages/embedded/src/sample/run.ts',
    expect.stringContaining('DefaultAzureCredential'),
  ]);
  const seen: string[] = [];
  const run = await lab.api.run('vm-app01', {
    onProgress: ({ step, line = 0, state }) => {
      const place = steps.find((one) => one.step === step);
      expect(line).toBeGreaterThanOrEqual(place?.line ?? Number.POSITIVE_INFINITY);
      expect(line).toBeLessThanOrEqual(place?.lastLine ?? 0);
      seen.push(`${step} ${state}`);
    },
  });
  expect(seen).toEqual(steps.flatMap(({ step }) => [`${step} begun`, `${step} succeeded`]));
  expect(run.steps.map(({ step }) => step)).toEqual(steps.map(({ step }) => step));
});

it('knows its machines by name and kind', async () => {
  expect((await lab.api.workloads()).map(({ name, kind, running }) => [name, kind, running])).toEqual([
    ['vm-app01', 'virtualMachine', true],
    ['vm-app02', 'virtualMachine', true],
    ['func-app01', 'functionApp', true],
    ['pod-app01', 'pod', true],
  ]);
});

it('tells what happened as events, with the machine by name, and no service unheard', async () => {
  const { environment } = lab;
  await fetch(`${environment.IDENTITY_ENDPOINT}?api-version=2019-08-01&resource=https://vault.azure.net`, {
    headers: { 'X-IDENTITY-HEADER': environment.IDENTITY_HEADER ?? '' },
  });
  const page = await lab.api.events.list({ service: 'imds' });
  expect(page.events.at(-1)).toMatchObject({ service: 'imds', virtualMachine: 'vm-app01', status: 200 });
  expect((await lab.api.events.list()).unheard).toEqual([]);
});

it('breaks a machine on purpose, and mends it', async () => {
  const ask = () =>
    fetch(`${lab.environment.IDENTITY_ENDPOINT}?api-version=2019-08-01&resource=https://vault.azure.net`, {
      headers: { 'X-IDENTITY-HEADER': lab.environment.IDENTITY_HEADER ?? '' },
    });
  await lab.api.faults.add({ service: 'imds', times: 1, effect: { status: 503 } });
  expect((await ask()).status).toBe(503);
  expect((await ask()).status).toBe(200);
});

it('forges tokens of a machine, and the vault refuses each in the classic wrong ways', async () => {
  const flaws = await lab.api.tokens.flaws();
  expect(flaws.length).toBeGreaterThan(10);
  const restore = lab.actAs();
  for (const { name } of flaws) {
    const { token } = await lab.api.tokens.forge({
      principal: 'vm-app01',
      audience: 'https://vault.azure.net',
      flaw: name,
    });
    const url = `${lab.vaultUrls['kv-lab']}/secrets/ConnectionString?api-version=7.4`;
    const { status } = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    expect([name, status]).toEqual([name, 401]);
  }
  restore();
});

it('says of a forged token what each service says to it, to the letter, with every flaw', async () => {
  const addresses = {
    keyvault: `${lab.vaultUrls['kv-lab']}/secrets/ConnectionString?api-version=7.4`,
    arm: `${lab.armUrl}/subscriptions?api-version=2022-12-01`,
  };
  const restore = lab.actAs();
  for (const [service, url] of Object.entries(addresses)) {
    const audience = service === 'arm' ? 'https://management.azure.com' : 'https://vault.azure.net';
    for (const flaw of [undefined, ...(await lab.api.tokens.flaws()).map(({ name }) => name)]) {
      const wish = { principal: 'vm-app01', audience, ...(flaw && { flaw }) };
      const { token } = await lab.api.tokens.forge(wish);
      const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
      const { error } = (await answer.json()) as { error?: { code: string; message: string } };
      const { services, unheard } = await lab.api.tokens.inspect(token);
      expect(unheard).toEqual([]);
      const report = services.find((one) => one.service === service && one.resource !== 'kv-fabrikam');
      expect([flaw, report?.accepted]).toEqual([flaw, answer.status !== 401]);
      expect([flaw, report?.refusal?.status ?? 200]).toEqual([flaw, answer.status]);
      if (error) expect(report?.refusal).toMatchObject({ code: error.code, message: error.message });
    }
  }
  restore();
});

it('tells what a vault of another company says to the same token, and what a machine may read', async () => {
  const { token } = await lab.api.tokens.forge({ principal: 'vm-app01', audience: 'https://vault.azure.net' });
  const { tenant, signature, services } = await lab.api.tokens.inspect(token);
  expect(tenant?.name).toBe('contoso');
  expect(signature).toMatchObject({ outcome: 'passed', key: { kid: signature.kid, kty: 'RSA' } });
  const said = services.map(({ service, resource, accepted, refusal }) => [service, resource, accepted, refusal?.code]);
  expect(said).toEqual([
    ['keyvault', 'kv-fabrikam', false, 'Unauthorized'],
    ['keyvault', 'kv-lab', true, undefined],
    ['blob', 'stlab', false, 'InvalidAuthenticationInfo'],
    ['arm', undefined, false, 'InvalidAuthenticationTokenAudience'],
    ['graph', undefined, false, 'InvalidAuthenticationToken'],
    ['api', undefined, false, 'InvalidToken'],
  ]);
  expect(services[1]?.decision?.grantedBy).toContain('/roleAssignments/');
  const storage = await lab.api.tokens.forge({ principal: 'id-orders', audience: 'https://storage.azure.com' });
  const blob = (await lab.api.tokens.inspect(storage.token)).services.find(({ service }) => service === 'blob');
  expect(blob).toMatchObject({ accepted: true, decision: { grantedBy: expect.stringContaining('/roleAssignments/') } });
});

it('refuses in the words of the lab API', async () => {
  await expect(lab.api.run('nobody')).rejects.toBeInstanceOf(LabApiError);
});
