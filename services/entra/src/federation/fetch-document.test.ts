import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { certificateAuthority, leafCertificate } from '@lab/shared/x509/certificates.ts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type FetchDocument, fetchDocumentTrusting } from './fetch-document.ts';

const seconds = Math.floor(Date.now() / 1000);
const validity = { notBefore: seconds - 60, notAfter: seconds + 3_600 };
const [authority, stranger] = await Promise.all([
  certificateAuthority('public', validity),
  certificateAuthority('stranger', validity),
]);
const dnsNames = ['localhost', 'issuer.test'];
const { cert, key } = await leafCertificate(authority, { commonName: 'localhost', dnsNames, validity });

let server: Server;
let origin: string;
let asked: string[] = [];
let fetchDocument: FetchDocument & { close(): Promise<void> };
beforeAll(async () => {
  server = createServer({ cert, key }, (req, res) => {
    asked.push(req.url ?? '');
    if (req.url === '/redirect') res.writeHead(302, { Location: '/ok' }).end();
    else if (req.url === '/missing') res.writeHead(404).end('{}');
    else if (req.url === '/large') res.end(JSON.stringify({ x: 'x'.repeat(20_000) }));
    else if (req.url === '/slow') res.write('{');
    else if (req.url === '/text') res.end('secret text');
    else if (req.url === '/list') res.end('[]');
    else res.end('{"issuer":"x"}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `https://localhost:${(server.address() as AddressInfo).port}`;
  fetchDocument = fetchDocumentTrusting(authority.cert, { maxBytes: 10_000, withinMs: 300 });
});
afterAll(async () => {
  await fetchDocument.close();
  server.closeAllConnections();
  server.close();
});

it('fetches a JSON object', async () => {
  expect(await fetchDocument(`${origin}/ok`)).toEqual({ issuer: 'x' });
});

it.each(['redirect', 'missing', 'large', 'slow', 'text', 'list'])('rejects an answer that is %s', async (path) => {
  asked = [];
  const error = await fetchDocument(`${origin}/${path}`).catch((thrown) => thrown);
  expect(error).toBeInstanceOf(Error);
  expect(String(error.message)).not.toContain('secret');
  expect(asked).toEqual([`/${path}`]);
});

it('trusts no certificate of another authority', async () => {
  const distrusting = fetchDocumentTrusting(stranger.cert);
  await expect(distrusting(`${origin}/ok`)).rejects.toThrow();
  await distrusting.close();
});

it('finds every host on loopback where it is told to, and its certificate still has to be for its name', async () => {
  const { port } = server.address() as AddressInfo;
  const onLoopback = fetchDocumentTrusting(authority.cert, { loopbackPort: () => port });
  expect(await onLoopback('https://issuer.test/ok')).toEqual({ issuer: 'x' });
  await expect(onLoopback('https://stranger.test/ok')).rejects.toThrow(/stranger\.test/);
  await onLoopback.close();
});
