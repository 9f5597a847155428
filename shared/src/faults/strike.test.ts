import { request } from 'node:http';
import { connect } from 'node:net';
import express, { type ErrorRequestHandler } from 'express';
import { afterEach, expect, describe as group, it } from 'vitest';
import { AzureError } from '../azure-error.ts';
import { describe, recentEvents } from '../events.ts';
import { listenAll, type Running } from '../http/lifecycle.ts';
import { asAzureError, STATUS } from '../http/status.ts';
import { exchange } from '../testing/exchange.ts';
import { type FaultRequest, faultList } from './index.ts';
import { begin, faultsAt, faultsEnd } from './strike.ts';

const running: Running[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((service) => service.close()));
});

/** A service with one operation, done by whom it knows, in several ways of sending an answer. */
async function service(effect: FaultRequest['effect'], more: Partial<FaultRequest> = {}) {
  const done: string[] = [];
  const faults = faultList({
    service: 'blob',
    operations: ['Get'],
    answers: {
      503: {
        error: () => new AzureError({ kind: 'unavailable', code: 'Busy', message: 'Busy.' }),
        retryAfterSeconds: 7,
      },
    },
  });
  const events = recentEvents('blob');
  const onError: ErrorRequestHandler = (thrown, _req, res, _next) => {
    const { kind, code } = asAzureError(thrown);
    describe(res, { errorCode: code });
    if (res.headersSent) res.destroy();
    else res.status(STATUS[kind]).json({ error: code });
  };
  const app = express()
    .use(events.record)
    .use((_req, res, next) => {
      res.set('x-ms-secret-of-the-service', '1');
      next();
    })
    .use(faultsAt(faults))
    .use((req, res, next) => {
      if (!req.headers.authorization) throw new AzureError({ kind: 'unauthenticated', code: 'Who', message: 'Who?' });
      describe(res, { virtualMachine: req.headers.authorization });
      begin(res, 'Get');
      next();
    })
    .use((req, res) => {
      done.push(req.path);
      if (req.path === '/json') res.json({ text: '0123456789' });
      if (req.path === '/empty') res.status(204).end();
      if (req.path === '/chunks') {
        res.setHeader('Content-Length', 10);
        for (const chunk of ['012', '345', '678', '9']) res.write(chunk);
        res.end();
      }
      if (req.path === '/raw') {
        res.writeHead(200, { 'Content-Length': 10 });
        res.end('0123456789', 'latin1');
      }
      if (req.path === '/unannounced') {
        for (const chunk of ['0123', '4567']) res.write(chunk);
        res.end('89');
      }
    })
    .use(faultsEnd)
    .use(onError);
  const service = await listenAll({ public: { app, address: { host: '127.0.0.1', port: 0 } } });
  running.push(service);
  const fault = faults.add({ service: 'blob', effect, ...more });
  const port = service.ports.public;
  const get = (path = '/json', headers: Record<string, string> = { authorization: 'vm-app01' }, method = 'GET') =>
    exchange(port, { method, path, headers });
  return { get, done, faults, fault, port, events };
}

/** What arrives of an answer that breaks off. */
const broken = (port: number, path: string, method = 'GET') =>
  new Promise<{ status?: number | undefined; length?: string | undefined; text: string; error?: string | undefined }>(
    (resolve) => {
      const headers = { authorization: 'vm-app01' };
      const sent = request({ port, host: '127.0.0.1', path, method, headers, agent: false }, (res) => {
        const { statusCode: status } = res;
        const length = res.headers['content-length'];
        let text = '';
        res.on('data', (chunk) => {
          text += chunk;
        });
        res.on('error', ({ message: error }) => resolve({ status, length, text, error }));
        res.on('end', () => resolve({ status, length, text }));
      });
      sent.on('error', ({ message: error }) => resolve({ text: '', error }));
      sent.end();
    },
  );

group('a status', () => {
  it("is answered with the service's own body and headers, before anything is done", async () => {
    const { get, done } = await service({ status: 503 });
    const { status, text, headers } = await get();
    expect([status, text, headers['retry-after'], done]).toEqual([503, '{"error":"Busy"}', '7', []]);
    expect(headers['x-ms-secret-of-the-service']).toBe('1');
  });

  it.each([
    [12, '12'],
    [0, '0'],
    [null, undefined],
  ])('comes with the Retry-After that was asked for: %j', async (retryAfterSeconds, header) => {
    const { get } = await service({ status: 503, retryAfterSeconds });
    expect((await get()).headers['retry-after']).toBe(header);
  });
});

group('where it strikes', () => {
  it('is at once, when it is meant for all of the service', async () => {
    const { get } = await service({ status: 503 });
    expect((await get('/json', {})).status).toBe(503);
  });

  it.each([
    ['an operation', { operation: 'Get' }],
    ['a caller', { caller: 'vm-app01' }],
  ])('is where that is known, when it is meant for %s: who would have been refused is', async (_, more) => {
    const { get, faults, done } = await service({ status: 503 }, more);
    expect((await get('/json', {})).status).toBe(401);
    expect(faults.all()).toMatchObject([{ applied: 0 }]);
    expect((await get()).status).toBe(503);
    expect(done).toEqual([]);
  });

  it('is nowhere for another caller', async () => {
    const { get } = await service({ status: 503 }, { caller: 'vm-app02' });
    expect((await get()).status).toBe(200);
  });

  it('is once per request, and in the event of it', async () => {
    const { get, faults, fault, events } = await service({ delayMs: 1 });
    await get();
    expect(faults.all()).toMatchObject([{ applied: 1 }]);
    await expect.poll(() => events.since(0)).toMatchObject([{ fault: fault.id, status: 200, operation: 'Get' }]);
  });
});

group('a cut', () => {
  it('ends the connection before anything is done, and without a word', async () => {
    const { port, done, events, fault } = await service({ cut: true });
    expect(await broken(port, '/json')).toEqual({ text: '', error: 'socket hang up' });
    expect(done).toEqual([]);
    await expect.poll(() => events.since(0)).toMatchObject([{ fault: fault.id, status: 499 }]);
    expect(events.since(0)[0]).not.toHaveProperty('errorCode');
  });

  it('can come late', async () => {
    const { port } = await service({ cut: true, delayMs: 30 });
    const started = performance.now();
    await broken(port, '/json');
    expect(performance.now() - started).toBeGreaterThan(25);
  });
});

group('a delay', () => {
  it.each(['/json', '/chunks', '/raw', '/unannounced', '/empty'])('holds the whole answer back: %s', async (path) => {
    const { get } = await service({ delayMs: 30 });
    const started = performance.now();
    const { text } = await get(path);
    expect(performance.now() - started).toBeGreaterThan(25);
    expect(text).toBe(path === '/json' ? '{"text":"0123456789"}' : path === '/empty' ? '' : '0123456789');
  });

  it('holds back a refusal as well', async () => {
    const { get } = await service({ delayMs: 30, status: 503 });
    const started = performance.now();
    expect((await get()).status).toBe(503);
    expect(performance.now() - started).toBeGreaterThan(25);
  });

  it('ends with the connection of who waits', async () => {
    const { port, events } = await service({ delayMs: 60_000 });
    const socket = connect(port, '127.0.0.1', () =>
      socket.write('GET /json HTTP/1.1\r\nHost: a\r\nAuthorization: b\r\n\r\n'),
    );
    await new Promise((resolve) => setTimeout(resolve, 30));
    socket.destroy();
    await expect.poll(() => events.since(0)).toHaveLength(1);
  });
});

group('half a body', () => {
  it.each([
    ['/json', '{"text":"0', '21'],
    ['/chunks', '01234', '10'],
    ['/raw', '01234', '10'],
    ['/unannounced', '01', undefined],
  ])('is what arrives of the length that was announced: %s', async (path, text, length) => {
    const { port } = await service({ halfBody: true });
    expect(await broken(port, path)).toEqual({ status: 200, length, text, error: 'aborted' });
  });

  it('is half of a refusal, too', async () => {
    const { port } = await service({ halfBody: true, status: 503, delayMs: 5 });
    expect(await broken(port, '/json')).toEqual({ status: 503, length: '16', text: '{"error"', error: 'aborted' });
  });

  it('is nothing of an answer that has none', async () => {
    const { port } = await service({ halfBody: true });
    expect(await broken(port, '/empty')).toEqual({ status: 204, length: undefined, text: '' });
    expect(await broken(port, '/json', 'HEAD')).toMatchObject({ status: 200, length: '21', text: '' });
  });
});

group('another content type', () => {
  it('is what something on the way answers with in the place of the service, of which nothing is in it', async () => {
    const { get, done, events } = await service({ contentType: 'text/html' });
    const { status, headers, text } = await get();
    expect([status, headers['content-type'], done]).toEqual([200, 'text/html', []]);
    expect(text).toMatch(/^<!DOCTYPE html>/);
    expect(headers['x-ms-secret-of-the-service']).toBeUndefined();
    await expect.poll(() => events.since(0)).toMatchObject([{ status: 200 }]);
  });

  it('can have any status, and break off', async () => {
    const { port } = await service({ contentType: 'text/plain', status: 418, halfBody: true });
    expect(await broken(port, '/json')).toMatchObject({
      status: 418,
      text: 'This is not the servic',
      error: 'aborted',
    });
  });
});

it('is no fault of the service: it goes on as before when none is left', async () => {
  const { get, port } = await service({ cut: true }, { times: 1 });
  await broken(port, '/json');
  expect((await get()).status).toBe(200);
});
