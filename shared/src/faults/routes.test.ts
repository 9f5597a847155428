import { afterAll, beforeEach, expect, it } from 'vitest';
import { AzureError } from '../azure-error.ts';
import { recentEvents } from '../events.ts';
import { controlApp } from '../fabric/control-app.ts';
import type { Peer } from '../fabric/peers.ts';
import { listenAll } from '../http/lifecycle.ts';
import { silentLog } from '../log.ts';
import { exchangeJson } from '../testing/exchange.ts';
import { faultList } from './index.ts';

const faults = faultList({
  service: 'arm',
  operations: ['Read'],
  answers: { 429: { error: () => new AzureError({ kind: 'throttled', code: 'No', message: 'No.' }) } },
});
const health = () => ({ ready: true });
const app = controlApp({ events: recentEvents('arm'), faults, health, log: silentLog });
let peer: Peer = 'portal';
const { ports, close } = await listenAll({
  fabric: {
    // The certificate of the connection is a test of its own: fabric/peers.test.ts.
    app: (req, res, next) => {
      const getPeerCertificate = () => ({ subject: { CN: `${peer}.fabric` } });
      Object.assign(req.socket, { authorized: true, getPeerCertificate });
      app(req as Parameters<typeof app>[0], res as Parameters<typeof app>[1], next);
    },
    address: { host: '127.0.0.1', port: 0 },
  },
});
afterAll(close);
beforeEach(() => {
  peer = 'portal';
  faults.clear();
});

const ask = (method: string, path: string, body?: unknown) =>
  exchangeJson(ports.fabric, { method, path, body: body === undefined ? undefined : JSON.stringify(body) });
const FAULT = { service: 'arm', operation: 'Read', times: 1, effect: { status: 429 } };

it('sets, shows and removes faults', async () => {
  const { status, body } = await ask('POST', '/faults', FAULT);
  expect([status, body]).toEqual([
    201,
    { ...FAULT, id: expect.stringMatching(/^arm-[0-9a-f]{12}$/), remaining: 1, applied: 0 },
  ]);
  expect((await ask('GET', '/faults')).body).toEqual({ faults: [body] });
  expect((await ask('DELETE', `/faults/${body.id}`)).status).toBe(204);
  expect((await ask('DELETE', `/faults/${body.id}`)).status).toBe(404);
  await ask('POST', '/faults', FAULT);
  expect((await ask('DELETE', '/faults')).status).toBe(204);
  expect(faults.all()).toEqual([]);
});

it('says which faults there can be', async () => {
  expect((await ask('GET', '/faults/kinds')).body).toEqual({
    operations: ['Read'],
    statuses: [{ status: 429, code: 'No' }],
  });
});

it.each([
  ['no body', undefined, 'body: '],
  ['a list', [], 'body: '],
  ['no effect', { ...FAULT, effect: {} }, 'body.effect: at least one of'],
  ['an unknown member', { ...FAULT, effect: { cut: true, more: 1 } }, 'body.effect: '],
  ['an unknown operation', { ...FAULT, operation: 'Write' }, "'arm' has no operation 'Write'. It has: Read."],
  ['an unknown status', { ...FAULT, effect: { status: 500 } }, "'arm' does not fail with 500. It does with: 429."],
])('refuses %s, and says why', async (_, body, message) => {
  const answer = await ask('POST', '/faults', body);
  expect([answer.status, answer.body.error.code]).toEqual([400, 'BadRequest']);
  expect(answer.body.error.message).toContain(message);
  expect(faults.all()).toEqual([]);
});

it.each(['imds', 'keyvault', 'arm'] as const)('lets no service set or see faults but the portal: %s', async (name) => {
  faults.add({ service: 'arm', effect: { cut: true } });
  peer = name;
  for (const [method, path, body] of [
    ['GET', '/faults'],
    ['POST', '/faults', FAULT],
    ['DELETE', '/faults'],
    ['DELETE', `/faults/${faults.all()[0]?.id}`],
  ] as const) {
    expect((await ask(method, path, body)).body).toMatchObject({ error: { code: 'PeerNotAllowed' } });
  }
  expect(faults.all()).toHaveLength(1);
});
