import Sqlite from 'better-sqlite3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { recentEvents } from '../events.ts';
import { fabricClient } from '../fabric/client.ts';
import { controlApp } from '../fabric/control-app.ts';
import type { Peer } from '../fabric/peers.ts';
import { listenAll, type RunningService } from '../http/lifecycle.ts';
import type { KeyPairSource } from '../http/tls.ts';
import { silentLog } from '../log.ts';
import { tablesOf } from '../tables.ts';
import { certificateAuthority, leafCertificate } from '../x509/certificates.ts';
import { snapshotRoutes } from './snapshot-routes.ts';

const ID = '11111111-1111-4111-8111-111111111111';
const db = new Sqlite(':memory:');
db.exec("CREATE TABLE things (name TEXT) STRICT; INSERT INTO things VALUES ('first')");
const tables = tablesOf(db, ['things']);

let running: RunningService<'fabric'>;
let call: (peer: Peer, method: 'PUT' | 'POST', path: string, body?: unknown) => Promise<number>;
beforeAll(async () => {
  const now = Math.floor(Date.now() / 1_000);
  const validity = { notBefore: now - 60, notAfter: now + 3_600 };
  const ca = await certificateAuthority('fabric', validity);
  const leaf = async (name: string): Promise<KeyPairSource> => {
    const pair = await leafCertificate(ca, { commonName: name, dnsNames: [name], validity });
    return { current: () => pair, onRenewal: () => () => {} };
  };
  const app = controlApp({
    routes: snapshotRoutes({ db, tables }),
    ...{ events: recentEvents('blob'), health: () => ({ ready: true }), log: silentLog },
  });
  const tls = { keyPair: await leaf('blob.fabric'), clientCa: ca.cert };
  running = await listenAll({ fabric: { app, address: { host: '127.0.0.1', port: 0 }, tls } }, () => {});
  call = async (peer, method, path, body) => {
    const origins = { blob: `https://127.0.0.1:${running.ports.fabric}` };
    const client = fabricClient({ keyPair: await leaf(`${peer}.fabric`), ca: ca.cert, origins });
    return (await client.call('blob', method, path, { body }).finally(() => client.close())).status;
  };
});
afterAll(() => running.close());

it('copies for arm, and for no other service', async () => {
  for (const peer of ['portal', 'tests', 'entra', 'keyvault'] as const) {
    expect(await call(peer, 'PUT', `/snapshots/${ID}`, { keep: [] })).toBe(403);
    expect(await call(peer, 'POST', '/snapshots/keep', { keep: [] })).toBe(403);
  }
  expect(await call('arm', 'PUT', `/snapshots/${ID}`, { keep: [] })).toBe(204);
  expect(tables.bringBack(ID)).toBe(true);
  expect(await call('arm', 'POST', '/snapshots/keep', { keep: [] })).toBe(204);
  expect(tables.bringBack(ID)).toBe(false);
});

it('refuses what is no id, and what names none to keep', async () => {
  expect(await call('arm', 'PUT', '/snapshots/things', { keep: [] })).toBe(400);
  expect(await call('arm', 'PUT', `/snapshots/${ID}`, {})).toBe(400);
  expect(await call('arm', 'POST', '/snapshots/keep', { keep: ['x'] })).toBe(400);
});
