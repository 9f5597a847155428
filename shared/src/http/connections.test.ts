import type { IncomingMessage, ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import express from 'express';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { App, Limits } from './connections.ts';
import { listenAll, type Running } from './lifecycle.ts';

const own = { headers: { 'x-own': 'yes' }, body: 'own words' };

let running: (Running & { ports: { only: number } }) | undefined;
afterEach(() => running?.close());

/** A listener with this app, a connection to it, and what has come back on that so far. */
async function connection(app: App, limits: Partial<Limits> = {}) {
  const address = { host: '127.0.0.1', port: 0 };
  running = await listenAll({ only: { app, address, malformed: () => own, limits } });
  const socket = connect(running.ports.only, '127.0.0.1');
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk;
  });
  socket.on('error', () => {});
  const closed = new Promise<string>((resolve) => socket.once('close', () => resolve(text)));
  return { socket, closed, received: () => text };
}

const statuses = (text: string): string[] => text.match(/HTTP\/1\.1 \d+/g)?.map((line) => line.slice(9)) ?? [];
const hello = (_req: IncomingMessage, res: ServerResponse) => res.end('hello');
const HALF = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf';

describe('a peer that falls silent', () => {
  it.each([
    ['before its first byte', ''],
    ['in its headers', 'GET / HTTP/1.1\r\nHost: a\r\nX-'],
    ['in its body', HALF],
  ])('is told so and hung up on: %s', async (_, bytes) => {
    const { socket, closed } = await connection((req) => req.resume(), { silenceMs: 20 });
    socket.write(bytes);
    expect(await closed).toMatch(/^HTTP\/1\.1 408 .*x-own: yes.*own words$/s);
  });

  it('is hung up on without a second answer when it has had one', async () => {
    const { socket, closed } = await connection(hello, { lingerMs: 20 });
    socket.write(HALF);
    expect(statuses(await closed)).toEqual(['200']);
  });

  it('leaves nothing behind on its connection, however often it has its answer before it has sent its body', async () => {
    const sockets = new Set<Socket>();
    const { socket, closed, received } = await connection((req, res) => {
      sockets.add(req.socket);
      res.end('hello');
    });
    const answers = () => statuses(received()).length;
    const leftover = async (requests: number) => {
      for (let sent = 0; sent < requests; sent += 1) {
        const before = answers();
        socket.write(HALF);
        await vi.waitFor(() => expect(answers()).toBe(before + 1), { interval: 1 });
        socket.write('-done');
      }
      const [serverSide] = sockets;
      return [serverSide?.listenerCount('close'), serverSide?.destroySoon];
    };
    const [listeners, destroySoon] = await leftover(2);
    expect(await leftover(30)).toEqual([listeners, destroySoon]);
    socket.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    expect(statuses(await closed)).toHaveLength(33);
  });

  it('is hung up on without a word between two requests: it would be taken for the answer to the next', async () => {
    const sockets: Socket[] = [];
    const { socket, closed, received } = await connection((req, res) => {
      sockets.push(req.socket);
      res.end('hello');
    });
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await vi.waitFor(() => expect(received()).toContain('hello'));
    sockets[0]?.emit('timeout'); // Node's own limit for kept connections, six seconds
    expect(statuses(await closed)).toEqual(['200']);
  });

  it('is hung up on when it takes no more of its answer', async () => {
    const hungUp = Promise.withResolvers<void>();
    const { socket, closed } = await connection(
      (req, res) => {
        req.socket.once('close', hungUp.resolve);
        res.end(Buffer.alloc(32 * 1024 * 1024));
      },
      { silenceMs: 20 },
    );
    socket.pause();
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await hungUp.promise;
    socket.resume();
    expect((await closed).length).toBeLessThan(32 * 1024 * 1024);
  });

  it('is waited for when it is the service that has to answer', async () => {
    const slow: App = (_req, res) => setTimeout(() => res.end('late'), 80);
    const { socket, received } = await connection(slow, { silenceMs: 20 });
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await vi.waitFor(() => expect(received()).toContain('late'));
    expect(statuses(received())).toEqual(['200']);
  });
});

it('ends a request that arrives byte by byte for too long', async () => {
  const { socket, closed } = await connection((req) => req.resume(), { wholeRequestMs: 60 });
  socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n');
  const drip = setInterval(() => socket.write('x'), 5);
  expect(statuses(await closed.finally(() => clearInterval(drip)))).toEqual(['408']);
});

describe('what follows a request on its connection and is none', () => {
  it('is refused after the answers that are due', async () => {
    const slow: App = (_req, res) => setTimeout(() => res.end('slow'), 20);
    const { socket, closed } = await connection(slow);
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\nnonsense\r\n\r\n');
    const text = await closed;
    expect(statuses(text)).toEqual(['200', '400']);
    expect(text).toMatch(/slow.*own words$/s);
  });

  it('does not cut an answer short that closes the connection', async () => {
    const slow: App = (_req, res) => setTimeout(() => res.end('x'.repeat(1_000_000)), 20);
    const { socket, closed } = await connection(slow);
    socket.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\nnonsense\r\n\r\n');
    expect(await closed).toMatch(/x{1000000}$/);
  });

  it('never comes into the middle of an answer', async () => {
    const begun: App = (_req, res) => res.writeHead(200, { 'Content-Length': 10 }).write('12345');
    const { socket, closed, received } = await connection(begun);
    socket.write('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n');
    await vi.waitFor(() => expect(received()).toContain('12345'));
    socket.write('zz\r\n');
    expect(await closed).toMatch(/12345$/);
  });

  it('is no second answer to a request that has had one', async () => {
    const { socket, closed } = await connection(hello);
    socket.write('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n');
    expect(statuses(await closed)).toHaveLength(1);
  });
});

it('lets a peer read its answer that is still sending, though the connection is to end', async () => {
  const { socket, closed } = await connection((_req, res) => res.writeHead(413, { Connection: 'close' }).end('enough'));
  const errors: Error[] = [];
  socket.on('error', (error) => errors.push(error));
  socket.write(`PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: ${64 * 1024 * 1024}\r\n\r\n`);
  for (let sent = 0; sent < 64; sent += 1) socket.write(Buffer.alloc(1024 * 1024));
  expect(await closed).toMatch(/^HTTP\/1\.1 413 .*enough/s);
  expect(errors).toEqual([]);
});

it('ends a connection as it is asked to, also after a body that came later than its answer', async () => {
  const { socket, closed, received } = await connection(hello);
  socket.write(HALF);
  await vi.waitFor(() => expect(received()).toContain('hello'));
  socket.write('whole'); // nine bytes, with those of before
  socket.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  expect(statuses(await closed)).toEqual(['200', '200']);
});

it('answers in the same words when an app fails to answer its own failure', async () => {
  const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
  const app = express().use((_req, res) => res.set('X', 'no\u0000header'));
  const { socket, closed } = await connection(app);
  socket.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  expect(await closed).toMatch(/^HTTP\/1\.1 500 .*own words$/s);
  expect(warned).toHaveBeenCalledOnce();
  warned.mockRestore();
});
