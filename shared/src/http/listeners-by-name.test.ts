import type { ServerResponse } from 'node:http';
import { afterEach, expect, it } from 'vitest';
import { exchange } from '../testing/exchange.ts';
import { type ListenersByName, listenersByName } from './listeners-by-name.ts';

let listeners: ListenersByName;
afterEach(() => listeners.close());

const answering = (name: string) => ({
  app: (_req: unknown, res: ServerResponse) => void res.end(name),
  address: { host: '127.0.0.1', port: 0 },
});
const start = (onOpen?: (name: string, port: number) => void) => listenersByName((name) => answering(name), onOpen);
const askAt = async (port = 0) => (await exchange(port, { path: '/' })).text;

it('gives each name a port of its own, and keeps it while others come and go', async () => {
  const opened: string[] = [];
  listeners = start((name) => opened.push(name));
  await listeners.keepFor(['one', 'two']);
  const before = listeners.ports();
  expect(await askAt(before.get('one'))).toBe('one');
  expect(await askAt(before.get('two'))).toBe('two');

  await listeners.keepFor(['two', 'three']);
  const after = listeners.ports();
  expect([...after.keys()]).toEqual(['two', 'three']);
  expect(after.get('two')).toBe(before.get('two'));
  await expect(askAt(before.get('one'))).rejects.toThrow(/ECONNREFUSED/);
  expect(opened).toEqual(['one', 'two', 'three']);
});

it('opens one listener for a name that is asked for twice at once, and none after the end', async () => {
  const opened: string[] = [];
  listeners = start((name) => opened.push(name));
  await Promise.all([listeners.keepFor(['one']), listeners.keepFor(['one'])]);
  expect(opened).toEqual(['one']);
  const port = listeners.ports().get('one');
  await listeners.close();
  expect(listeners.ports().size).toBe(0);
  await expect(askAt(port)).rejects.toThrow(/ECONNREFUSED/);
});
