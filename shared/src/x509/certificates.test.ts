import { X509Certificate } from 'node:crypto';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:tls';
import { expect, it } from 'vitest';
import { certificateAuthority, leafCertificate, selfSigned, thumbprints } from './certificates.ts';

const now = Math.floor(Date.now() / 1000);
const validity = { notBefore: now - 60, notAfter: now + 3600 };

it('issues leaf certificates that its authority verifies', async () => {
  const ca = await certificateAuthority('Test CA', validity);
  const leaf = new X509Certificate(
    (await leafCertificate(ca, { commonName: 'arm.fabric', dnsNames: ['arm.fabric'], validity })).cert,
  );
  expect(leaf.verify(new X509Certificate(ca.cert).publicKey)).toBe(true);
  expect(leaf.checkHost('arm.fabric')).toBe('arm.fabric');
});

const handshake = async (ca: { cert: string; key: string }, name: string): Promise<string> => {
  const leaf = await leafCertificate(ca, { commonName: name, dnsNames: [name], validity });
  const server = createServer(leaf).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  const outcome = await new Promise<string>((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, servername: name, ca: ca.cert }, () => resolve('accepted'));
    socket.on('error', (error) => resolve(error.message));
  });
  server.closeAllConnections();
  server.close();
  return outcome;
};

it.each([
  ['kv-lab.vault.azure.net', 'accepted'],
  ['login.example.com', 'permitted subtree violation'],
])('constrains an authority to its names: %s is %s', async (name, outcome) => {
  const ca = await certificateAuthority('Test CA', validity, { domains: ['vault.azure.net'], loopback: false });
  expect(await handshake(ca, name)).toBe(outcome);
});

it('makes self-signed RSA certificates with the thumbprints of their DER form', async () => {
  const { cert } = await selfSigned('test', 'RSA-2048', validity);
  const parsed = new X509Certificate(cert);
  expect(thumbprints(cert).sha1.toString('hex').toUpperCase()).toBe(parsed.fingerprint.replaceAll(':', ''));
  expect(thumbprints(cert).sha256.toString('hex').toUpperCase()).toBe(parsed.fingerprint256.replaceAll(':', ''));
});
