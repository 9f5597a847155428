import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Resource } from '@lab/shared/feed/resources.ts';
import { ClusterJson, OperatorCredentials, Slot } from '@lab/shared/lab/lab-state.ts';
import { readWiring } from '@lab/shared/lab/read-wiring.ts';
import { sha256Hex } from '@lab/shared/lab/secrets.ts';
import { expect, it, onTestFinished } from 'vitest';
import type { Config } from './config.ts';
import { FABRIC_SERVICES, prepareLab } from './service.ts';

const root = new URL('../../../', import.meta.url).pathname;

/** What comes of the project's own lab file and topology in an empty state directory. */
async function prepared(change: Partial<Config> = {}) {
  const stateDirectory = mkdtempSync(join(tmpdir(), 'pki-'));
  onTestFinished(() => rmSync(stateDirectory, { recursive: true }));
  const config: Config = {
    stateDirectory,
    labFile: join(root, 'lab.yaml'),
    composeFiles: [join(root, 'docker-compose.yml')],
    leafDays: 397,
    testPeer: false,
    ...change,
  };
  const read = (path: string) => readFileSync(join(stateDirectory, path), 'utf8');
  const mode = (path: string) => (statSync(join(stateDirectory, path)).mode & 0o777).toString(8);
  await prepareLab(config);
  return {
    read,
    mode,
    stateDirectory,
    again: () => prepareLab(config),
    resources: () => JSON.parse(read('arm/lab.json')).resources as Resource[],
    credentials: () => OperatorCredentials.parse(JSON.parse(read('operator/credentials.json'))),
    environment: (host: string) =>
      Object.fromEntries(
        read(`workloads/${host}/env`)
          .trimEnd()
          .split('\n')
          .map((line) => line.split('=')),
      ),
  };
}
type Prepared = Awaited<ReturnType<typeof prepared>>;
const of = (lab: Prepared, kind: string) =>
  lab
    .resources()
    .filter((resource) => resource.kind === kind)
    .map(({ value }) => value as Record<string, unknown>);

it('makes the operator of each tenant a secret that arm knows the hash of only, and keeps it', async () => {
  const lab = await prepared();
  const [contoso, fabrikam] = lab.credentials();
  expect([contoso?.tenantName, fabrikam?.tenantName]).toEqual(['contoso', 'fabrikam']);
  expect(contoso?.clientSecret).toMatch(/^[A-Za-z0-9_~-]{40}$/);
  expect(contoso?.clientSecret).not.toBe(fabrikam?.clientSecret);
  expect(contoso?.subscriptions.map(({ name }) => name)).toEqual(['contoso-apps', 'contoso-data']);
  expect(lab.mode('operator/credentials.json')).toBe('600');

  const application = of(lab, 'application').find(({ tenantId }) => tenantId === contoso?.tenantId);
  expect(application?.secrets).toMatchObject([
    { sha256: sha256Hex(contoso?.clientSecret ?? ''), hint: contoso?.clientSecret.slice(0, 3) },
  ]);
  for (const { clientSecret } of lab.credentials()) expect(lab.read('arm/lab.json')).not.toContain(clientSecret);

  const before = [lab.credentials(), lab.read('arm/lab.json'), lab.environment('func-app01')];
  await lab.again();
  expect([lab.credentials(), lab.read('arm/lab.json'), lab.environment('func-app01')]).toEqual(before);
});

it('tells the portal who is on which network, by the lines of the file that says so', async () => {
  const file = join(root, 'docker-compose.yml');
  const further = join(root, 'e2e/compose.e2e.yaml');
  const { read } = await prepared({ composeFiles: [file, further] });
  expect(JSON.parse(read('portal/wiring.json'))).toEqual(readWiring(readFileSync(file, 'utf8')));
});

it('makes a token for the lab API, for the portal to read and nobody else, and keeps it', async () => {
  const lab = await prepared();
  const token = lab.read('portal/api-token');
  expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/);
  expect(lab.mode('portal/api-token')).toBe('600');
  await lab.again();
  expect(lab.read('portal/api-token')).toBe(token);
  expect((await prepared()).read('portal/api-token')).not.toBe(token);
});

it('makes another token where the file holds none', async () => {
  const lab = await prepared();
  writeFileSync(join(lab.stateDirectory, 'portal/api-token'), '');
  await lab.again();
  expect(lab.read('portal/api-token')).toMatch(/^[A-Za-z0-9_-]{43}$/);
});

it('makes the operator a new secret in time before the old one ends', async () => {
  const lab = await prepared();
  const ending = lab.credentials().map((credential) => ({ ...credential, expiresOn: credential.issuedAt + 86_400 }));
  writeFileSync(join(lab.stateDirectory, 'operator/credentials.json'), JSON.stringify(ending));
  await lab.again();
  expect(lab.credentials()[0]?.clientSecret).not.toBe(ending[0]?.clientSecret);
});

it('makes the operator Owner of the subscriptions of its own tenant, and of nothing else', async () => {
  const lab = await prepared();
  for (const { tenantId } of lab.credentials()) {
    const operator = of(lab, 'application').find((application) => application.tenantId === tenantId);
    const scopes = of(lab, 'roleAssignment').flatMap(({ principalId, scope }) =>
      principalId === operator?.principalId ? [scope] : [],
    );
    const subscriptions = of(lab, 'subscription').filter((subscription) => subscription.tenantId === tenantId);
    expect(scopes).toEqual(subscriptions.map(({ subscriptionId }) => `/subscriptions/${subscriptionId}`));
  }
});

it('sets what App Service sets in a function app, with a secret of which others know the hash only', async () => {
  const lab = await prepared();
  const { IDENTITY_HEADER: secret, ...rest } = lab.environment('func-app01');
  expect(secret).toMatch(/^[0-9A-F]{32}$/);
  const endpoint = 'http://169.254.129.2:8081/msi/token';
  expect(rest).toEqual({ IDENTITY_ENDPOINT: endpoint, MSI_ENDPOINT: endpoint, MSI_SECRET: secret });
  expect(lab.mode('workloads/func-app01/env')).toBe('600');
  expect(of(lab, 'site')).toMatchObject([{ name: 'func-app01', identityHeaderSha256: sha256Hex(secret ?? '') }]);
  expect(lab.read('arm/lab.json')).not.toContain(secret);
});

it('sets in a pod what the webhook of AKS sets there, and tells the cluster of it', async () => {
  const lab = await prepared();
  const [cluster] = ClusterJson.parse(JSON.parse(lab.read('cluster/cluster.json'))).clusters;
  const [identity] = of(lab, 'userAssignedIdentity').filter(({ name }) => name === 'id-pod');
  expect(lab.environment('pod-app01')).toEqual({
    AZURE_CLIENT_ID: identity?.clientId,
    AZURE_TENANT_ID: cluster?.tenantId,
    AZURE_AUTHORITY_HOST: 'https://login.microsoftonline.com/',
    AZURE_FEDERATED_TOKEN_FILE: '/var/run/secrets/azure/tokens/azure-identity-token',
  });
  expect(cluster?.issuer).toMatch(/^https:\/\/westeurope\.oic\.prod-aks\.azure\.com\/[0-9a-f-]{36}\/[0-9a-f-]{36}\/$/);
  const subject = 'system:serviceaccount:orders:sa-orders';
  expect(cluster?.serviceAccounts).toMatchObject([{ pod: 'pod-app01', subject, clientId: identity?.clientId }]);
  expect(of(lab, 'federatedCredential')).toMatchObject([
    { issuer: cluster?.issuer, subject, clientId: identity?.clientId },
  ]);
});

it('gives arm the places for virtual machines, with the names of those that a container plays', async () => {
  const lab = await prepared();
  const slots = Slot.array().parse(JSON.parse(lab.read('arm/lab.json')).slots);
  expect(slots).toEqual([
    { address: '169.254.169.250', name: 'vm-app01' },
    { address: '169.254.169.251', name: 'vm-app02' },
    { address: '169.254.169.252', name: 'vm-app03' },
    { address: '169.254.169.253', name: 'vm-app04' },
  ]);
});

it('makes every directory that a service mounts, those of profiles too, and a certificate for each peer', async () => {
  const lab = await prepared();
  const mounted = [...readFileSync(join(root, 'docker-compose.yml'), 'utf8').matchAll(/subpath: ([^ }]+)/g)];
  expect(mounted.length).toBeGreaterThan(15);
  for (const [, path] of mounted) expect(statSync(join(lab.stateDirectory, path ?? '')).isDirectory()).toBe(true);
  for (const service of FABRIC_SERVICES) expect(lab.read(`${service}/tls/fabric.pem`)).toContain('BEGIN CERTIFICATE');
  for (const home of ['az/vm-app01', 'az/pod-app01']) expect(lab.mode(home)).toBe('700');
});

it('writes nothing for a lab file with a mistake in it', async () => {
  const stateDirectory = mkdtempSync(join(tmpdir(), 'pki-'));
  onTestFinished(() => rmSync(stateDirectory, { recursive: true }));
  mkdirSync(join(stateDirectory, 'arm'));
  const labFile = join(stateDirectory, 'lab.yaml');
  writeFileSync(labFile, 'tenants: [{ name: contoso, subscriptions: 7 }]');
  await expect(prepared({ stateDirectory, labFile })).rejects.toThrow(/tenants\.0\.subscriptions/);
  expect(() => statSync(join(stateDirectory, 'operator'))).toThrow(/ENOENT/);
});

it("tells the container of the API of one's own which app registrations there are", async () => {
  const lab = await prepared();
  const declared = of(lab, 'application').find(({ displayName }) => displayName === 'orders-api');
  expect(JSON.parse(lab.read('api/api.json'))).toEqual({
    applications: [
      {
        name: 'orders-api',
        tenantId: declared?.tenantId,
        clientId: declared?.clientId,
        identifierUris: ['api://orders-api'],
      },
    ],
  });
  expect(lab.credentials()).toHaveLength(2);
});
