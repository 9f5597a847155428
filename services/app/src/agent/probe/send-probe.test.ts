import { once } from 'node:events';
import { createServer as createHttp, type RequestListener } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { type AddressInfo, createServer as createTcp, type Server, type Socket } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { certificateAuthority, leafCertificate } from '@lab/shared/x509/certificates.ts';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { sendProbe } from './send-probe.ts';

const open: Server[] = [];
const sockets = new Set<Socket>();
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await Promise.all(open.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

async function listening(server: Server): Promise<number> {
  open.push(server);
  server.on('connection', (socket: Socket) => sockets.add(socket.on('error', () => {})));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}
const http = async (listener: RequestListener) => `http://127.0.0.1:${await listening(createHttp(listener))}/`;

it('an answer is its status, the address that gave it, and nothing of what it says', async () => {
  const url = await http((_req, res) => res.end('{"value":"hunter2"}'));
  const probed = await sendProbe({ url });
  expect(probed).toEqual({ status: 200, address: '127.0.0.1', durationMs: expect.any(Number) });
});

it.each([
  ['{"error":{"code":"Forbidden","message":"No."}}', {}, 'Forbidden'],
  ['{"error":"invalid_request","error_description":"Identity not found"}', {}, 'invalid_request'],
  ['<Error/>', { 'x-ms-error-code': 'AuthorizationPermissionMismatch' }, 'AuthorizationPermissionMismatch'],
  ['{"error":{"code":"eyJhbGciOiJub25lIn0.e30."}}', {}, undefined],
  ['{"error":"a sentence that may quote something"}', {}, undefined],
  ['no JSON', {}, undefined],
])('of a refusal it keeps the code alone: %s', async (body, headers, code) => {
  const url = await http((_req, res) => res.writeHead(403, headers).end(body));
  expect(await sendProbe({ url })).toMatchObject({ status: 403 });
  expect((await sendProbe({ url })).code).toBe(code);
});

it('follows no redirect', async () => {
  let asked = 0;
  const url = await http((_req, res) => {
    asked += 1;
    res.writeHead(302, { location: '/further' }).end();
  });
  expect([(await sendProbe({ url })).status, asked]).toEqual([302, 1]);
});

it('an answer without end is not kept in memory, and ends with the time', async () => {
  const url = await http((_req, res) => {
    const more = () => {
      while (res.write('x'.repeat(64 * 1024)));
    };
    res.on('drain', more).on('error', () => {});
    more();
  });
  expect(await sendProbe({ url, timeoutMs: 200 }, (body) => body.length)).toMatchObject({ failure: 'timeout' });
});

describe('how far a request came', () => {
  it('no name', async () => {
    const url = `http://${'a'.repeat(64)}/`; // longer than a label can be, so that no name server is asked
    expect(await sendProbe({ url, timeoutMs: 2_000 })).toMatchObject({ failure: 'no-name' });
  });

  it('refused, by whom', async () => {
    const port = await listening(createTcp());
    await Promise.all(open.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
    expect(await sendProbe({ url: `http://127.0.0.1:${port}/` })).toMatchObject({
      failure: 'refused',
      code: 'ECONNREFUSED',
    });
  });

  it('a connection on which nobody says a word', async () => {
    const port = await listening(createTcp());
    expect(await sendProbe({ url: `http://127.0.0.1:${port}/`, timeoutMs: 100 })).toMatchObject({
      failure: 'timeout',
      address: '127.0.0.1',
    });
  });

  it('no TLS where TLS was meant', async () => {
    const url = await http((_req, res) => res.end());
    expect(await sendProbe({ url: url.replace('http:', 'https:') })).toMatchObject({ failure: 'tls' });
  });

  it('a server that it believes, under a name that its certificate is not for: it asks nothing', async () => {
    const trusted = getCACertificates('default');
    onTestFinished(() => setDefaultCACertificates(trusted));
    const now = Math.floor(Date.now() / 1_000);
    const validity = { notBefore: now - 60, notAfter: now + 600 };
    const authority = await certificateAuthority('test', validity);
    const names = { commonName: 'vault', dnsNames: ['vault.azure.net', '127.0.0.1.vault.azure.net'] };
    const { cert, key } = await leafCertificate(authority, { ...names, ipAddresses: ['127.0.0.1'], validity });
    let asked = 0;
    const port = await listening(
      createHttps({ cert, key }, (_req, res) => {
        asked += 1;
        res.end();
      }),
    );
    const stranger = await sendProbe({ url: `https://127.0.0.1:${port}/` });
    expect(stranger).toMatchObject({ failure: 'tls', code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
    setDefaultCACertificates([...trusted, authority.cert]);
    const otherName = await sendProbe({ url: `https://localhost:${port}/`, headers: { Authorization: 'Bearer x' } });
    expect(otherName).toMatchObject({ failure: 'tls', code: 'ERR_TLS_CERT_ALTNAME_INVALID', address: '127.0.0.1' });
    expect(asked).toBe(0);
    expect(await sendProbe({ url: `https://127.0.0.1:${port}/` })).toMatchObject({ status: 200 });
  });

  it('hung up', async () => {
    const port = await listening(createTcp((socket) => socket.destroy()));
    expect(await sendProbe({ url: `http://127.0.0.1:${port}/` })).toMatchObject({ failure: 'closed' });
  });
});
