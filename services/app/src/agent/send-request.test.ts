import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import type { LabRequest } from './lab-request.ts';
import { sendRequest } from './send-request.ts';

const open: Server[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) server.close();
});

async function listening(server: Server) {
  open.push(server.listen(0, '127.0.0.1'));
  await once(server, 'listening');
  return { place: { host: '127.0.0.1', port: (server.address() as AddressInfo).port } };
}
const web = (answer: RequestListener) => listening(createServer(answer));
const raw = (answer: (socket: Socket) => unknown) =>
  listening(
    createTcpServer((socket) => {
      socket.on('error', () => {});
      answer(socket);
    }),
  );

const IMDS: LabRequest = { method: 'GET', url: 'http://169.254.169.254/metadata/instance?api-version=2021-02-01' };

it('sends what it is told, to the letter, and adds what a connection needs', async () => {
  let seen: IncomingMessage | undefined;
  let body = '';
  const there = await web(async (req, res) => {
    seen = req;
    for await (const chunk of req) body += chunk;
    res
      .writeHead(
        201,
        'Made',
        [
          ['X-One', '1'],
          ['x-one', '2'],
        ].flat(),
      )
      .end('größer');
  });
  const headers = [
    ['Metadata', 'true'],
    ['metadata', 'TRUE'],
  ] as const;
  const answer = await sendRequest({ ...IMDS, method: 'POST', headers, body: 'é' }, there);
  expect([seen?.method, seen?.url, body]).toEqual(['POST', '/metadata/instance?api-version=2021-02-01', 'é']);
  expect(seen?.rawHeaders).toEqual(
    [['Host', '169.254.169.254'], ...headers, ['Content-Length', '2'], ['Connection', 'close']].flat(),
  );
  expect(answer).toMatchObject({ status: 201, statusText: 'Made', body: 'größer', truncated: false });
  expect(answer).toMatchObject({ remoteAddress: '127.0.0.1', durationMs: expect.any(Number) });
  expect('headers' in answer && answer.headers.slice(0, 2)).toEqual([
    ['X-One', '1'],
    ['x-one', '2'],
  ]);
});

it('lets a person set the host', async () => {
  let host: string | undefined;
  const there = await web((req, res) => {
    host = req.headers.host;
    res.end();
  });
  await sendRequest({ ...IMDS, headers: [['HOST', 'other.example']] }, there);
  expect(host).toBe('other.example');
});

it('says how long an empty body is where a service wants to know', async () => {
  let length: string | undefined;
  const there = await web((req, res) => {
    length = req.headers['content-length'];
    res.end();
  });
  await sendRequest({ ...IMDS, method: 'PUT' }, there);
  expect(length).toBe('0');
});

it('follows no redirect', async () => {
  let asked = 0;
  const there = await web((_req, res) => {
    asked += 1;
    res.writeHead(302, { location: 'http://169.254.169.254/elsewhere' }).end();
  });
  expect(await sendRequest(IMDS, there)).toMatchObject({ status: 302 });
  expect(asked).toBe(1);
});

it('reads so much of an answer and no more', async () => {
  const there = await web((_req, res) => {
    res.on('error', () => {});
    const more = () => {
      while (!res.destroyed && res.write('x'.repeat(1_000)));
      if (!res.destroyed) res.once('drain', more);
    };
    more();
  });
  const answer = await sendRequest(IMDS, { ...there, mostBytes: 5_000 });
  expect(answer).toMatchObject({ status: 200, truncated: true, body: 'x'.repeat(5_000) });
});

it('reads nothing after the answer to HEAD', async () => {
  const there = await web((_req, res) => res.writeHead(200, { 'content-length': '10' }).end());
  expect(await sendRequest({ ...IMDS, method: 'HEAD' }, there)).toMatchObject({ status: 200, body: '' });
});

it('says what stopped it: nobody listens', async () => {
  const { place } = await raw(() => {});
  await new Promise((resolve) => open.splice(0)[0]?.close(resolve));
  expect(await sendRequest(IMDS, { place })).toMatchObject({ error: { code: 'refused' } });
});

it.each([
  ['the connection was cut', 'cut', (socket: Socket) => socket.destroy()],
  ['the answer was cut', 'cut', (socket: Socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nx')],
  ['no HTTP', 'no-http', (socket: Socket) => socket.end('SSH-2.0-OpenSSH\r\n')],
  ['nothing came', 'timeout', () => {}],
])('says what stopped it: %s', async (_, code, answer) => {
  const there = await raw((socket) => void socket.once('data', () => answer(socket)));
  expect(await sendRequest(IMDS, { ...there, timeoutMs: 300 })).toMatchObject({ error: { code } });
});

it('says what stopped it: no TLS there', async () => {
  const there = await raw((socket) => socket.once('data', () => socket.end('HTTP/1.1 400 No\r\n\r\n')));
  const answer = await sendRequest({ ...IMDS, url: 'https://management.azure.com/' }, there);
  expect(answer).toMatchObject({ error: { code: 'tls' } });
});

it('says what stopped it: a name that does not exist', async () => {
  const place = { host: 'nobody.invalid', port: 80 };
  expect(await sendRequest(IMDS, { place })).toMatchObject({ error: { code: 'no-name' } });
});

it('sends nothing to a name that is none of the lab, whoever asks', () => {
  expect(() => sendRequest({ ...IMDS, url: 'http://127.0.0.1/' })).toThrow();
});
