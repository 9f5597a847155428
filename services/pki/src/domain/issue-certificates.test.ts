import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { systemClock } from '@lab/shared/clock.ts';
import { keyPairFiles } from '@lab/shared/http/tls.ts';
import { certificateAuthority, leafCertificate } from '@lab/shared/x509/certificates.ts';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { filesIn, issueCertificates, PUBLIC_SUFFIXES } from './issue-certificates.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'pki-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const services = [
  { service: 'keyvault', publicNames: ['kv-lab.vault.azure.net'] },
  { service: 'imds', publicNames: [] },
];
const issue = (options: { clock?: { now(): number }; services?: typeof services } = {}) =>
  issueCertificates({ files: filesIn(directory), services, clock: systemClock, ...options });
const certificate = (path: string) => new X509Certificate(readFileSync(join(directory, path)));
const later = (days: number) => ({ now: () => systemClock.now() + days * 86_400 });

it('gives each service its names, signed by the right authority', async () => {
  await issue();
  const publicCa = certificate('public-ca/ca.pem');
  const fabricCa = certificate('imds/tls/fabric-ca.pem');
  expect(certificate('keyvault/tls/public.pem').checkHost('kv-lab.vault.azure.net')).toBeDefined();
  expect(certificate('keyvault/tls/public.pem').verify(publicCa.publicKey)).toBe(true);
  expect(certificate('imds/tls/fabric.pem').checkHost('imds.fabric')).toBeDefined();
  expect(certificate('imds/tls/fabric.pem').verify(fabricCa.publicKey)).toBe(true);
  expect(() => certificate('imds/tls/public.pem')).toThrow();
});

it.each([
  ['kv-lab.vault.azure.net', 'accepted'],
  ['login.example.com', 'permitted subtree violation'],
])('makes a public authority whose certificate for %s is met with: %s', async (name, outcome) => {
  await issue();
  const text = (path: string) => readFileSync(join(directory, path), 'utf8');
  const authority = { cert: text('public-ca/ca.pem'), key: text('pki/public-ca.key') };
  const now = systemClock.now();
  const validity = { notBefore: now - 60, notAfter: now + 60 };
  const server = createServer(await leafCertificate(authority, { commonName: name, dnsNames: [name], validity }));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const met = await new Promise<string>((resolve) => {
    const options = { host: '127.0.0.1', port, servername: name, ca: authority.cert };
    const socket = connect(options, () => resolve('accepted')).on('error', (error) => resolve(error.message));
    socket.on('close', () => server.close());
    socket.on('secureConnect', () => socket.end());
  });
  expect(met).toBe(outcome);
});

it.each([
  ['keyvault', 'vault.azure.net'],
  ['blob', 'blob.core.windows.net'],
])('certifies %s for its suffix and for every name right below it, and no deeper', async (service, suffix) => {
  const certified = [{ service, publicNames: [suffix] }];
  await issue({ services: certified });
  const leaf = certificate(`${service}/tls/public.pem`);
  const isFor = (name: string) => leaf.checkHost(name) !== undefined;
  expect([suffix, `new.${suffix}`, `a.b.${suffix}`, `x${suffix}`].map(isFor)).toEqual([true, true, false, false]);
  expect((await issue({ services: certified })).issued).toEqual([]);
});

it('keeps what exists and is still good', async () => {
  await issue();
  const before = certificate('keyvault/tls/public.pem').serialNumber;
  expect((await issue()).issued).toEqual([]);
  expect(certificate('keyvault/tls/public.pem').serialNumber).toBe(before);
});

it('issues a leaf anew when a tenth of its life is left, and keeps the authorities', async () => {
  await issue();
  expect((await issue({ clock: later(350) })).issued).toEqual([]);
  expect((await issue({ clock: later(360) })).issued.sort()).toEqual(['fabric', 'fabric', 'public']);
});

it('issues a leaf anew when a name is added', async () => {
  await issue();
  const more = [{ service: 'keyvault', publicNames: ['kv-lab.vault.azure.net', 'kv-two.vault.azure.net'] }];
  expect((await issue({ services: more })).issued).toEqual(['public']);
});

it('lets nobody but the owner read a key', async () => {
  await issue();
  for (const path of ['pki/public-ca.key', 'keyvault/tls/public.key', 'imds/tls/fabric.key']) {
    expect(statSync(join(directory, path)).mode & 0o077).toBe(0);
  }
});

it('tells a running service of a renewed certificate', async () => {
  await issue();
  const source = keyPairFiles(join(directory, 'imds', 'tls'), 'fabric', 20);
  const renewed = new Promise<string>((resolve) => source.onRenewal(({ cert }) => resolve(cert)));
  const before = source.current().cert;
  await issue({ clock: later(360) });
  expect(await renewed).not.toBe(before);
});

it('makes the public authority anew, and what it signed, when a suffix has come that it may not issue for', async () => {
  await issue();
  const now = systemClock.now();
  const validity = { notBefore: now - 60, notAfter: now + 3_650 * 86_400 };
  const permitted = { domains: PUBLIC_SUFFIXES.slice(1), loopback: false };
  const earlier = await certificateAuthority('An earlier lab', validity, permitted);
  writeFileSync(join(directory, 'pki/public-ca.pem'), earlier.cert);
  writeFileSync(join(directory, 'pki/public-ca.key'), earlier.key);
  expect((await issue()).issued).toEqual(['public-ca', 'public']);
  expect((await issue()).issued).toEqual([]);
});
