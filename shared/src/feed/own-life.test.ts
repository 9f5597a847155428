import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import express, { type ErrorRequestHandler } from 'express';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { App } from '../http/connections.ts';
import { listenAll, type Running } from '../http/lifecycle.ts';
import { exchange } from '../testing/exchange.ts';
import { ownLife } from './own-life.ts';

let epoch: string | undefined = 'first';
const life = ownLife(
  () => epoch,
  () => new Error('over'),
);
const store = life.guard({ size: 2, put: (value: string) => `put ${value}` });

it('lets through what happens in the life in which a request was let in, also after it waited', async () => {
  const { promise, resolve } = Promise.withResolvers<string>();
  life.enter(() => void Promise.resolve().then(() => resolve(store.put('a'))));
  expect([await promise, store.size]).toEqual(['put a', 2]);
});

it('refuses what a request does when another life has begun, and nothing outside of requests', async () => {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  life.enter(() => {
    epoch = 'second';
    setImmediate(() => {
      try {
        resolve(store.put('a'));
      } catch (error) {
        resolve(error);
      }
    });
  });
  expect(await promise).toMatchObject({ message: 'over' });
  expect(store.put('b')).toBe('put b');
});

let running: Running & { ports: { public: number } };
beforeAll(async () => {
  const routes = express();
  routes.use(express.text({ type: () => true }));
  routes.post('/parsed', (_req, res) => {
    epoch = crypto.randomUUID();
    res.send(store.put('parsed'));
  });
  routes.post('/streamed', async (req, res) => {
    await text(Readable.from(req));
    epoch = crypto.randomUUID();
    res.send(store.put('streamed'));
  });
  const onError: ErrorRequestHandler = (error, _req, res, _next) => {
    res.status(503).send(String(error));
  };
  routes.use(onError);
  const app: App = routes;
  const address = { host: '127.0.0.1', port: 0 };
  running = await listenAll(
    { public: { app: (req, res, unanswered) => life.enter(() => app(req, res, unanswered)), address } },
    () => {},
  );
});
afterAll(() => running.close());

it.each(['/parsed', '/streamed'])('knows the request again when its body has been read: %s', async (path) => {
  const { status, text: body } = await exchange(running.ports.public, { method: 'POST', path, body: 'x' });
  expect([status, body]).toEqual([503, expect.stringContaining('over')]);
});
