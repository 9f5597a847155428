import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { recentEvents } from '@lab/shared/events.ts';
import { listenAll } from '@lab/shared/http/lifecycle.ts';
import { silentLog } from '@lab/shared/log.ts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  AUDIENCE,
  bearer,
  CLIENT,
  type FakeEntra,
  LAB_CA,
  PRINCIPAL,
  startEntra,
  TENANT,
  tokenOf,
  type Wishes,
} from '../../../packages/express/src/testing.ts';
import { publicApp } from './apps.ts';
import { tokenGuards } from './routes/guard.ts';

const APPLICATION = { name: 'orders-api', tenantId: TENANT, clientId: CLIENT, identifierUris: [AUDIENCE] };

type Body = { orders: unknown[]; order: unknown; error?: { code: string } };

let entra: FakeEntra;
const opened: { close(): Promise<void> | void }[] = [];
async function start(application: typeof APPLICATION | undefined) {
  const guards = tokenGuards(application, { authority: entra.origin, ca: LAB_CA.cert });
  const events = recentEvents('api');
  const app = publicApp({ guards, events, log: silentLog });
  const running = await listenAll({ public: { app, address: { host: '127.0.0.1', port: 0 } } });
  opened.push(running, guards);
  const ask = async (path: string, init: RequestInit = {}) => {
    const res = await fetch(`http://127.0.0.1:${running.ports.public}${path}`, init);
    return { status: res.status, headers: res.headers, body: (await res.json()) as Body };
  };
  return { ask, events, port: running.ports.public };
}
let api: Awaited<ReturnType<typeof start>>;
beforeAll(async () => {
  entra = await startEntra();
  api = await start(APPLICATION);
});
afterAll(async () => {
  await Promise.all(opened.map((one) => one.close()));
  entra.close();
});

const as = async (wishes: Wishes = {}) => ({ headers: bearer(await tokenOf(wishes)) });
const lastEvent = () => api.events.since(0).at(-1);

it('shows its orders to an identity with the role to read them', async () => {
  const { status, body } = await api.ask('/orders', await as());
  expect(status).toBe(200);
  expect(body.orders).toContainEqual({ id: '1001', item: 'Coffee', quantity: 3 });
  expect(lastEvent()).toMatchObject({
    operation: 'ListOrders',
    principalId: PRINCIPAL,
    clientId: CLIENT,
    audience: AUDIENCE,
    tokenId: 'token-id',
    status: 200,
  });
  expect(lastEvent()?.checks?.at(-1)).toEqual({ check: 'role', outcome: 'passed' });
});

it('takes v1.0 tokens for its URI and v2.0 tokens for its client id', async () => {
  expect((await api.ask('/orders', await as({ version: '2.0', claims: { aud: CLIENT } }))).status).toBe(200);
  expect((await api.ask('/orders', await as({ claims: { aud: 'https://vault.azure.net' } }))).status).toBe(401);
});

it('answers 403 to an identity without the role, and says so to who looks', async () => {
  const { status, body } = await api.ask('/orders', await as({ removeClaims: ['roles'] }));
  expect([status, body.error?.code]).toEqual([403, 'RoleMissing']);
  expect(lastEvent()).toMatchObject({ principalId: PRINCIPAL, errorCode: 'RoleMissing', status: 403 });
  expect(lastEvent()?.checks?.at(-1)).toMatchObject({ check: 'role', outcome: 'failed' });
});

it('answers 401 without a token, and to one that is not good', async () => {
  const { status, headers } = await api.ask('/orders');
  expect([status, headers.get('www-authenticate')]).toEqual([401, `Bearer realm="${AUDIENCE}"`]);
  expect(lastEvent()).toMatchObject({
    status: 401,
    errorCode: 'TokenMissing',
    checks: [{ check: 'bearer token', outcome: 'failed' }],
  });
  expect((await api.ask('/orders', await as({ flaw: 'alg-none' }))).status).toBe(401);
  expect(lastEvent()?.checks?.at(-1)).toMatchObject({ check: 'algorithm', outcome: 'failed' });
});

it('takes an order from an identity with the role to write, and from no reader', async () => {
  const order = async (wishes: Wishes, body: string, type = 'application/json') =>
    api.ask('/orders', {
      method: 'POST',
      body,
      headers: { 'content-type': type, ...(await as(wishes)).headers },
    });
  const writer = { claims: { roles: ['Orders.Write'] } };
  const wish = JSON.stringify({ item: 'Tea', quantity: 2 });
  const taken = await order(writer, wish);
  expect([taken.status, taken.body]).toEqual([202, { order: { item: 'Tea', quantity: 2, placedBy: PRINCIPAL } }]);
  expect((await order({}, wish)).status).toBe(403);
  // Who may not write learns nothing of what would be a good order.
  expect((await order({}, '{')).status).toBe(403);
  for (const bad of ['{', '[]', 'null', '{"item":"Tea"}', '{"item":"Tea","quantity":0}', '{"item":"","quantity":1}']) {
    expect([bad, (await order(writer, bad)).status]).toEqual([bad, 400]);
  }
  expect((await order(writer, wish, 'text/plain')).body.error?.code).toBe('InvalidOrder');
  expect((await order(writer, JSON.stringify({ item: 'x'.repeat(20_000), quantity: 1 }))).status).toBe(413);
});

it('says what it would say to a token, as it says it', async () => {
  const guards = tokenGuards(APPLICATION, { authority: entra.origin, ca: LAB_CA.cert });
  opened.push(guards);
  const reportOn = async (wishes: Wishes = {}) => (await guards.reportsOn(await tokenOf(wishes))).reports[0];
  expect(await reportOn()).toMatchObject({ audience: AUDIENCE, accepted: true });
  expect((await reportOn())?.checks.at(-1)).toEqual({ check: 'role', outcome: 'passed' });
  for (const wishes of [{ removeClaims: ['roles'] }, { flaw: 'alg-none' }] satisfies Wishes[]) {
    const { status, body } = await api.ask('/orders', await as(wishes));
    const report = await reportOn(wishes);
    expect([report?.accepted, report?.refusal?.status, report?.refusal?.code]).toEqual([
      false,
      status,
      body.error?.code,
    ]);
    expect(report?.checks).toEqual(lastEvent()?.checks);
  }
  const none = tokenGuards(undefined, { authority: entra.origin, ca: LAB_CA.cert });
  expect(await none.reportsOn(await tokenOf({}))).toEqual({ reports: [] });
  expect((await guards.reportsOn('no token at all')).reports[0]?.accepted).toBe(false);
});

it.each([
  ['DELETE', '/orders', 405],
  ['PUT', '/orders', 405],
  ['GET', '/', 404],
  ['GET', '/orders/1', 404],
  ['GET', '/%zz', 404],
  ['GET', '/orders%2f', 404],
])('answers %s %s with %i', async (method, path, status) => {
  const answer = await api.ask(path, { method, ...(await as()) });
  expect([answer.status, answer.body.error?.code]).toEqual([status, expect.any(String)]);
});

it('survives bytes that are no request', async () => {
  const socket = connect(api.port, '127.0.0.1');
  socket.write('\x16\x03\x01 not HTTP\r\n\r\n');
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 400 /);
  expect((await api.ask('/orders')).status).toBe(401);
});

it('refuses everybody where the lab file declares no application for it', async () => {
  const none = await start(undefined);
  const { status, body } = await none.ask('/orders', await as());
  expect([status, body.error?.code]).toEqual([503, 'ApplicationNotDeclared']);
});
