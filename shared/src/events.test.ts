import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import express from 'express';
import { expect, it, onTestFinished } from 'vitest';
import { describe, type EventDetails, recentEvents } from './events.ts';

async function recorder(most?: number, details: EventDetails = {}) {
  const events = recentEvents('keyvault', most === undefined ? {} : { most });
  const app = express().use(events.record, (req, res) => {
    describe(res, { operation: 'GetSecret', ...details });
    describe(res, { audience: req.path });
    res.status(404).end();
  });
  const server = createServer(app).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  const ask = async (path: string, headers = {}) => {
    await (await fetch(`${origin}${path}`, { headers })).arrayBuffer();
    await expect.poll(() => events.since(0).at(-1)?.audience).toBe(path.split('?', 1)[0]);
  };
  return { events, ask, origin };
}

it('says what was asked and answered, and what the routes added', async () => {
  const { events, ask } = await recorder();
  await ask('/secrets/a', { 'x-ms-client-request-id': 'my-id' });
  expect(events.since(0)).toMatchObject([
    {
      sequence: 1,
      service: 'keyvault',
      remoteAddress: '127.0.0.1',
      method: 'GET',
      path: '/secrets/a',
      status: 404,
      operation: 'GetSecret',
      clientRequestId: 'my-id',
    },
  ]);
});

it('takes what was asked in another protocol, and keeps no token of it either', () => {
  const events = recentEvents('dns');
  const asked = { at: '', durationMs: 0, remoteAddress: '10.88.0.130', method: 'UDP', path: '/A', status: 404 };
  events.add({ ...asked, host: 'eyJhbGciOiJSUzI1NiJ9.vault.azure.net' });
  expect(events.since(0)).toEqual([{ ...asked, sequence: 1, service: 'dns', host: '(token)' }]);
});

it('keeps neither query nor credentials: a signature or a token may stand there', async () => {
  const { events, ask } = await recorder();
  await ask('/docs/a?sig=hush&note=hush', { authorization: 'Bearer hush', 'x-identity-header': 'hush' });
  expect(JSON.stringify(events.since(0))).not.toContain('hush');
});

it('keeps the newest, and gives those after a number', async () => {
  const { events, ask } = await recorder(2);
  for (const path of ['/a', '/b', '/c']) await ask(path);
  expect(events.since(0).map(({ path }) => path)).toEqual(['/b', '/c']);
  expect(events.since(2).map(({ path }) => path)).toEqual(['/c']);
});

it('keeps no token that stands in a path or an id, nor what a refusal repeats of it', async () => {
  const { events, origin } = await recorder();
  const token = 'eyJhbGciOiJSUzI1NiJ9.eyJvaWQiOiJtZSJ9.c2lnbmF0dXJl';
  await fetch(`${origin}/secrets/${token}`, { headers: { 'client-request-id': token } });
  await expect.poll(() => events.since(0)).toMatchObject([{ path: '/secrets/(token)' }]);
  expect(JSON.stringify(events.since(0))).not.toContain('eyJ');
});

it('keeps the newest within a number of characters, however few that are', () => {
  const events = recentEvents('keyvault', { mostCharacters: 2_000 });
  const asked = { at: '', durationMs: 0, remoteAddress: '', method: 'GET', host: '', path: '/', status: 200 };
  for (let index = 0; index < 10; index += 1) events.add({ ...asked, audience: 'x'.repeat(500) });
  expect(events.since(0).map(({ sequence }) => sequence)).toEqual([8, 9, 10]);
  expect(events.latest()).toBe(10);
});

it('survives details that cannot be kept, and keeps the rest', async () => {
  const check = { check: 'audience' as const, outcome: 'passed' as const };
  const { events, origin } = await recorder(2, {
    checks: [Object.assign(check, { reason: check as unknown as string })],
  });
  await (await fetch(`${origin}/secrets/a`)).arrayBuffer();
  await expect.poll(() => events.since(0)).toHaveLength(1);
  expect(events.since(0)).toMatchObject([{ sequence: 1, path: '/secrets/a', note: expect.stringContaining('kept') }]);
});

it('has an epoch of its own in every life', () => {
  expect(recentEvents('keyvault').epoch).toMatch(/^[\w-]{8}$/);
  expect(recentEvents('keyvault').epoch).not.toBe(recentEvents('keyvault').epoch);
});

it('keeps the trace that a client is in, where it is one', async () => {
  const { events, ask } = await recorder();
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
  await ask('/a', { traceparent });
  await ask('/b', { traceparent: `00-${'0'.repeat(32)}-00f067aa0ba902b7-01` });
  await ask('/c', { traceparent: 'hush' });
  expect(events.since(0).map((event) => event.traceparent)).toEqual([traceparent, undefined, undefined]);
});

it('does not call a request answered whose connection was cut', async () => {
  const events = recentEvents('blob');
  const begun = Promise.withResolvers<void>();
  const server = createServer(express().use(events.record, () => begun.resolve())).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  await begun.promise;
  socket.destroy();
  await expect.poll(() => events.since(0)).toMatchObject([{ path: '/', status: 499 }]);
  server.close();
});
