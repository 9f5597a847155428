import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { fixedClock } from '@lab/shared/clock.ts';
import { type FabricClient, fabricClient } from '@lab/shared/fabric/client.ts';
import { fabricName, type Peer } from '@lab/shared/fabric/peers.ts';
import type { Change } from '@lab/shared/feed/resources.ts';
import type { RunningService } from '@lab/shared/http/lifecycle.ts';
import type { KeyPair, KeyPairSource } from '@lab/shared/http/tls.ts';
import { silentLog } from '@lab/shared/log.ts';
import { certificateAuthority, leafCertificate } from '@lab/shared/x509/certificates.ts';
import { Agent, request } from 'undici';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { EntraConfig } from './config.ts';
import { startEntra } from './service.ts';
import { CONTENT, claimsOf, clientAssertion, headerOf, NOW, PRINCIPAL, TENANT, tokenForm } from './testing.ts';

const seconds = Math.floor(Date.now() / 1000);
const validity = { notBefore: seconds - 60, notAfter: seconds + 3_600 };
const [publicCa, fabricCa] = await Promise.all([
  certificateAuthority('public', validity),
  certificateAuthority('fabric', validity),
]);
const fixed = (pair: KeyPair): KeyPairSource => ({ current: () => pair, onRenewal: () => () => {} });
const fabricKeyPair = async (service: string): Promise<KeyPairSource> => {
  const name = fabricName(service);
  return fixed(await leafCertificate(fabricCa, { commonName: name, dnsNames: [name], validity }));
};
const publicKeyPair = fixed(
  await leafCertificate(publicCa, { commonName: 'localhost', dnsNames: ['localhost'], validity }),
);

/** As much of `arm` as a follower sees: pages that a test pushes, each answered to the poll that waits for it. */
async function fakeArm() {
  const pages: { revision: number; changes: readonly Change[] }[] = [{ revision: 1, changes: CONTENT }];
  let wake = () => {};
  const epoch = 'eeeeeeee-0000-4000-8000-000000000001';
  const { cert, key } = (await fabricKeyPair('arm')).current();
  const server = createServer({ cert, key, ca: fabricCa.cert, requestCert: true }, async (req, res) => {
    const since = Number(new URL(req.url ?? '', 'https://arm').searchParams.get('since') ?? 0);
    const next = () => pages.find(({ revision }) => revision > since);
    if (!next())
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    res.end(JSON.stringify({ epoch, ...(next() ?? { revision: since, changes: [] }) }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    push: (changes: readonly Change[]) => {
      pages.push({ revision: pages.length + 1, changes });
      wake();
    },
    close: () => {
      wake();
      server.closeAllConnections();
      server.close();
    },
  };
}

type Running = RunningService<'public' | 'fabric' | 'health'>;
let arm: Awaited<ReturnType<typeof fakeArm>>;
let config: EntraConfig;
let entra: Running;
const trusting = new Agent({ connect: { ca: publicCa.cert } });
const clients: FabricClient[] = [];

beforeAll(async () => {
  arm = await fakeArm();
  const loopback = { host: '127.0.0.1', port: 0 };
  config = {
    publicListen: loopback,
    control: { fabric: loopback, health: loopback, origins: { arm: arm.origin } },
    tls: {
      publicKeyPair,
      fabricKeyPair: await fabricKeyPair('entra'),
      publicCa: publicCa.cert,
      fabricCa: fabricCa.cert,
    },
    databasePath: ':memory:',
    authorityOrigin: (port) => `https://localhost:${port}`,
    clock: fixedClock(NOW),
  };
  entra = await startEntra(config, silentLog);
  await vi.waitFor(async () => expect(await isHealthy()).toBe(200), { timeout: 5_000 });
});
afterAll(async () => {
  await Promise.all([...clients.map((client) => client.close()), trusting.destroy()]);
  await entra.close();
  arm.close();
});

const isHealthy = async () => (await request(`http://127.0.0.1:${entra.ports.health}/`)).statusCode;
const as = async (peer: string, running = entra): Promise<FabricClient['call']> => {
  const origins = { entra: `https://127.0.0.1:${running.ports.fabric}` };
  const client = fabricClient({ keyPair: await fabricKeyPair(peer), ca: fabricCa.cert, origins });
  clients.push(client);
  return client.call;
};
const open = async (path: string, init: { method?: 'GET' | 'POST'; body?: string } = {}) => {
  const headers = init.body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' };
  const answer = await request(`https://localhost:${entra.ports.public}${path}`, {
    ...init,
    headers,
    dispatcher: trusting,
  });
  return { status: answer.statusCode, body: (await answer.body.json()) as Record<string, unknown> };
};
const askForToken = (fields = {}) =>
  open(`/${TENANT.tenantId}/oauth2/v2.0/token`, { method: 'POST', body: tokenForm(fields).toString() });
const publishedKids = async () => {
  const { body } = await open('/common/discovery/keys');
  return (body.keys as { kid: string }[]).map(({ kid }) => kid);
};

it('names the address it listens at, and takes assertions addressed to it', async () => {
  const { body } = await open(`/${TENANT.domain}/v2.0/.well-known/openid-configuration`);
  const endpoint = `https://localhost:${entra.ports.public}/${TENANT.tenantId}/oauth2/v2.0/token`;
  expect(body.token_endpoint).toBe(endpoint);
  expect((await askForToken({ client_assertion: clientAssertion({ claims: { aud: endpoint } }) })).status).toBe(200);
});

it('follows what arm says, also what it takes back', async () => {
  const code = async () => (await askForToken()).body.error_codes ?? 'token';
  expect(await code()).toBe('token');
  arm.push([{ kind: 'servicePrincipal', id: PRINCIPAL.principalId, value: null }]);
  await expect.poll(code).toEqual([700016]);
  arm.push([{ kind: 'servicePrincipal', id: PRINCIPAL.principalId, value: PRINCIPAL }]);
  await expect.poll(code).toBe('token');
});

it.each<[Peer]>([['portal'], ['tests']])('rotates its signing keys for %s', async (peer) => {
  const [current, next] = await publishedKids();
  const { status, body } = await (await as(peer))('entra', 'POST', '/signing-keys/rotate');
  expect(status).toBe(200);
  expect(body).toMatchObject({ current: next, retired: expect.arrayContaining([current]) });
  expect(headerOf((await askForToken()).body.access_token).kid).toBe(next);
  expect(await publishedKids()).toContain(current);
});

it('tells arm of a principal, and nobody else', async () => {
  const path = `/principals/${PRINCIPAL.principalId.toUpperCase()}`;
  const { principalId, clientId, tenantId, displayName } = PRINCIPAL;
  const { status, body } = await (await as('arm'))('entra', 'GET', path);
  expect([status, body]).toEqual([
    200,
    { principalId, clientId, tenantId, principalType: 'ServicePrincipal', displayName },
  ]);
  expect((await (await as('arm'))('entra', 'GET', `/principals/${TENANT.tenantId}`)).status).toBe(404);
  for (const peer of ['imds', 'portal', 'tests', 'keyvault']) {
    expect((await (await as(peer))('entra', 'GET', path)).status, peer).toBe(403);
  }
});

it.each<[Peer]>([['arm'], ['imds'], ['keyvault'], ['blob'], ['entra']])(
  'lets %s use none of its control routes',
  async (peer) => {
    const call = await as(peer);
    const before = await publishedKids();
    for (const [method, path] of [
      ['POST', '/signing-keys/rotate'],
      ['POST', '/forge'],
      ['POST', '/tokens/checks'],
      ['GET', '/health'],
      ['GET', '/events'],
    ] as const) {
      expect((await call('entra', method, path)).status, path).toBe(403);
    }
    expect(await publishedKids()).toEqual(before);
  },
);

it('pauses for arm and for no other, and answers those who came meanwhile when it is over', async () => {
  for (const peer of ['imds', 'portal', 'tests', 'keyvault']) {
    for (const method of ['POST', 'DELETE'] as const) {
      expect((await (await as(peer))('entra', method, '/pause')).status, peer).toBe(403);
    }
  }
  const arm = await as('arm');
  expect((await arm('entra', 'POST', '/pause')).status).toBe(204);
  const answers: string[] = [];
  const asking = askForToken().then(({ status }) => answers.push(`token ${status}`));
  await (await as('portal'))('entra', 'GET', '/health');
  answers.push('over');
  expect((await arm('entra', 'DELETE', '/pause')).status).toBe(204);
  await asking;
  expect(answers).toEqual(['over', 'token 200']);
});

describe('Microsoft Graph on the fabric', () => {
  const path = '/azure/v1.0/servicePrincipals';
  const { principalId } = PRINCIPAL;

  it('is asked by the portal with a token that it checks as any other', async () => {
    const call = await as('portal');
    const forge = async (flaw?: string) => {
      const wish = { principalId, audience: 'https://graph.microsoft.com', ...(flaw !== undefined && { flaw }) };
      return ((await call('entra', 'POST', '/forge', { body: wish })).body as { token: string }).token;
    };
    const ask = async (headers: Record<string, string>) => {
      const { status, body } = await call('entra', 'GET', path, { headers });
      return [status, (body as { error: { code: string } }).error.code];
    };
    expect(await ask({})).toEqual([401, 'InvalidAuthenticationToken']);
    expect(await ask({ authorization: `Bearer ${await forge('foreign-key')}` })).toEqual([
      401,
      'InvalidAuthenticationToken',
    ]);
    expect(await ask({ authorization: `Bearer ${await forge()}` })).toEqual([403, 'Authorization_RequestDenied']);
  });

  it('is asked by nobody else of the fabric', async () => {
    for (const peer of ['arm', 'imds', 'keyvault', 'blob', 'cluster']) {
      expect((await (await as(peer))('entra', 'GET', path)).body, peer).toMatchObject({
        error: { code: 'PeerNotAllowed' },
      });
    }
  });
});

describe('the forge', () => {
  const wish = { principalId: PRINCIPAL.principalId, audience: 'https://vault.azure.net' };

  it('makes tokens for the tests', async () => {
    const { status, body } = await (await as('tests'))('entra', 'POST', '/forge', {
      body: { ...wish, claims: { x: 1 } },
    });
    expect(status).toBe(200);
    expect(claimsOf((body as { token: string }).token)).toMatchObject({ oid: PRINCIPAL.principalId, x: 1 });
  });

  it('makes tokens for the lab API, and for nobody else of the fabric', async () => {
    expect((await (await as('portal'))('entra', 'POST', '/forge', { body: wish })).status).toBe(200);
    for (const peer of ['arm', 'imds', 'keyvault', 'blob', 'cluster']) {
      expect((await (await as(peer))('entra', 'POST', '/forge', { body: wish })).status, peer).toBe(403);
    }
  });

  it.each([
    ['its name', { principal: 'VM-app01' }],
    ['its name and its tenant', { principal: 'contoso/vm-app01' }],
    ['its client id', { principal: PRINCIPAL.clientId.toUpperCase() }],
    ['its object id', { principal: PRINCIPAL.principalId }],
  ])('knows a principal by %s', async (_, who) => {
    const { body } = await (await as('portal'))('entra', 'POST', '/forge', {
      body: { ...who, audience: wish.audience },
    });
    expect(claimsOf((body as { token: string }).token).oid).toBe(PRINCIPAL.principalId);
  });

  it('makes tokens of applications and for them, of the version that the audience has, with the roles granted', async () => {
    const call = await as('portal');
    const application = (version: 1 | 2, uri: string): Change => ({
      kind: 'application',
      id: `0a0a0a0a-0000-4000-8000-00000000000${version}`,
      value: {
        clientId: `0a0a0a0a-0000-4000-8000-00000000000${version}`,
        objectId: `0b0b0b0b-0000-4000-8000-00000000000${version}`,
        principalId: `0c0c0c0c-0000-4000-8000-00000000000${version}`,
        tenantId: TENANT.tenantId,
        displayName: `api-${version}`,
        secrets:
          version === 1
            ? [
                {
                  keyId: '0e0e0e0e-0000-4000-8000-000000000001',
                  displayName: 'secret',
                  sha256: 'ab'.repeat(32),
                  hint: 'abc',
                  notBefore: NOW - 1,
                  notAfter: NOW + 1_000,
                },
              ]
            : [],
        graphRoles: [],
        api: {
          identifierUris: [uri],
          requestedAccessTokenVersion: version,
          appRoleAssignmentRequired: true,
          appRoles: [
            {
              id: `0d0d0d0d-0000-4000-8000-00000000000${version}`,
              value: 'Orders.Read',
              displayName: 'Orders.Read',
              assignedTo: [PRINCIPAL.principalId],
            },
          ],
        },
      },
    });
    arm.push([application(1, 'api://orders'), application(2, 'api://stock')]);
    const forge = async (principal: string, audience: string) => {
      const { status, body } = await call('entra', 'POST', '/forge', { body: { principal, audience } });
      return status === 200 ? (body as { claims: Record<string, unknown> }).claims : undefined;
    };
    await vi.waitFor(async () => expect(await forge('api-1', 'api://stock')).toBeDefined(), { timeout: 5_000 });
    expect(await forge('vm-app01', 'api://orders')).toMatchObject({
      aud: 'api://orders',
      ver: '1.0',
      iss: `https://sts.windows.net/${TENANT.tenantId}/`,
      appid: PRINCIPAL.clientId,
      appidacr: '2',
      roles: ['Orders.Read'],
    });
    const ofApplication = await forge('api-1', 'api://stock');
    expect(ofApplication).toMatchObject({
      aud: '0a0a0a0a-0000-4000-8000-000000000002',
      ver: '2.0',
      iss: `https://login.microsoftonline.com/${TENANT.tenantId}/v2.0`,
      azp: '0a0a0a0a-0000-4000-8000-000000000001',
      azpacr: '1', // by its secret, as it would get its own
      oid: '0c0c0c0c-0000-4000-8000-000000000001',
    });
    expect(ofApplication).not.toHaveProperty('roles');
  });

  it('makes a token wrong in the way that was asked for', async () => {
    const { body } = await (await as('portal'))('entra', 'POST', '/forge', { body: { ...wish, flaw: 'alg-none' } });
    expect(headerOf((body as { token: string }).token)).toMatchObject({ alg: 'none' });
  });

  it('refuses what it does not understand', async () => {
    const call = await as('tests');
    for (const body of [
      {},
      { ...wish, sign: 'none' },
      { ...wish, principalId: TENANT.tenantId },
      { ...wish, audience: 'x' },
      { ...wish, flaw: 'alg-some' },
      { ...wish, principal: 'vm-app01' },
      { audience: wish.audience, principal: 'fabrikam/vm-app01' },
      { audience: wish.audience, principal: 'nobody' },
      { audience: wish.audience, principal: '' },
      { ...wish, claims: { deep: JSON.parse('['.repeat(100) + ']'.repeat(100)) } },
      'x',
    ]) {
      expect((await call('entra', 'POST', '/forge', { body })).status).toBe(400);
    }
  });

  it('does not exist on the public listener', async () => {
    expect((await open('/forge', { method: 'POST' })).status).toBe(404);
  });
});

it('says what Graph would say to a token, with the published key that it names', async () => {
  const call = await as('portal');
  const forged = async (wish: object) => {
    const { body } = await call('entra', 'POST', '/forge', {
      body: { principalId: PRINCIPAL.principalId, audience: 'https://graph.microsoft.com', ...wish },
    });
    return (body as { token: string }).token;
  };
  const report = async (token: string) => (await call('entra', 'POST', '/tokens/checks', { body: { token } })).body;
  const [current] = await publishedKids();
  expect(await report(await forged({}))).toMatchObject({
    reports: [{ accepted: true, audience: 'https://graph.microsoft.com' }],
    key: { kid: current, kty: 'RSA' },
  });
  expect(await report(await forged({ flaw: 'foreign-key' }))).toMatchObject({
    reports: [{ accepted: false, refusal: { status: 401, message: 'Signature is invalid.' } }],
    key: { kid: current },
  });
  const unknown = await report(await forged({ flaw: 'unknown-kid' }));
  expect(unknown).toMatchObject({ reports: [{ accepted: false }] });
  expect(unknown).not.toHaveProperty('key');
  expect((await call('entra', 'POST', '/tokens/checks', { body: {} })).status).toBe(400);
});

it('answers bytes that are no HTTP request with an error of its own', async () => {
  const answer = await new Promise<string>((resolve) => {
    let text = '';
    const socket = connect({ port: entra.ports.public, host: '127.0.0.1', servername: 'localhost', ca: publicCa.cert });
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.on('close', () => resolve(text));
    socket.write('NONSENSE\r\n\r\n');
  });
  expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toMatchObject({
    error: 'invalid_request',
    error_codes: [9002313],
  });
});

it('is not ready until it has been told what the lab contains', async () => {
  const alone = await startEntra(
    { ...config, control: { ...config.control, origins: { arm: 'https://127.0.0.1:1' } } },
    silentLog,
  );
  const answer = await request(`http://127.0.0.1:${alone.ports.health}/`);
  await alone.close();
  expect(answer.statusCode).toBe(503);
});

it('keeps keys and directory over a restart, and needs no arm for it', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'entra-'));
  try {
    const kept = { ...config, databasePath: join(directory, 'data.sqlite') };
    const health = async ({ ports }: Running) => (await request(`http://127.0.0.1:${ports.health}/`)).statusCode;
    const keysOf = async ({ ports }: Running) =>
      (
        await request(`https://localhost:${ports.public}/${TENANT.tenantId}/discovery/keys`, { dispatcher: trusting })
      ).body.json();
    const first = await startEntra(kept, silentLog);
    await expect.poll(() => health(first)).toBe(200);
    const keys = await keysOf(first);
    await first.close();

    const unreachable = { ...config.control, origins: { arm: 'https://127.0.0.1:1' } };
    const second = await startEntra({ ...kept, control: unreachable }, silentLog);
    expect(await health(second)).toBe(200);
    expect(await keysOf(second)).toEqual(keys);
    await second.close();
  } finally {
    rmSync(directory, { recursive: true });
  }
});

it('says of a forged token what is wrong with it, and by which id services know it', async () => {
  const call = await as('portal');
  const wish = { principal: 'vm-app01', audience: 'https://vault.azure.net' };
  await call('entra', 'POST', '/forge', { body: { ...wish, claims: { uti: 'an-id-of-its-own' } } });
  await call('entra', 'POST', '/forge', { body: { ...wish, flaw: 'expired', removeClaims: ['uti'] } });
  const { body } = await call('entra', 'GET', '/events?since=0');
  const events = (body as { events: { operation?: string; tokenId?: string; note?: string }[] }).events;
  const forged = events.filter(({ operation }) => operation === 'ForgeToken').slice(-2);
  expect(forged.map(({ tokenId, note }) => [tokenId, note])).toEqual([
    ['an-id-of-its-own', 'forged'],
    [undefined, 'forged: expired'],
  ]);
});

it('shows its events to the portal, rotations and tokens alike', async () => {
  await askForToken();
  const { body } = await (await as('portal'))('entra', 'GET', '/events?since=0');
  const operations = (body as { events: { operation?: string }[] }).events.map(({ operation }) => operation);
  expect(operations).toEqual(expect.arrayContaining(['IssueToken', 'RotateSigningKeys', 'ForgeToken', 'GetKeys']));
});
