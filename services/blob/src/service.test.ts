import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setDefaultCACertificates } from 'node:tls';
import { BlobServiceClient, RestError } from '@azure/storage-blob';
import { systemClock } from '@lab/shared/clock.ts';
import type { Change } from '@lab/shared/feed/resources.ts';
import { listenAll, type Running } from '@lab/shared/http/lifecycle.ts';
import type { KeyPair, KeyPairSource } from '@lab/shared/http/tls.ts';
import { silentLog } from '@lab/shared/log.ts';
import { certificateAuthority, leafCertificate } from '@lab/shared/x509/certificates.ts';
import jwt from 'jsonwebtoken';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startBlob } from './service.ts';
import { account, TENANT } from './testing.ts';

/** The whole service over TLS with the official client, a feed and a key set as `arm` and `entra` would give them. */
const ANY = { host: '127.0.0.1', port: 0 };
const PRINCIPAL = randomUUID();
const CLIENT = randomUUID();
const signing = generateKeyPairSync('rsa', { modulusLength: 2048 });
const directory = mkdtempSync(join(tmpdir(), 'blob-service-'));
const open: Running[] = [];
let client: BlobServiceClient;
let claims: Record<string, unknown>;

beforeAll(async () => {
  const now = systemClock.now();
  const validity = { notBefore: now - 60, notAfter: now + 3600 };
  claims = {
    iss: `https://sts.windows.net/${TENANT}/`,
    aud: 'https://storage.azure.com',
    tid: TENANT,
    oid: PRINCIPAL,
    appid: CLIENT,
    ver: '1.0',
    nbf: now - 60,
    exp: now + 3600,
  };
  const publicCa = await certificateAuthority('public', validity);
  setDefaultCACertificates([publicCa.cert]); // the client has no option for it
  const fabricCa = await certificateAuthority('fabric', validity);
  const fabricLeaf = (name: string) =>
    leafCertificate(fabricCa, { commonName: `${name}.fabric`, dnsNames: [`${name}.fabric`], validity });
  const publicLeaf = await leafCertificate(publicCa, { commonName: 'localhost', dnsNames: ['localhost'], validity });

  const entra = await listenAll({
    public: {
      app: (_req, res) => res.end(JSON.stringify({ keys: [keySet()] })),
      address: ANY,
      tls: { keyPair: fixed(publicLeaf) },
    },
  });
  const arm = await listenAll({
    fabric: {
      app: (req, res) => {
        // The first page holds everything; after it the poll stays open, as there is nothing new.
        if (!req.url?.includes('epoch='))
          res.end(JSON.stringify({ epoch: randomUUID(), revision: 1, changes: declared() }));
      },
      address: ANY,
      tls: { keyPair: fixed(await fabricLeaf('arm')), clientCa: fabricCa.cert },
    },
  });
  const blob = await startBlob(
    {
      publicListen: ANY,
      control: { fabric: ANY, health: ANY, origins: { arm: `https://127.0.0.1:${arm.ports.fabric}` } },
      tls: {
        publicKeyPair: fixed(publicLeaf),
        fabricKeyPair: fixed(await fabricLeaf('blob')),
        publicCa: publicCa.cert,
        fabricCa: fabricCa.cert,
      },
      databasePath: join(directory, 'data.sqlite'),
      contentDirectory: join(directory, 'content'),
      authorityOrigin: `https://localhost:${entra.ports.public}`,
      clock: systemClock,
      pathStyle: true,
    },
    silentLog,
  );
  open.push(blob, arm, entra);
  const health = async () => (await fetch(`http://127.0.0.1:${blob.ports.health}`)).status;
  await vi.waitFor(async () => expect(await health()).toBe(200));

  const getToken = async () => ({ token: sign({}), expiresOnTimestamp: Date.now() + 3_600_000 });
  client = new BlobServiceClient(
    `https://localhost:${blob.ports.public}/stlab`,
    { getToken },
    {
      retryOptions: { maxTries: 1 },
    },
  );
});

afterAll(async () => {
  for (const service of open) await service.close();
  rmSync(directory, { recursive: true, force: true });
});

const fixed = (pair: KeyPair): KeyPairSource => ({ current: () => pair, onRenewal: () => () => {} });

const keySet = () => ({ ...signing.publicKey.export({ format: 'jwk' }), kid: 'k1', use: 'sig', alg: 'RS256' });

const sign = (changes: Record<string, unknown>): string =>
  jwt.sign({ ...claims, ...changes }, signing.privateKey, { algorithm: 'RS256', keyid: 'k1', noTimestamp: true });

function declared(): Change[] {
  const roleDefinitionId = randomUUID();
  const container = `${account.resourceId}/blobServices/default/containers/declared`;
  const assignmentId = `${account.resourceId}/providers/Microsoft.Authorization/roleAssignments/${randomUUID()}`;
  return [
    { kind: 'storageAccount', id: account.resourceId, value: account },
    { kind: 'container', id: container, value: { accountId: account.resourceId, name: 'declared' } },
    {
      kind: 'blob',
      id: `${container}/blobs/hello.txt`,
      value: {
        accountId: account.resourceId,
        container: 'declared',
        name: 'hello.txt',
        content: 'hello',
        contentType: 'text/plain',
      },
    },
    {
      kind: 'roleDefinition',
      id: roleDefinitionId,
      value: {
        id: roleDefinitionId,
        roleName: 'everything',
        description: '',
        actions: ['*'],
        notActions: [],
        dataActions: ['*'],
        notDataActions: [],
      },
    },
    {
      kind: 'roleAssignment',
      id: assignmentId,
      value: {
        id: assignmentId,
        scope: account.resourceId,
        principalId: PRINCIPAL,
        principalType: 'ServicePrincipal',
        roleDefinitionId,
      },
    },
  ];
}

it('serves the official JavaScript client: containers, uploads by one request and by blocks, listings, ranges', async () => {
  const container = client.getContainerClient('sdk');
  expect((await container.createIfNotExists()).succeeded).toBe(true);
  expect((await container.createIfNotExists()).succeeded).toBe(false);

  const small = container.getBlockBlobClient('dir/ä b.txt');
  await small.upload('hello', 5, {
    metadata: { CamelCase: 'kept' },
    blobHTTPHeaders: { blobContentType: 'text/plain' },
  });
  expect((await small.downloadToBuffer()).toString()).toBe('hello');
  expect((await small.getProperties()).contentType).toBe('text/plain');

  const large = container.getBlockBlobClient('large.bin');
  const data = Buffer.alloc(3 * 1024 * 1024 + 17, 'xyz');
  await large.uploadData(data, { maxSingleShotSize: 1024, blockSize: 1024 * 1024, concurrency: 3 });
  expect((await large.downloadToBuffer()).equals(data)).toBe(true);
  expect((await large.getBlockList('committed')).committedBlocks).toHaveLength(4);

  const names: string[] = [];
  for await (const page of container.listBlobsFlat({ includeMetadata: true }).byPage({ maxPageSize: 1 })) {
    names.push(...page.segment.blobItems.map(({ name }) => name));
  }
  expect(names).toEqual(['dir/ä b.txt', 'large.bin']);
  const kinds: string[] = [];
  for await (const item of container.listBlobsByHierarchy('/')) kinds.push(`${item.kind} ${item.name}`);
  expect(kinds).toEqual(['prefix dir/', 'blob large.bin']);

  expect(await container.getBlobClient('missing').exists()).toBe(false);
  await small.delete();
  expect((await small.deleteIfExists()).succeeded).toBe(false);
  expect((await container.deleteIfExists()).succeeded).toBe(true);
});

it('has what the feed declares, and names the refusals of the client', async () => {
  const container = client.getContainerClient('declared');
  expect((await container.getBlobClient('hello.txt').downloadToBuffer()).toString()).toBe('hello');
  const upload = container.getBlockBlobClient('hello.txt').upload('x', 1, { conditions: { ifNoneMatch: '*' } });
  const refusal = await upload.then(undefined, (error: unknown) => error);
  expect(refusal).toBeInstanceOf(RestError);
  expect(refusal).toMatchObject({ statusCode: 409, code: 'BlobAlreadyExists' });
});

it.each([
  ['another audience', { aud: 'https://vault.azure.net' }, 'Audience validation failed. Audience did not match.'],
  ['another tenant', { iss: `https://sts.windows.net/${CLIENT}/` }, 'Issuer validation failed. Issuer did not match.'],
  ['a token that is expired', { exp: 1 }, 'Lifetime validation failed. The token is expired.'],
])('refuses %s by the name of the check', async (_, changes, detail) => {
  const getToken = async () => ({ token: sign(changes), expiresOnTimestamp: Date.now() + 3_600_000 });
  const other = new BlobServiceClient(client.url, { getToken }, { retryOptions: { maxTries: 1 } });
  const refusal = await other.getProperties().then(undefined, (error: unknown) => error);
  expect(refusal).toMatchObject({ statusCode: 401, code: 'InvalidAuthenticationInfo' });
  expect((refusal as RestError).details).toMatchObject({ authenticationErrorDetail: detail });
});
