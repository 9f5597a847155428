import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { getCACertificates } from 'node:tls';
import { type CertificateFiles, issueCertificates } from '@lab/pki/domain/issue-certificates.ts';
import { systemClock } from '@lab/shared/clock.ts';
import type { TlsConfig } from '@lab/shared/config.ts';
import type { Peer } from '@lab/shared/fabric/peers.ts';
import type { KeyPairSource } from '@lab/shared/http/tls.ts';

export type Certificates = {
  tlsOf(service: Peer): TlsConfig;
  /** PEM of the authority that signs for the public names and for loopback. */
  readonly publicCa: string;
};

const PEERS = ['entra', 'arm', 'imds', 'appservice', 'keyvault', 'blob', 'cluster', 'api', 'portal'] as const;

/** Which service has the certificate that all present to programs: they share the name `localhost`. */
const PUBLIC = 'entra';
const PUBLIC_NAMES = [
  'login.microsoftonline.com',
  'management.azure.com',
  'graph.microsoft.com',
  'vault.azure.net',
  'blob.core.windows.net',
];

/** Authorities and certificates of this lab alone; those of an earlier start are kept where their files are. */
export async function certificatesOf(files: CertificateFiles, issuerHosts: readonly string[]): Promise<Certificates> {
  const services = PEERS.map((service) => ({
    service,
    publicNames: service === PUBLIC ? [...PUBLIC_NAMES, ...new Set(issuerHosts)] : [],
  }));
  await issueCertificates({ files, services, clock: systemClock, loopback: true });
  const read = (path: string): string => {
    const text = files.read(path);
    if (text === undefined) throw new Error(`there is no ${path}`);
    return text;
  };
  const pair = (name: string): KeyPairSource => {
    const both = { cert: read(`${name}.pem`), key: read(`${name}.key`) };
    return { current: () => both, onRenewal: () => () => {} };
  };
  const publicCa = read('public-ca/ca.pem');
  const publicKeyPair = pair(`${PUBLIC}/tls/public`);
  return {
    publicCa,
    tlsOf: (service) => ({
      publicKeyPair,
      publicCa,
      fabricKeyPair: pair(`${service}/tls/fabric`),
      fabricCa: read(`${service}/tls/fabric-ca.pem`),
    }),
  };
}

/** One file with what this machine trusts and the lab's authority, so that it can stand in for the former. @returns its path. */
export function writeCaBundle(directory: string, publicCa: string): string {
  const path = join(directory, 'ca-bundle.pem');
  writeFileSync(path, [...systemCertificates(), publicCa].join('\n'));
  return path;
}

function systemCertificates(): string[] {
  const system = getCACertificates('system');
  return system.length > 0 ? system : getCACertificates('bundled');
}
