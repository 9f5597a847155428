import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import type { KeyPair } from '../http/tls.ts';
import { certificateAuthority, leafCertificate } from '../x509/certificates.ts';
import { fabricClient } from './client.ts';

const now = Math.floor(Date.now() / 1000);
const validity = { notBefore: now - 60, notAfter: now + 3600 };
const leaf = (authority: KeyPair, service: string) =>
  leafCertificate(authority, { commonName: service, dnsNames: [`${service}.fabric`], validity });

let fabric: KeyPair;
let own: KeyPair;
const closing: (() => unknown)[] = [];
beforeAll(async () => {
  fabric = await certificateAuthority('fabric', validity);
  own = await leaf(fabric, 'imds');
});
afterAll(() => closing.map((close) => close()));

/** Calls `arm` where a server with this certificate listens. */
async function callArmAt(pair: KeyPair) {
  const heard: (string | undefined)[] = [];
  const server = createServer({ ...pair, ca: fabric.cert, requestCert: true }, (req, res) => {
    heard.push(req.url);
    res.end('{"answer":1}');
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const origins = { arm: `https://127.0.0.1:${(server.address() as AddressInfo).port}` };
  const keyPair = { current: () => own, onRenewal: () => () => {} };
  const client = fabricClient({ keyPair, ca: fabric.cert, origins });
  const outcome = await client.call('arm', 'GET', '/feed').then(
    ({ status }) => status,
    (error) => error.code,
  );
  await client.close();
  return { outcome, heard };
}

it('calls a service with its own certificate, and is answered', async () => {
  expect(await callArmAt(await leaf(fabric, 'arm'))).toEqual({ outcome: 200, heard: ['/feed'] });
});

it('sends nothing to a service that has another name', async () => {
  const { outcome, heard } = await callArmAt(await leaf(fabric, 'blob'));
  expect([outcome, heard]).toEqual(['ERR_TLS_CERT_ALTNAME_INVALID', []]);
});

it('sends nothing to a service of another authority', async () => {
  const other = await certificateAuthority('other', validity);
  const { outcome, heard } = await callArmAt(await leaf(other, 'arm'));
  expect([outcome, heard]).toEqual(['UNABLE_TO_VERIFY_LEAF_SIGNATURE', []]);
});
