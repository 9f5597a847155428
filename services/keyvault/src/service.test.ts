/**
 * The whole service as the embedded lab starts it, asked by the official client: TLS, the feed of a make-believe `arm`,
 * the keys of a make-believe `entra`. All on loopback.
 */
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TokenCredential } from '@azure/core-auth';
import { SecretClient, type SecretClientOptions } from '@azure/keyvault-secrets';
import { systemClock } from '@lab/shared/clock.ts';
import { fabricClient } from '@lab/shared/fabric/client.ts';
import { allow } from '@lab/shared/fabric/peers.ts';
import { type Change, RoleDefinitionResource } from '@lab/shared/feed/resources.ts';
import { listenAll, type RunningService } from '@lab/shared/http/lifecycle.ts';
import type { KeyPair, KeyPairSource } from '@lab/shared/http/tls.ts';
import { silentLog } from '@lab/shared/log.ts';
import { certificateAuthority, leafCertificate } from '@lab/shared/x509/certificates.ts';
import express from 'express';
import jwt from 'jsonwebtoken';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { Config } from './config.ts';
import { startKeyvault } from './service.ts';
import { accessToken, assignmentId, OFFICER, roleNamed, STRANGER, TENANT, VAULT } from './testing.ts';

const EPOCH = '77777777-7777-4777-8777-777777777777';
const now = systemClock.now();
const validity = { notBefore: now - 60, notAfter: now + 3_600 };
const signing = generateKeyPairSync('rsa', { modulusLength: 2048 });
const directory = mkdtempSync(join(tmpdir(), 'keyvault-'));

const role = RoleDefinitionResource.parse(roleNamed('Key Vault Secrets Officer'));
const assignment = assignmentId(VAULT.resourceId, EPOCH);
const changes: Change[] = [
  { kind: 'vault', id: VAULT.resourceId, value: VAULT },
  { kind: 'roleDefinition', id: role.id, value: role },
  {
    kind: 'roleAssignment',
    id: assignment,
    value: {
      id: assignment,
      scope: VAULT.resourceId,
      principalId: OFFICER,
      principalType: 'ServicePrincipal',
      roleDefinitionId: role.id,
    },
  },
  {
    kind: 'secret',
    id: `${VAULT.resourceId}/secrets/ConnectionString`,
    value: { vaultId: VAULT.resourceId, name: 'ConnectionString', value: 'from the lab file' },
  },
];

let publicCa: KeyPair;
/** Requests to Resource Manager, of any kind. */
let askedOfArm = 0;
let azure: RunningService<'arm' | 'entra'>;
let config: Config;
let keyvault: Awaited<ReturnType<typeof startKeyvault>>;
let askFabric: (service: 'portal' | 'imds', path: string, body?: object) => Promise<{ status: number; body: unknown }>;

beforeAll(async () => {
  publicCa = await certificateAuthority('public', validity, {
    domains: ['vault.azure.net', 'localhost'],
    loopback: true,
  });
  const fabricCa = await certificateAuthority('fabric', validity);
  const leaf = async (ca: KeyPair, ...dnsNames: string[]): Promise<KeyPairSource> => {
    const pair = await leafCertificate(ca, {
      commonName: dnsNames[0] ?? '',
      dnsNames,
      ...(ca === publicCa && { ipAddresses: ['127.0.0.1'] }),
      validity,
    });
    return { current: () => pair, onRenewal: () => () => {} };
  };
  const publicKeyPair = await leaf(publicCa, 'kv-lab.vault.azure.net', 'localhost');

  const arm = express().use((_req, _res, next) => {
    askedOfArm += 1;
    next();
  });
  arm.get('/feed', allow('keyvault'), (req, res) => {
    if (req.query.epoch === EPOCH) return; // nothing new: a long poll that lasts until the service closes
    res.json({ epoch: EPOCH, revision: 1, changes });
  });
  const jwk = { ...signing.publicKey.export({ format: 'jwk' }), kid: 'k1', use: 'sig' };
  const entra = express().get('/common/discovery/keys', (_req, res) => void res.json({ keys: [jwk] }));
  const loopback = { host: '127.0.0.1', port: 0 };
  azure = await listenAll({
    arm: { app: arm, address: loopback, tls: { keyPair: await leaf(fabricCa, 'arm.fabric'), clientCa: fabricCa.cert } },
    entra: { app: entra, address: loopback, tls: { keyPair: publicKeyPair } },
  });
  config = {
    publicListen: loopback,
    control: { fabric: loopback, health: loopback, origins: { arm: `https://127.0.0.1:${azure.ports.arm}` } },
    tls: {
      publicKeyPair,
      fabricKeyPair: await leaf(fabricCa, 'keyvault.fabric'),
      publicCa: publicCa.cert,
      fabricCa: fabricCa.cert,
    },
    databasePath: join(directory, 'data.sqlite'),
    authorityOrigin: 'https://login.microsoftonline.com',
    jwksOrigin: `https://127.0.0.1:${azure.ports.entra}`,
    vaultHostOverrides: { localhost: VAULT.name },
    clock: systemClock,
  };
  keyvault = await startKeyvault(config, silentLog);
  const peers = { portal: await leaf(fabricCa, 'portal.fabric'), imds: await leaf(fabricCa, 'imds.fabric') };
  askFabric = async (service, path, body) => {
    const origins = { keyvault: `https://127.0.0.1:${keyvault.ports.fabric}` };
    const client = fabricClient({ keyPair: peers[service], ca: fabricCa.cert, origins });
    const asked =
      body === undefined ? client.call('keyvault', 'GET', path) : client.call('keyvault', 'POST', path, { body });
    return asked.finally(() => client.close());
  };
  await vi.waitFor(async () => expect(await isReady()).toBe(true));
});
afterAll(async () => {
  await Promise.all([keyvault.close(), azure.close()]);
  rmSync(directory, { recursive: true });
});

const isReady = async () => (await fetch(`http://127.0.0.1:${keyvault.ports.health}/`)).status === 200;

const tokenOf = (oid: string): string => {
  const claims = { ...accessToken(oid), nbf: now - 60, exp: now + 3_600, xms_mirid: 'mirid' };
  return jwt.sign(claims, signing.privateKey, { algorithm: 'RS256', keyid: 'k1' });
};

const credentialOf = (oid: string) => {
  const asked: unknown[] = [];
  const token = tokenOf(oid);
  const credential: TokenCredential = {
    getToken: async (scopes, options) => {
      asked.push([scopes, options?.tenantId]);
      return { token, expiresOnTimestamp: (now + 3_600) * 1000 };
    },
  };
  return { credential, asked };
};

/** The client with what a lab without name resolution needs: where the name is, and whom to trust. */
const clientOf = (credential: TokenCredential, url: string, options: SecretClientOptions = {}) =>
  new SecretClient(url, credential, {
    retryOptions: { maxRetries: 0 },
    tlsOptions: { ca: publicCa.cert },
    ...options,
  });

it('answers the official client as Azure does: all operations, challenge verification off for localhost', async () => {
  const { credential, asked } = credentialOf(OFFICER);
  const url = `https://localhost:${keyvault.ports.public}`;
  const client = clientOf(credential, url, { disableChallengeResourceVerification: true });

  expect((await client.getSecret('ConnectionString')).value).toBe('from the lab file');
  expect(asked).toEqual([[['https://vault.azure.net/.default'], TENANT]]);

  const expiresOn = new Date(2_000_000_000_000);
  const first = await client.setSecret('db-pw', 'one', { tags: { a: 'b' }, contentType: 'text/plain', expiresOn });
  expect(first.properties).toMatchObject({ tags: { a: 'b' }, contentType: 'text/plain', expiresOn, enabled: true });
  expect(first.properties).toMatchObject({
    vaultUrl: url,
    recoveryLevel: 'Recoverable+Purgeable',
    recoverableDays: 90,
  });
  await client.setSecret('db-pw', 'two');
  const version = first.properties.version ?? '';
  expect((await client.getSecret('db-pw', { version })).value).toBe('one');
  expect((await client.updateSecretProperties('db-pw', version, { enabled: false })).enabled).toBe(false);
  await expect(client.getSecret('db-pw', { version })).rejects.toMatchObject({ statusCode: 403, code: 'Forbidden' });

  const names: string[] = [];
  for await (const page of client.listPropertiesOfSecrets().byPage({ maxPageSize: 1 })) {
    names.push(...page.map(({ name }) => name));
  }
  expect(names).toEqual(['ConnectionString', 'db-pw']);
  const versions = [];
  for await (const properties of client.listPropertiesOfSecretVersions('db-pw')) versions.push(properties.version);
  expect(versions).toHaveLength(2);

  const backup = await client.backupSecret('db-pw');
  const deleted = await (await client.beginDeleteSecret('db-pw', { intervalInMs: 1 })).pollUntilDone();
  expect(deleted.recoveryId).toBe(`${url}/deletedsecrets/db-pw`);
  await expect(client.setSecret('db-pw', 'x')).rejects.toMatchObject({ statusCode: 409, code: 'Conflict' });
  const listed = [];
  for await (const { name } of client.listDeletedSecrets()) listed.push(name);
  expect(listed).toEqual(['db-pw']);
  await (await client.beginRecoverDeletedSecret('db-pw', { intervalInMs: 1 })).pollUntilDone();
  expect((await client.getSecret('db-pw')).value).toBe('two');

  await (await client.beginDeleteSecret('db-pw', { intervalInMs: 1 })).pollUntilDone();
  await client.purgeDeletedSecret('db-pw');
  await expect(client.getSecret('db-pw')).rejects.toMatchObject({ statusCode: 404, code: 'SecretNotFound' });
  expect((await client.restoreSecretBackup(backup ?? new Uint8Array())).name).toBe('db-pw');
  expect(asked).toHaveLength(1);
});

it('passes challenge verification under its own name', async () => {
  const { credential } = credentialOf(OFFICER);
  const client = clientOf(credential, `https://${VAULT.host}`, { agent: toLoopback() });
  expect((await client.getSecret('ConnectionString')).properties.id).toMatch(
    /^https:\/\/kv-lab\.vault\.azure\.net\/secrets\/ConnectionString\/[0-9a-f]{32}$/,
  );
});

it('tells the official client why it refused', async () => {
  const client = clientOf(credentialOf(STRANGER).credential, `https://${VAULT.host}`, { agent: toLoopback() });
  await expect(client.getSecret('ConnectionString')).rejects.toMatchObject({
    statusCode: 403,
    code: 'Forbidden',
    message: expect.stringContaining(`oid=${STRANGER}`),
  });
});

it('shows health and events to the portal, and to no other service', async () => {
  expect(await askFabric('portal', '/health')).toMatchObject({ status: 200, body: { ready: true } });
  const { status, body } = await askFabric('portal', '/events?since=0');
  expect(status).toBe(200);
  expect(JSON.stringify(body)).toContain('"operation":"GetSecret"');
  expect(JSON.stringify(body)).not.toMatch(/from the lab file|eyJ/);
  for (const path of ['/health', '/events', '/resources']) expect((await askFabric('imds', path)).status).toBe(403);
});

it('shows which secrets there are to the portal, and no value of any', async () => {
  const { status, body } = await askFabric('portal', '/resources');
  expect([status, body]).toMatchObject([
    200,
    {
      resources: expect.arrayContaining([
        { kind: 'secret', id: expect.any(String), name: 'ConnectionString', vaultId: VAULT.resourceId },
      ]),
    },
  ]);
  expect(JSON.stringify(body)).not.toContain('from the lab file');
});

it('says to the portal what it would say to a token, and to nobody else', async () => {
  const ask = (oid: string, peer: 'portal' | 'imds' = 'portal') =>
    askFabric(peer, '/tokens/checks', { token: tokenOf(oid) });
  const [officer, stranger] = await Promise.all([ask(OFFICER), ask(STRANGER)]);
  const decision = { operation: 'Microsoft.KeyVault/vaults/secrets/getSecret/action', resourceId: VAULT.resourceId };
  const about = { resource: VAULT.name, audience: 'https://vault.azure.net', accepted: true };
  expect(officer).toMatchObject({
    status: 200,
    body: { reports: [{ ...about, decision: { ...decision, grantedBy: assignment } }] },
  });
  expect(stranger).toMatchObject({
    body: {
      reports: [{ ...about, decision: { ...decision, grantedBy: null }, refusal: { status: 403, code: 'Forbidden' } }],
    },
  });
  const tampered = { token: `${tokenOf(OFFICER).slice(0, -8)}AAAAAAAA` };
  expect((await askFabric('portal', '/tokens/checks', tampered)).body).toMatchObject({
    reports: [{ accepted: false, refusal: { status: 401, code: 'Unauthorized' } }],
  });
  expect((await ask(OFFICER, 'imds')).status).toBe(403);
  const { body } = await askFabric('portal', '/events?since=0');
  expect(JSON.stringify(body)).not.toContain('/tokens/checks');
});

it('decides by what it was told: no decision costs a request to Resource Manager', async () => {
  await vi.waitFor(() => expect(askedOfArm).toBe(2)); // what there is, and the long poll for what changes
  const agent = toLoopback();
  const [allowed, refused] = [OFFICER, STRANGER].map((principalId) =>
    clientOf(credentialOf(principalId).credential, `https://${VAULT.host}`, { agent }),
  );
  for (let asked = 0; asked < 20; asked += 1) {
    await allowed?.getSecret('ConnectionString');
    await expect(refused?.getSecret('ConnectionString')).rejects.toMatchObject({ statusCode: 403 });
  }
  expect(askedOfArm).toBe(2);
});

it('keeps what it acknowledged, and what arm last said, over a restart without arm', async () => {
  const { credential } = credentialOf(OFFICER);
  const ask = () => clientOf(credential, `https://${VAULT.host}`, { agent: toLoopback() });
  await ask().setSecret('kept', 'over the restart');
  await keyvault.close();
  keyvault = await startKeyvault(
    { ...config, control: { ...config.control, origins: { arm: 'https://127.0.0.1:1' } } },
    silentLog,
  );
  expect(await isReady()).toBe(true);
  expect((await ask().getSecret('kept')).value).toBe('over the restart');
});

it('is not ready, and knows no vault, before it has ever been told of any', async () => {
  const origins = { arm: 'https://127.0.0.1:1' };
  const alone = await startKeyvault(
    { ...config, databasePath: ':memory:', control: { ...config.control, origins } },
    silentLog,
  );
  expect((await fetch(`http://127.0.0.1:${alone.ports.health}/`)).status).toBe(503);
  await alone.close();
});

it('gives each vault a port of its own where it is asked to, and takes no other vault for it', async () => {
  const own = await startKeyvault(
    { ...config, databasePath: ':memory:', vaultHostOverrides: {}, vaultListen: { host: '127.0.0.1', port: 0 } },
    silentLog,
  );
  const port = await vi.waitFor(() => {
    expect([...own.vaultPorts().keys()]).toEqual([VAULT.name]);
    return own.vaultPorts().get(VAULT.name);
  });
  const { credential } = credentialOf(OFFICER);
  const agent = new Agent({ ca: publicCa.cert, keepAlive: false });
  const atPort = (url: string) => clientOf(credential, url, { agent, disableChallengeResourceVerification: true });
  expect((await atPort(`https://localhost:${port}`).getSecret('ConnectionString')).value).toBe('from the lab file');
  await expect(atPort(`https://localhost:${own.ports.public}`).getSecret('ConnectionString')).rejects.toMatchObject({
    statusCode: 404,
  });
  await own.close();
});

/** Connects to the service on loopback whatever the host: what name resolution does in the containers. */
function toLoopback(): Agent {
  const agent = new Agent({ ca: publicCa.cert, keepAlive: false });
  const connect = agent.createConnection.bind(agent);
  agent.createConnection = (options, callback) =>
    connect({ ...options, host: '127.0.0.1', port: keyvault.ports.public }, callback);
  return agent;
}
