/**
 * What Microsoft's JavaScript SDKs do when a service fails: how many requests came, how far apart, and what the program
 * saw. The waits are the SDKs' own defaults.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type EmbeddedLab, startLab } from '@managed-identity-lab/embedded';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);

/** Each test has an identity of its own, which its fault is meant for: so they can run at the same time. */
const IDENTITIES = Array.from({ length: 30 }, (_, index) => ({
  name: `id-${index}`,
  clientId: `00000000-0000-4000-8000-0000000000${String(index).padStart(2, '0')}`,
}));
const NAMES = IDENTITIES.map(({ name }) => name);
const everybody = (role: string) => NAMES.map((principal) => ({ principal, role }));
const GROUP = {
  name: 'rg',
  userAssignedIdentities: IDENTITIES,
  virtualMachines: [{ name: 'vm-app01', userAssignedIdentities: NAMES }],
  vaults: [{ name: 'kv-lab', secrets: { One: 'the secret' }, roleAssignments: everybody('Key Vault Secrets Officer') }],
  storageAccounts: [
    {
      name: 'stlab',
      containers: [{ name: 'samples', blobs: { 'welcome.txt': 'the blob' } }],
      roleAssignments: everybody('Storage Blob Data Reader'),
    },
  ],
};
const LAB = {
  tenants: [
    { name: 'contoso', subscriptions: [{ name: 'apps', resourceGroups: [GROUP] }] },
    { name: 'fabrikam', subscriptions: [] },
  ],
};

let lab: EmbeddedLab;
beforeAll(async () => {
  lab = await startLab({ lab: LAB });
});
afterAll(() => lab?.close());

const PROGRAMS = {
  ManagedIdentityCredential: `
    await credential.getToken('https://vault.azure.net/.default');
    return 'a token';`,
  DefaultAzureCredential: `
    await new DefaultAzureCredential({ managedIdentityClientId: clientId }).getToken('https://vault.azure.net/.default');
    return 'a token';`,
  ClientSecretCredential: `
    const { tenantId, clientSecret } = operator;
    const options = { disableInstanceDiscovery: true };
    await new ClientSecretCredential(tenantId, clientId, clientSecret, options).getToken('https://vault.azure.net/.default');
    return 'a token';`,
  SecretClient: `
    const options = { disableChallengeResourceVerification: true };
    return (await new SecretClient(vaultUrl, credential, options).getSecret('One')).value;`,
  BlobClient: `
    const container = new BlobServiceClient(accountUrl, credential).getContainerClient('samples');
    return (await container.getBlobClient('welcome.txt').downloadToBuffer()).toString();`,
} as const;

type Fault = Omit<Parameters<EmbeddedLab['api']['faults']['add']>[0], 'caller'>;

let next = 0;
let nextOperator = 0;

/** Runs a program with a fault that is meant for its identity. `waits`: milliseconds between one request and the next. */
async function withFault(program: keyof typeof PROGRAMS, { operation = '', ...fault }: Fault) {
  const isOperator = program === 'ClientSecretCredential';
  const operator = isOperator ? lab.operators[nextOperator++] : undefined;
  const clientId = operator?.clientId ?? IDENTITIES[next++]?.clientId ?? '';
  const { id } = await lab.api.faults.add({ ...fault, ...(operation && { operation }), caller: clientId });
  const source = `
    import { ClientSecretCredential, DefaultAzureCredential, ManagedIdentityCredential } from '@azure/identity';
    import { SecretClient } from '@azure/keyvault-secrets';
    import { BlobServiceClient } from '@azure/storage-blob';
    const clientId = '${clientId}', vaultUrl = '${lab.vaultUrls['kv-lab']}', accountUrl = '${lab.accountUrls.stlab}';
    const operator = ${JSON.stringify(operator)};
    const credential = new ManagedIdentityCredential({ clientId });
    const work = async () => {${PROGRAMS[program]}};
    console.log(await work().catch(({ name, statusCode, code }) => [name, statusCode, code].filter(Boolean).join(' ')));`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', source], {
    cwd: import.meta.dirname,
    env: { ...process.env, ...lab.virtualMachines['vm-app01']?.imds.environment },
  });
  const { service } = fault;
  const { events } = await lab.api.events.list({ service, limit: 1000 });
  const own = events.filter(
    (event) => event.clientId === clientId && (operation === '' || event.operation === operation),
  );
  const begun = own.map(({ at }) => Date.parse(at));
  const [left] = (await lab.api.faults.list()).filter((listed) => listed.id === id);
  expect(own.filter((event) => event.fault === id)).toHaveLength(left?.applied ?? Number.NaN);
  return {
    saw: stdout.trim(),
    statuses: own.map(({ status }) => status),
    waits: begun.slice(1).map((time, index) => time - (begun[index] ?? 0)),
  };
}

/** Waits between these bounds, each; a machine that is busy adds to them. */
function expectWaits(waits: readonly number[], bounds: readonly (readonly [least: number, most: number])[]) {
  expect(waits).toHaveLength(bounds.length);
  for (const [index, [least, most]] of bounds.entries()) {
    expect(waits[index]).toBeGreaterThanOrEqual(least - 20);
    expect(waits[index]).toBeLessThan(most + 5_000);
  }
}

/** The waits of `@azure/core-util`: doubled each time, and up to half of it less at random. */
const doubling = (first: number, times: number) =>
  Array.from({ length: times }, (_, index) => [(first / 2) * 2 ** index, first * 2 ** index] as const);

describe.concurrent('IMDS fails', () => {
  it('404 or 410 for a while: ManagedIdentityCredential waits 0.8 s, doubled each time, and at least 3 s after a 410', async () => {
    const [notFound, gone] = await Promise.all([
      withFault('ManagedIdentityCredential', { service: 'imds', times: 3, effect: { status: 404 } }),
      withFault('ManagedIdentityCredential', { service: 'imds', times: 2, effect: { status: 410 } }),
    ]);
    expect(notFound).toMatchObject({ saw: 'a token', statuses: [404, 404, 404, 200] });
    expectWaits(notFound.waits, doubling(800, 3));
    expect(gone).toMatchObject({ saw: 'a token', statuses: [410, 410, 200] });
    expectWaits(gone.waits, doubling(3_000, 2));
  });

  it('404 for good: ManagedIdentityCredential gives up after six requests', async () => {
    const { saw, statuses, waits } = await withFault('ManagedIdentityCredential', {
      service: 'imds',
      effect: { status: 404 },
    });
    expect([saw, statuses]).toEqual(['CredentialUnavailableError', [404, 404, 404, 404, 404, 404]]);
    expectWaits(waits, doubling(800, 5));
  });

  it('429: ManagedIdentityCredential tries again where it is told when, and not where it is not', async () => {
    const [told, untold] = await Promise.all([
      withFault('ManagedIdentityCredential', {
        service: 'imds',
        times: 2,
        effect: { status: 429, retryAfterSeconds: 1 },
      }),
      withFault('ManagedIdentityCredential', { service: 'imds', effect: { status: 429 } }),
    ]);
    expect(told).toMatchObject({ saw: 'a token', statuses: [429, 429, 200] });
    expectWaits(told.waits, [
      [1_000, 1_000],
      [1_000, 1_000],
    ]);
    expect(untold).toMatchObject({ saw: 'CredentialUnavailableError', statuses: [429] });
  });

  it.each([
    [500, 'a status', { status: 500 }, 'CredentialUnavailableError'],
    [499, 'a cut connection', { cut: true }, 'CredentialUnavailableError'],
  ] as const)('%i, %s: ManagedIdentityCredential makes four requests, from 1 s on', async (status, _, effect, said) => {
    const { saw, statuses, waits } = await withFault('ManagedIdentityCredential', { service: 'imds', effect });
    expect([saw, statuses]).toEqual([said, [status, status, status, status]]);
    expectWaits(waits, doubling(1_000, 3));
  });

  it('half a body, or that of a captive portal: ManagedIdentityCredential believes neither, and does not ask again', async () => {
    for (const effect of [{ halfBody: true }, { contentType: 'text/html' }] as const) {
      expect(await withFault('ManagedIdentityCredential', { service: 'imds', effect })).toMatchObject({
        saw: 'CredentialUnavailableError',
        statuses: [200],
      });
    }
  });

  it('slowly: DefaultAzureCredential waits for it', async () => {
    expect(
      await withFault('DefaultAzureCredential', { service: 'imds', times: 1, effect: { delayMs: 1_500 } }),
    ).toMatchObject({ saw: 'a token', statuses: [200] });
  });

  it('503 once: DefaultAzureCredential tries again after less than a second', async () => {
    const { saw, statuses, waits } = await withFault('DefaultAzureCredential', {
      service: 'imds',
      times: 1,
      effect: { status: 503 },
    });
    expect([saw, statuses]).toEqual(['a token', [503, 200]]);
    expectWaits(waits, doubling(800, 1));
  });
});

describe.concurrent('Entra fails', () => {
  it('503 once: IMDS says so, and the SDK asks it again', async () => {
    const { saw, statuses } = await withFault('ManagedIdentityCredential', {
      service: 'entra',
      operation: 'IssueToken',
      times: 1,
      effect: { status: 503 },
    });
    expect([saw, statuses]).toEqual(['a token', [503, 200]]);
  });

  it('429: IMDS passes it on without a time to come again, and the SDK asks no more', async () => {
    const { saw, statuses } = await withFault('ManagedIdentityCredential', {
      service: 'entra',
      operation: 'IssueToken',
      effect: { status: 429 },
    });
    expect([saw, statuses]).toEqual(['CredentialUnavailableError', [429]]);
  });
});

describe.concurrent('Entra fails a client that signs in by itself', () => {
  const ISSUE = { service: 'entra', operation: 'IssueToken', times: 1 } as const;

  it('503 once: ClientSecretCredential tries again after up to 1 s', async () => {
    const { saw, statuses, waits } = await withFault('ClientSecretCredential', { ...ISSUE, effect: { status: 503 } });
    expect([saw, statuses]).toEqual(['a token', [503, 200]]);
    expectWaits(waits, doubling(1_000, 1));
  });

  it('429 once, with Retry-After: ClientSecretCredential waits for as long', async () => {
    const effect = { status: 429, retryAfterSeconds: 2 };
    const { saw, statuses, waits } = await withFault('ClientSecretCredential', { ...ISSUE, effect });
    expect([saw, statuses]).toEqual(['a token', [429, 200]]);
    expectWaits(waits, [[2_000, 2_000]]);
  });
});

describe.concurrent('Key Vault fails', () => {
  const GET = { service: 'keyvault', operation: 'GetSecret' } as const;

  it('429 with Retry-After: SecretClient makes four requests, as far apart as it is told', async () => {
    const { saw, statuses, waits } = await withFault('SecretClient', { ...GET, effect: { status: 429 } });
    expect([saw, statuses]).toEqual(['RestError 429 Throttled', [429, 429, 429, 429]]);
    expectWaits(waits, [
      [1_000, 1_000],
      [1_000, 1_000],
      [1_000, 1_000],
    ]);
  });

  it('429 without it: SecretClient does not ask again', async () => {
    const effect = { status: 429, retryAfterSeconds: null } as const;
    expect(await withFault('SecretClient', { ...GET, effect })).toMatchObject({
      saw: 'RestError 429 Throttled',
      statuses: [429],
    });
  });

  it('503 twice, without a time to come again: SecretClient waits 1 s, then twice as long', async () => {
    const effect = { status: 503, retryAfterSeconds: null } as const;
    const { saw, statuses, waits } = await withFault('SecretClient', { ...GET, times: 2, effect });
    expect([saw, statuses]).toEqual(['the secret', [503, 503, 200]]);
    expectWaits(waits, doubling(1_000, 2));
  });

  it('by a cut connection: SecretClient tries again; by half a body, it does not', async () => {
    const [cut, half] = await Promise.all([
      withFault('SecretClient', { ...GET, times: 1, effect: { cut: true } }),
      withFault('SecretClient', { ...GET, times: 1, effect: { halfBody: true } }),
    ]);
    expect(cut).toMatchObject({ saw: 'the secret', statuses: [499, 200] });
    expect(half).toMatchObject({ saw: 'RestError PARSE_ERROR', statuses: [200] });
  });
});

describe.concurrent('Blob Storage fails', () => {
  const GET = { service: 'blob', operation: 'GetBlob' } as const;

  it('503 twice: BlobClient tries again at once, then after 4 s', async () => {
    const { saw, statuses, waits } = await withFault('BlobClient', { ...GET, times: 2, effect: { status: 503 } });
    expect([saw, statuses]).toEqual(['the blob', [503, 503, 206]]);
    expectWaits(waits, [
      [0, 0],
      [4_000, 4_000],
    ]);
  });

  it('429, or half a body: BlobClient does not ask again', async () => {
    const [throttled, half] = await Promise.all([
      withFault('BlobClient', { ...GET, effect: { status: 429 } }),
      withFault('BlobClient', { ...GET, effect: { halfBody: true } }),
    ]);
    expect(throttled).toMatchObject({ saw: 'RestError 429 TooManyRequests', statuses: [429] });
    expect(half).toMatchObject({ statuses: [206] });
    expect(half.saw).not.toBe('the blob');
  });

  it('by a cut connection: BlobClient tries again at once', async () => {
    expect(await withFault('BlobClient', { ...GET, times: 1, effect: { cut: true } })).toMatchObject({
      saw: 'the blob',
      statuses: [499, 206],
    });
  });
});
