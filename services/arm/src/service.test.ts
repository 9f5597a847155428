import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { filesIn, issueCertificates } from '@lab/pki/domain/issue-certificates.ts';
import { systemClock } from '@lab/shared/clock.ts';
import { tlsFrom } from '@lab/shared/config.ts';
import { fabricClient } from '@lab/shared/fabric/client.ts';
import type { Peer } from '@lab/shared/fabric/peers.ts';
import type { Change, Resource } from '@lab/shared/feed/resources.ts';
import type { RunningService } from '@lab/shared/http/lifecycle.ts';
import { silentLog } from '@lab/shared/log.ts';
import { selfSigned } from '@lab/shared/x509/certificates.ts';
import { Agent, request } from 'undici';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startArm } from './service.ts';

const PEERS: Peer[] = ['entra', 'imds', 'appservice', 'arm', 'keyvault', 'blob', 'dns', 'cluster', 'portal', 'tests'];
const CLIENT = 'f3b1a6a0-0000-4000-8000-000000000002';
const SHARED = 'f3b1a6a0-0000-4000-8000-000000000012';
const GROUP = '/subscriptions/f3b1a6a0-0000-4000-8000-000000000004/resourceGroups/rg/providers';
const loopback = { host: '127.0.0.1', port: 0 };
const lab: Resource[] = [
  {
    kind: 'servicePrincipal',
    id: 'f3b1a6a0-0000-4000-8000-000000000001',
    value: {
      principalId: 'f3b1a6a0-0000-4000-8000-000000000001',
      clientId: CLIENT,
      tenantId: 'f3b1a6a0-0000-4000-8000-000000000003',
      displayName: 'vm-app01',
      identityType: 'SystemAssigned',
      resourceId: `${GROUP}/Microsoft.Compute/virtualMachines/vm-app01`,
    },
  },
  sharedIdentity(),
  virtualMachine([identity(CLIENT, 'SystemAssigned'), identity(SHARED, 'UserAssigned')]),
  site([identity(SHARED, 'UserAssigned')]),
  deletedVault('kv-a-week', 7),
  deletedVault('kv-a-month', 30),
];

function identity(clientId: string, identityType: 'SystemAssigned' | 'UserAssigned') {
  return { clientId, principalId: clientId.replace(/.$/, '1'), identityType, resourceId: `${GROUP}/x/y/z` };
}

function sharedIdentity(): Resource {
  const { clientId, principalId, resourceId } = identity(SHARED, 'UserAssigned');
  const value = { ...place(), clientId, principalId, resourceId, name: 'id-shared' };
  return { kind: 'userAssignedIdentity', id: resourceId, value };
}

type Identities = ReturnType<typeof identity>[];
function place() {
  return {
    tenantId: 'f3b1a6a0-0000-4000-8000-000000000003',
    subscriptionId: 'f3b1a6a0-0000-4000-8000-000000000004',
    resourceGroup: 'rg',
    location: 'westeurope',
  };
}

function virtualMachine(identities: Identities): Resource {
  const id = `${GROUP}/Microsoft.Compute/virtualMachines/vm-app01`;
  const value = {
    ...place(),
    resourceId: id,
    name: 'vm-app01',
    vmId: 'f3b1a6a0-0000-4000-8000-000000000005',
    vmSize: 'Standard_B1s',
    tags: {},
    privateIpAddress: '10.0.0.4',
    subnet: { address: '10.0.0.0', prefix: '24' },
    macAddress: '000D3AF806EC',
    identities,
  };
  return { kind: 'virtualMachine', id, value };
}

function site(identities: Identities): Resource {
  const id = `${GROUP}/Microsoft.Web/sites/func-app01`;
  const value = { ...place(), resourceId: id, name: 'func-app01', identityHeaderSha256: '0'.repeat(64), identities };
  return { kind: 'site', id, value };
}

/** Deleted when these tests begin. */
function deletedVault(name: string, softDeleteRetentionInDays: number): Resource {
  const { tenantId, location } = place();
  const id = `${GROUP}/Microsoft.KeyVault/vaults/${name}`;
  const host = `${name}.vault.azure.net`;
  const settings = { softDeleteRetentionInDays, enablePurgeProtection: true, deletedAt: systemClock.now() };
  return { kind: 'vault', id, value: { resourceId: id, name, host, tenantId, location, ...settings } };
}

let directory: string;
let arm: RunningService<'public' | 'fabric' | 'health'>;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'arm-'));
  const services = PEERS.map((service) => ({
    service,
    publicNames: service === 'arm' ? ['management.azure.com'] : [],
  }));
  await issueCertificates({ files: filesIn(directory), services, clock: systemClock, loopback: true });
  arm = await start();
});

/** @param databasePath A file for what is to be started again. */
const start = (databasePath = ':memory:') =>
  startArm(
    {
      publicListen: loopback,
      control: { fabric: loopback, health: loopback, origins: {} },
      tls: tlsFrom(join(directory, 'arm', 'tls')),
      databasePath,
      authorityOrigin: 'https://127.0.0.1:1',
      lab: { read: () => lab, onChange: () => () => {} },
      clock: systemClock,
    },
    silentLog,
  );

afterAll(async () => {
  await arm.close();
  rmSync(directory, { recursive: true });
});

async function callAs(
  peer: Peer,
  method: 'GET' | 'PUT' | 'PATCH' | 'POST' | 'DELETE',
  path: string,
  body?: unknown,
  of = arm,
) {
  const { fabricKeyPair, fabricCa } = tlsFrom(join(directory, peer, 'tls'));
  const client = fabricClient({
    keyPair: fabricKeyPair,
    ca: fabricCa,
    origins: { arm: `https://127.0.0.1:${of.ports.fabric}` },
  });
  try {
    return await client.call('arm', method, path, { body });
  } finally {
    await client.close();
  }
}

it.each([
  ['GET', '/feed', ['entra', 'imds', 'appservice', 'keyvault', 'blob', 'dns', 'cluster']],
  ['GET', '/clock', ['portal', 'tests']],
  ['PUT', '/clock', ['portal', 'tests']],
  ['GET', '/resources', ['portal', 'tests']],
  ['PATCH', '/lab', ['portal', 'tests']],
  ['POST', '/groups/reset', ['portal', 'tests']],
  ['POST', '/groups/remove', ['portal', 'tests']],
  ['GET', '/snapshots', ['portal', 'tests']],
  ['PUT', '/snapshots/No', ['portal', 'tests']],
  ['POST', '/snapshots/No/restore', ['portal', 'tests']],
  ['DELETE', '/snapshots/No', ['portal', 'tests']],
  ['POST', '/access', ['portal', 'tests']],
  ['PUT', `/identities/${CLIENT}/certificates`, ['imds', 'appservice']],
  ['GET', '/health', ['portal', 'tests']],
  ['GET', '/events', ['portal', 'tests']],
  ['POST', '/tokens/checks', ['portal', 'tests']],
] as const)('%s %s answers the services that it lists, and no other', async (method, path, allowed) => {
  for (const peer of PEERS) {
    const { status } = await callAs(peer, method, path, method === 'GET' ? undefined : {});
    if ((allowed as readonly string[]).includes(peer))
      expect([peer, status]).toEqual([peer, method === 'GET' ? 200 : 400]);
    else expect([peer, status]).toEqual([peer, 403]);
  }
});

it('answers the portal as it answers everybody on the public endpoint, and no other service', async () => {
  const path = `/azure/subscriptions?api-version=2022-12-01`;
  for (const peer of PEERS) {
    const { status, body, headers } = await callAs(peer, 'GET', path);
    const { code } = (body as { error: { code: string } }).error;
    if (['portal', 'tests'].includes(peer)) {
      expect([peer, status, code]).toEqual([peer, 401, 'AuthenticationFailed']);
      expect(headers?.['www-authenticate']).toMatch(/^Bearer authorization_uri=/);
    } else expect([peer, status, code]).toEqual([peer, 403, 'PeerNotAllowed']);
  }
});

it('is reset by the portal and by tests, and by no other', async () => {
  const own = await start(); // where nobody follows who would be waited for
  try {
    for (const peer of PEERS) {
      const { status } = await callAs(peer, 'POST', '/reset', {}, own);
      expect([peer, status]).toEqual([peer, ['portal', 'tests'].includes(peer) ? 200 : 403]);
    }
  } finally {
    await own.close();
  }
});

it('refuses a connection without a certificate, and one whose certificate is of the public authority', async () => {
  const publicPair = tlsFrom(join(directory, 'arm', 'tls')).publicKeyPair.current();
  for (const client of [{}, publicPair]) {
    const dispatcher = new Agent({ connect: { ...client, rejectUnauthorized: false } });
    await expect(request(`https://127.0.0.1:${arm.ports.fabric}/feed`, { dispatcher })).rejects.toThrow();
    await dispatcher.destroy();
  }
});

it('takes certificates of an identity from the service that hosts it, and keeps those of two hosts apart', async () => {
  const now = systemClock.now();
  const { cert } = await selfSigned('x', 'P-256', { notBefore: now, notAfter: now + 60 });
  const put = async (peer: Peer, clientId: string) =>
    (await callAs(peer, 'PUT', `/identities/${clientId}/certificates`, { certificates: [cert] })).status;
  expect(await put('appservice', CLIENT)).toBe(404);

  const both = Promise.all([put('appservice', SHARED), put('imds', SHARED)]);
  const ids = await vi.waitFor(async () => {
    const { body } = await callAs('entra', 'GET', '/feed');
    const { epoch, revision, changes } = body as { epoch: string; revision: number; changes: Resource[] };
    const certificates = changes.filter(({ kind, id }) => kind === 'identityCertificates' && id.startsWith(SHARED));
    expect(certificates).toHaveLength(2);
    await callAs('entra', 'GET', `/feed?epoch=${epoch}&since=${revision}`); // it has applied them
    return certificates.map(({ id }) => id).sort();
  });
  expect(ids).toEqual([`${SHARED}/appservice`, `${SHARED}/imds`]);
  expect(await both).toEqual([200, 200]);
});

it('takes certificates of an identity that it knows, and says that entra has not confirmed them yet', {
  timeout: 10_000,
}, async () => {
  const now = systemClock.now();
  const { cert } = await selfSigned('vm-app01', 'P-256', { notBefore: now, notAfter: now + 60 });
  expect((await callAs('imds', 'PUT', `/identities/${CLIENT}/certificates`, { certificates: [cert] })).status).toBe(
    202,
  );
  expect((await callAs('imds', 'PUT', `/identities/${CLIENT}/certificates`, { certificates: ['no PEM'] })).status).toBe(
    400,
  );
  expect(
    (await callAs('imds', 'PUT', `/identities/${CLIENT.replace('2', '9')}/certificates`, { certificates: [cert] }))
      .status,
  ).toBe(404);
});

describe('the clock', () => {
  it.each([
    [{}, 'InvalidRequest'],
    [{ forwardSeconds: -1 }, 'InvalidRequest'],
    [{ forwardSeconds: 1.5 }, 'InvalidRequest'],
    [{ forwardSeconds: '60' }, 'InvalidRequest'],
    [{ forwardSeconds: 1e300 }, 'InvalidRequest'],
    [{ forwardSeconds: 3_650 * 86_400 + 1 }, 'ClockTooFar'],
    [{ hold: null }, 'InvalidRequest'],
    [{ now: 0 }, 'InvalidRequest'],
    [[], 'InvalidRequest'],
  ])('is not moved by %j', async (move, code) => {
    expect(await callAs('tests', 'PUT', '/clock', move)).toMatchObject({ status: 400, body: { error: { code } } });
    expect((await callAs('tests', 'GET', '/clock')).body).toMatchObject({ offsetSeconds: 0, heldAt: null });
  });

  it('is told to those who go by it, is the time of what is written, and goes on after a restart', async () => {
    const path = join(directory, 'clock.sqlite');
    const before = await start(path);
    const put = await callAs('portal', 'PUT', '/clock', { forwardSeconds: 86_400, hold: true }, before);
    const { now } = put.body as { now: number };
    expect(put).toMatchObject({ status: 200, body: { now, offsetSeconds: 86_400, heldAt: now } });
    expect(Math.abs(now - systemClock.now() - 86_400)).toBeLessThan(5);
    for (const peer of ['entra', 'imds', 'appservice', 'keyvault', 'blob', 'cluster', 'dns'] as const) {
      const { changes } = (await callAs(peer, 'GET', '/feed', undefined, before)).body as { changes: Resource[] };
      const clocks = changes.filter(({ kind }) => kind === 'labClock');
      const told = { kind: 'labClock', id: 'clock', value: { offsetSeconds: 86_400, heldAt: now } };
      expect([peer, clocks]).toEqual([peer, peer === 'dns' ? [] : [told]]);
    }
    await before.close();
    const after = await start(path);
    expect((await callAs('tests', 'GET', '/clock', undefined, after)).body).toEqual(put.body);
    await after.close();
  });

  it('takes deleted vaults along whose time has come', async () => {
    const own = await start();
    const vaults = async () => {
      const { changes } = (await callAs('keyvault', 'GET', '/feed', undefined, own)).body as { changes: Change[] };
      return changes.flatMap(({ kind, value }) => (kind === 'vault' ? [value?.name] : []));
    };
    const forwardSeconds = 8 * 86_400;
    expect((await callAs('tests', 'PUT', '/clock', { forwardSeconds }, own)).status).toBe(200);
    expect(await vaults()).toEqual(['kv-a-month', undefined]);
    await own.close();
  });
});

it.each([
  [{}, 401, 'AuthenticationFailed'],
  [{ authorization: 'Basic eA==' }, 401, 'AuthenticationFailedInvalidHeader'],
  [{ authorization: 'Bearer a.b.c' }, 401, 'InvalidAuthenticationToken'],
])('refuses a public request with %j', async (headers, status, code) => {
  const ca = readFileSync(join(directory, 'public-ca', 'ca.pem'));
  const dispatcher = new Agent({ connect: { ca, servername: 'localhost' } });
  const response = await request(`https://localhost:${arm.ports.public}/subscriptions`, { dispatcher, headers });
  expect(response.statusCode).toBe(status);
  expect(await response.body.json()).toMatchObject({ error: { code } });
  expect(response.headers['www-authenticate']).toContain('authorization_uri=');
  await dispatcher.close();
});
