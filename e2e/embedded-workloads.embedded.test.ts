/** Every place where a program can run in the embedded lab, with the official clients and what the lab says they need. */

import { ManagedIdentityCredential } from '@azure/identity';
import { SecretClient } from '@azure/keyvault-secrets';
import { type EmbeddedLab, startLab } from '@managed-identity-lab/embedded';
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLIENTS, claimsOf, machineToken, operatorOf, runModule } from './embedded-lab.ts';

let lab: EmbeddedLab;
beforeAll(async () => {
  lab = await startLab();
});
afterAll(() => lab?.close());

const urls = () => ({ VAULT_URL: lab.vaultUrls['kv-lab'], ACCOUNT_URL: lab.accountUrls.stlab });

/** The value of a secret, the names of blobs, and whose token it was. */
const READS = `${CLIENTS}
const { value } = await vault(VAULT_URL).getSecret('ConnectionString');
const names = [];
for await (const { name } of new BlobServiceClient(ACCOUNT_URL, credential).getContainerClient('samples').listBlobsFlat()) names.push(name);
const { xms_mirid, oid } = await claims();
print({ secret: value.slice(0, 10), names, xms_mirid, oid });`;

const reads = { secret: 'Server=tcp', names: ['welcome.txt'] };

describe('the JavaScript SDK with DefaultAzureCredential reads a secret and a blob', () => {
  it.each(['vm-app01', 'vm-app02'])('on the machine %s, by the App Service protocol', async (name) => {
    const { environment } = lab.virtualMachines[name] as { environment: Record<string, string> };
    const result = await runModule(READS, { ...environment, ...urls() });
    expect(result).toMatchObject({
      ...reads,
      xms_mirid: expect.stringMatching(new RegExp(`/virtualMachines/${name}$`)),
    });
  });

  it.each(['vm-app01', 'vm-app02'])('on the machine %s, by the protocol of IMDS', async (name) => {
    const { environment } = lab.virtualMachines[name]?.imds ?? {};
    const result = await runModule(READS, { ...environment, ...urls() });
    expect(result).toMatchObject({
      ...reads,
      xms_mirid: expect.stringMatching(new RegExp(`/virtualMachines/${name}$`)),
    });
  });

  it('in the function app', async () => {
    const result = await runModule(READS, { ...lab.functionApps['func-app01']?.environment, ...urls() });
    expect(result).toMatchObject({ ...reads, xms_mirid: expect.stringMatching(/\/sites\/func-app01$/) });
  });

  it('in the pod, with the token of its service account', async () => {
    const result = await runModule(READS, { ...lab.pods['pod-app01']?.environment, ...urls() });
    expect(result).toMatchObject(reads);
  });
});

const RESOURCE = 'resource=https%3A%2F%2Fvault.azure.net';

// What each writes on the wire when it is pointed at another address: docs/reference and the SDKs' own sources.
it.each([
  ['JavaScript', '/metadata/identity/oauth2/token/?api-version=2018-02-01&'],
  ['JavaScript, with a slash at the end of the variable', '//metadata/identity/oauth2/token/?api-version=2018-02-01&'],
  ['Java', '//metadata/identity/oauth2/token?api-version=2018-02-01&'],
  ['Python and .NET', '/metadata/identity/oauth2/token?api-version=2018-02-01&'],
])('answers IMDS requests as they come from %s', async (_, path) => {
  const { imds } = lab.virtualMachines['vm-app01'] ?? {};
  const { statusCode, body } = await request(`${imds?.url}${path}${RESOURCE}`, { headers: { Metadata: 'true' } });
  expect([statusCode, await body.json()]).toMatchObject([200, { token_type: 'Bearer' }]);
});

it.each([
  ['current', '2019-08-01', 'X-IDENTITY-HEADER', 'expires_on'],
  ['newest .NET', '2025-03-30', 'X-IDENTITY-HEADER', 'expires_on'],
  ['first version of the protocol', '2017-09-01', 'secret', 'expires_on'],
])('answers App Service requests as they come from SDKs: %s', async (_, version, header, member) => {
  const { IDENTITY_ENDPOINT, IDENTITY_HEADER = '' } = lab.virtualMachines['vm-app01']?.environment ?? {};
  const { statusCode, body } = await request(`${IDENTITY_ENDPOINT}?api-version=${version}&${RESOURCE}`, {
    headers: { [header]: IDENTITY_HEADER },
  });
  expect([statusCode, await body.json()]).toMatchObject([200, { token_type: 'Bearer', [member]: expect.anything() }]);
});

it('tells machines apart: the secret of one opens nothing at another, and its IMDS gives its tokens alone', async () => {
  const tenantsAndIds = await Promise.all(
    ['vm-app01', 'vm-app02'].map(async (name) => {
      const own = claimsOf((await machineToken(lab, name)).body.access_token);
      const { imds } = lab.virtualMachines[name] ?? {};
      const path = '/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https://vault.azure.net';
      const { body } = await request(`${imds?.url}${path}`, { headers: { Metadata: 'true' } });
      const byImds = claimsOf(((await body.json()) as { access_token: string }).access_token);
      expect(byImds.xms_mirid).toBe(own.xms_mirid);
      return own.oid;
    }),
  );
  expect(new Set(tenantsAndIds).size).toBe(2);
  const [one, two] = Object.values(lab.virtualMachines);
  expect(one?.environment.IDENTITY_HEADER).not.toBe(two?.environment.IDENTITY_HEADER);
});

it('gives a machine and a vault that Resource Manager makes their ports at once, and takes them away with them', async () => {
  const operator = await operatorOf(lab);
  const machine = `${operator.group}/Microsoft.Compute/virtualMachines/vm-later`;
  const vault = `${operator.group}/Microsoft.KeyVault/vaults/kv-later`;
  const made = await operator.arm('PUT', machine, '2024-07-01', {
    location: 'westeurope',
    identity: { type: 'SystemAssigned' },
    properties: { hardwareProfile: { vmSize: 'Standard_B1s' } },
  });
  expect(made.status).toBe(201);
  const { status, body } = await machineToken(lab, 'vm-later');
  expect([status, claimsOf(body.access_token).xms_mirid]).toEqual([200, expect.stringMatching(/\/vm-later$/)]);
  const { imds } = lab.virtualMachines['vm-later'] ?? {};
  const instance = await request(`${imds?.url}/metadata/instance?api-version=2021-02-01`, {
    headers: { Metadata: 'true' },
  });
  expect(await instance.body.json()).toMatchObject({ compute: { name: 'vm-later' } });

  const { tenantId } = operator;
  const properties = { tenantId, sku: { family: 'A', name: 'standard' }, enableRbacAuthorization: true };
  expect((await operator.arm('PUT', vault, '2023-07-01', { location: 'westeurope', properties })).status).toBeLessThan(
    300,
  );
  expect(await operator.statusOf(`${lab.vaultUrls['kv-later']}/secrets?api-version=7.4`)).toBe(401);

  await operator.arm('DELETE', machine, '2024-07-01');
  await operator.arm('DELETE', vault, '2023-07-01');
  expect(Object.keys(lab.virtualMachines)).toEqual(['vm-app01', 'vm-app02']);
  expect(Object.keys(lab.vaultUrls)).not.toContain('kv-later');
  await expect(request(`${imds?.url}/metadata/versions`)).rejects.toThrow(/ECONNREFUSED|other side closed/);
  await operator.close();
});

it('lets a test call the SDK in its own process, and undoes that', async () => {
  const restore = lab.actAs('vm-app01');
  expect(process.env.IDENTITY_HEADER).toBe(lab.environment.IDENTITY_HEADER);
  const options = { disableChallengeResourceVerification: true };
  const client = new SecretClient(lab.vaultUrls['kv-lab'] ?? '', new ManagedIdentityCredential(), options);
  expect((await client.getSecret('ConnectionString')).value).toContain('sql-lab');
  restore();
  expect(process.env.IDENTITY_HEADER).toBeUndefined();
  expect(() => lab.actAs('nobody')).toThrow(
    "There is no 'nobody' in this lab, only vm-app01, vm-app02, func-app01, pod-app01.",
  );
});

it('asks nobody outside of this machine: every URL that a program is told is on loopback', () => {
  const all = [...Object.values(lab.virtualMachines), ...Object.values(lab.functionApps), ...Object.values(lab.pods)];
  const environments = [
    ...all.map(({ environment }) => environment),
    ...Object.values(lab.virtualMachines).map(({ imds }) => imds.environment),
  ];
  for (const environment of environments) {
    const told = Object.values(environment).filter((value) => /^https?:/.test(value));
    expect(
      told.map((url) => new URL(url).hostname).filter((host) => !['localhost', '127.0.0.1'].includes(host)),
    ).toEqual([]);
    // Whoever has neither would ask 169.254.169.254, which may be the real one.
    expect(environment.IDENTITY_ENDPOINT ?? environment.AZURE_POD_IDENTITY_AUTHORITY_HOST).toMatch(
      /^http:\/\/127\.0\.0\.1:/,
    );
  }
});
