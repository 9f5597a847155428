import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import { filesIn, issueCertificates } from '@lab/pki/domain/issue-certificates.ts';
import { systemClock } from '@lab/shared/clock.ts';
import { tlsFrom } from '@lab/shared/config.ts';
import { fabricClient } from '@lab/shared/fabric/client.ts';
import type { Peer } from '@lab/shared/fabric/peers.ts';
import type { Change } from '@lab/shared/feed/resources.ts';
import { listenAll } from '@lab/shared/http/lifecycle.ts';
import type { Cluster } from '@lab/shared/lab/lab-state.ts';
import { silentLog } from '@lab/shared/log.ts';
import jwt from 'jsonwebtoken';
import { Agent, request } from 'undici';
import { expect, it, onTestFinished, vi } from 'vitest';
import { parseConfig } from './config.ts';
import { startCluster } from './service.ts';
import { TOKEN_FILE } from './store/token-files.ts';
import { cluster, ISSUER, temporaryDirectory } from './testing.ts';

const PEERS = ['entra', 'imds', 'appservice', 'arm', 'keyvault', 'blob', 'dns', 'cluster', 'portal', 'tests'] as const;
const loopback = { host: '127.0.0.1', port: 0 };
const HOST = new URL(ISSUER).host;
const PATH = new URL(ISSUER).pathname;

/** @param aheadSeconds Of the lab's clock, as `arm` says; without it there is no `arm`. */
async function start({
  testRoutes = true,
  declared = [cluster()],
  aheadSeconds,
}: {
  testRoutes?: boolean;
  declared?: Cluster[];
  aheadSeconds?: number;
} = {}) {
  const directory = temporaryDirectory();
  const services = PEERS.map((service) => ({ service, publicNames: service === 'cluster' ? [HOST] : [] }));
  await issueCertificates({ files: filesIn(directory), services, clock: systemClock, loopback: true });
  const tls = tlsFrom(join(directory, 'cluster', 'tls'));
  const arm = aheadSeconds === undefined ? undefined : await armWithClock(directory, aheadSeconds);
  const service = await startCluster(
    {
      publicListen: loopback,
      control: { fabric: loopback, health: loopback, origins: { arm: `https://127.0.0.1:${arm?.ports.fabric ?? 1}` } },
      tls,
      databasePath: ':memory:',
      clusters: () => declared,
      tokensDirectory: join(directory, 'tokens'),
      testRoutes,
      clock: systemClock,
    },
    silentLog,
  );
  const dispatcher = new Agent({ connect: { ca: tls.publicCa, servername: HOST } });
  onTestFinished(async () => {
    await dispatcher.destroy();
    await service.close();
    await arm?.close();
  });
  const ask = async (path: string, method: 'GET' | 'POST' = 'GET') => {
    const url = `https://127.0.0.1:${service.ports.public}${path}`;
    const { statusCode, headers, body } = await request(url, { dispatcher, method });
    return { status: statusCode, headers, json: JSON.parse(await body.text()) };
  };
  const callAs = async (peer: Peer, path: string, body: unknown = {}) => {
    const { fabricKeyPair, fabricCa } = tlsFrom(join(directory, peer, 'tls'));
    const origins = { cluster: `https://127.0.0.1:${service.ports.fabric}` };
    const client = fabricClient({ keyPair: fabricKeyPair, ca: fabricCa, origins });
    return client.call('cluster', 'POST', path, { body }).finally(() => client.close());
  };
  const health = async () => (await request(`http://127.0.0.1:${service.ports.health}/`)).statusCode;
  const tokenOf = (pod: string) => readFileSync(join(directory, 'tokens', pod, TOKEN_FILE), 'utf8');
  return { ask, callAs, health, tokenOf };
}

/** Says once how far ahead the clock is; then the poll stays open. */
function armWithClock(directory: string, offsetSeconds: number) {
  const { fabricKeyPair, fabricCa } = tlsFrom(join(directory, 'arm', 'tls'));
  const changes: Change[] = [{ kind: 'labClock', id: 'clock', value: { offsetSeconds, heldAt: null } }];
  const app: RequestListener = (req, res) => {
    if (!req.url?.includes('epoch=')) res.end(JSON.stringify({ epoch: randomUUID(), revision: 1, changes }));
  };
  return listenAll({ fabric: { app, address: loopback, tls: { keyPair: fabricKeyPair, clientCa: fabricCa } } });
}

it('renews the tokens of pods when the clock of the lab is moved', async () => {
  const { tokenOf } = await start({ aheadSeconds: 86_400 });
  await vi.waitFor(() => {
    const { iat = 0 } = jwt.decode(tokenOf('pod-app01'), { json: true }) ?? {};
    expect(Math.abs(iat - systemClock.now() - 86_400)).toBeLessThan(10);
  });
});

it('publishes the documents of an issuer as Kubernetes does, in TLS under its real name', async () => {
  const { ask, health } = await start();
  const discovery = await ask(`${PATH}.well-known/openid-configuration`);
  expect([discovery.status, discovery.json]).toEqual([
    200,
    {
      issuer: ISSUER,
      jwks_uri: `${ISSUER}openid/v1/jwks`,
      response_types_supported: ['id_token'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
    },
  ]);
  const { status, headers, json } = await ask(`/${PATH}openid/v1/jwks`);
  expect([status, headers['content-type']]).toEqual([200, 'application/jwk-set+json; charset=utf-8']);
  expect(json.keys.map(Object.keys)).toEqual([['use', 'kty', 'kid', 'alg', 'n', 'e']]);
  expect(await health()).toBe(200);
});

it.each([
  ['another issuer', `/${'0'.repeat(8)}-0000-4000-8000-000000000000/x/openid/v1/jwks`, 'GET', 404],
  ['another path', `${PATH}openid/v1/keys`, 'GET', 404],
  ['no path', '/', 'GET', 404],
  ['another method', `${PATH}openid/v1/jwks`, 'POST', 405],
  ['malformed percent-encoding', '/%E0%A4%A/x/openid/v1/jwks', 'GET', 400],
] as const)('answers %s with a Status', async (_, path, method, code) => {
  const { ask } = await start();
  const { status, json } = await ask(path, method);
  expect([status, json]).toMatchObject([code, { kind: 'Status', status: 'Failure', code }]);
});

it.each([
  ['/signing-keys/rotate', ['portal', 'tests'], 200],
  ['/tokens', ['tests'], 400],
] as const)('POST %s answers the services that it lists, and no other', async (path, allowed, status) => {
  const { callAs } = await start();
  for (const peer of PEERS) {
    const expected = (allowed as readonly string[]).includes(peer) ? status : 403;
    expect([peer, (await callAs(peer, path)).status]).toEqual([peer, expected]);
  }
});

it('mints tokens for tests, each different from a good one in what was asked', async () => {
  const { callAs } = await start();
  const mint = async (changes: object) => {
    const { status, body } = await callAs('tests', '/tokens', { pod: 'pod-app01', ...changes });
    return { status, claims: jwt.decode((body as { token?: string }).token ?? '', { json: true }) };
  };
  expect((await mint({ sub: 'system:serviceaccount:default:other' })).claims?.sub).toMatch(/:other$/);
  expect((await mint({ aud: 'x' })).claims?.aud).toBe('x');
  expect((await mint({ iss: 'https://elsewhere/' })).claims).toMatchObject({
    iss: 'https://elsewhere/',
    aud: expect.any(Array),
  });
  const { claims } = await mint({ expiresIn: -60 });
  expect((claims?.exp ?? 0) - (claims?.iat ?? 0)).toBe(3_600);
  expect((await mint({ pod: 'nobody' })).status).toBe(400);
});

it('mints nothing where test routes are off', async () => {
  const { callAs } = await start({ testRoutes: false });
  expect((await callAs('tests', '/tokens', { pod: 'pod-app01' })).status).toBe(404);
});

it('is not ready while the lab file declares no pod', async () => {
  const { health, callAs } = await start({ declared: [] });
  expect(await health()).toBe(503);
  expect((await callAs('tests', '/signing-keys/rotate')).status).toBe(409);
});

it('reads what pki wrote, each time anew', () => {
  const directory = temporaryDirectory();
  mkdirSync(join(directory, 'tls'));
  for (const name of ['public-ca.pem', 'fabric-ca.pem']) writeFileSync(join(directory, 'tls', name), name);
  const environment = { STATE_DIRECTORY: directory, DATABASE_PATH: ':memory:', PUBLIC_LISTEN: '0.0.0.0:443' };
  const config = parseConfig(environment);
  expect(config).toMatchObject({ tokensDirectory: '/var/run/tokens', testRoutes: false });
  expect(() => config.clusters()).toThrow();
  writeFileSync(join(directory, 'cluster.json'), JSON.stringify({ clusters: [cluster()] }));
  expect(config.clusters()).toEqual([cluster()]);
  expect(() => parseConfig({ PUBLIC_LISTEN: 'x' })).toThrow(/DATABASE_PATH[\s\S]*PUBLIC_LISTEN/);
});
