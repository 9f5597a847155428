import { connect } from 'node:tls';
import { afterEach, expect, it } from 'vitest';
import { certificateAuthority, leafCertificate } from '../x509/certificates.ts';
import { listenAll, type Running } from './lifecycle.ts';
import type { KeyPair } from './tls.ts';

let running: Running | undefined;
afterEach(() => running?.close());

const now = Math.floor(Date.now() / 1000);
const validity = { notBefore: now - 60, notAfter: now + 3600 };

it('serves a renewed certificate to the next connection, without a restart', async () => {
  const ca = await certificateAuthority('Test CA', validity);
  const leaf = () => leafCertificate(ca, { commonName: 'x.fabric', dnsNames: ['x.fabric'], validity });
  const first = await leaf();
  let renew: (pair: KeyPair) => void = () => {};
  const keyPair = {
    current: () => first,
    onRenewal: (listener: (pair: KeyPair) => void) => {
      renew = listener;
      return () => {};
    },
  };
  const service = await listenAll({
    fabric: { app: (_req, res) => res.end(), address: { host: '127.0.0.1', port: 0 }, tls: { keyPair } },
  });
  running = service;
  const serialSeen = () =>
    new Promise<string>((resolve, reject) => {
      const socket = connect(
        { host: '127.0.0.1', port: service.ports.fabric, servername: 'x.fabric', ca: ca.cert },
        () => {
          resolve(socket.getPeerCertificate().serialNumber);
          socket.destroy();
        },
      );
      socket.on('error', reject);
    });
  const before = await serialSeen();
  renew(await leaf());
  expect(await serialSeen()).not.toBe(before);
});
