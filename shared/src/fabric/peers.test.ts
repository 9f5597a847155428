import type { Request } from 'express';
import { expect, it } from 'vitest';
import { peerOf } from './peers.ts';

/** A request over a connection with this client certificate. */
const from = (CN: unknown, authorized = true) =>
  ({ socket: { authorized, getPeerCertificate: () => ({ subject: { CN } }) } }) as unknown as Request;

it('knows a peer by the name in its certificate', () => expect(peerOf(from('imds.fabric'))).toBe('imds'));

it('knows no peer by a certificate that was not verified', () =>
  expect(peerOf(from('imds.fabric', false))).toBeUndefined());

it.each(['imds', 'kv-lab.vault.azure.net', 'imds.fabric.example', ['imds.fabric', 'arm.fabric'], undefined])(
  'knows no peer by a name outside of the fabric: %j',
  (name) => expect(peerOf(from(name))).toBeUndefined(),
);

it('knows no peer on a plain connection', () => {
  expect(peerOf({ socket: {} } as unknown as Request)).toBeUndefined();
});
