import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { certificateAuthority, leafCertificate } from '../x509/certificates.ts';
import { fetchKeySetTrusting } from './fetch-key-set.ts';

const now = Math.floor(Date.now() / 1000);
const validity = { notBefore: now - 60, notAfter: now + 3600 };

/** Fetches keys, trusting `trusted`, from a server whose certificate is signed by `signer`. */
async function fetchFrom(signer: { cert: string; key: string }, trusted: string, status = 200) {
  let requests = 0;
  const pair = await leafCertificate(signer, { commonName: 'localhost', dnsNames: ['localhost'], validity });
  const server = createServer(pair, (_req, res) => {
    requests += 1;
    res.writeHead(status).end('{"keys":[]}');
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const fetchKeySet = fetchKeySetTrusting(trusted, 'keyvault');
  onTestFinished(async () => {
    await fetchKeySet.close();
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const answer = await fetchKeySet(`https://localhost:${port}/keys`).catch(() => 'refused');
  return { answer, requests };
}

it('takes keys from a server that the authority vouches for', async () => {
  const ca = await certificateAuthority('public', validity);
  expect(await fetchFrom(ca, ca.cert)).toEqual({ answer: { keys: [] }, requests: 1 });
  expect(await fetchFrom(ca, ca.cert, 503)).toEqual({ answer: 'refused', requests: 1 });
});

it('takes keys from no server that the authority does not vouch for', async () => {
  const [ca, other] = await Promise.all([
    certificateAuthority('public', validity),
    certificateAuthority('x', validity),
  ]);
  expect(await fetchFrom(other, ca.cert)).toEqual({ answer: 'refused', requests: 0 });
});
