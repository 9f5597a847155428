import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { listenAll } from './lifecycle.ts';

const own = { headers: { 'x-own': 'yes' }, body: 'own words' };

/** What a listener answers to these bytes, its app answering `app` to whatever reaches it. */
async function answerTo(bytes: string): Promise<string> {
  const running = await listenAll({
    only: { app: (_req, res) => res.end('app'), address: { host: '127.0.0.1', port: 0 }, malformed: () => own },
  });
  const text = await new Promise<string>((resolve, reject) => {
    let received = '';
    const socket = connect(running.ports.only, '127.0.0.1', () => socket.write(bytes));
    socket.on('data', (chunk) => {
      received += chunk;
    });
    socket.on('close', () => resolve(received));
    socket.on('error', reject);
  });
  await running.close();
  return text;
}

it.each([
  ['no HTTP', 'nonsense\r\n\r\n', 400],
  ['no Host', 'GET / HTTP/1.1\r\n\r\n', 400],
  ['a tunnel', 'CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n', 400],
  ['two lengths', 'GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n', 400],
  ['headers over the limit', `GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`, 431],
])("refuses in the service's own words: %s", async (_, bytes, status) => {
  const text = await answerTo(bytes);
  expect(text).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  expect(text).toMatch(/x-own: yes\r\n.*\r\n\r\nown words$/s);
});

it.each([
  ['HTTP/1.0 without Host', 'GET / HTTP/1.0\r\n\r\n'],
  ['an expectation that nobody knows', 'GET / HTTP/1.1\r\nHost: a\r\nExpect: wonders\r\nConnection: close\r\n\r\n'],
])('lets the app answer: %s', async (_, bytes) => {
  expect(await answerTo(bytes)).toMatch(/^HTTP\/1\.1 200 OK\r\n.*app/s);
});
