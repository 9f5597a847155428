import { X509Certificate } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Clock } from '@lab/shared/clock.ts';
import { fabricName } from '@lab/shared/fabric/peers.ts';
import type { KeyPair } from '@lab/shared/http/tls.ts';
import { certificateAuthority, leafCertificate, permittedDomains } from '@lab/shared/x509/certificates.ts';

const DAY = 86_400;

/** Suffixes that the public authority may issue for. Clients refuse a certificate of its for any other name. */
export const PUBLIC_SUFFIXES = [
  'login.microsoftonline.com',
  'management.azure.com',
  'graph.microsoft.com',
  'vault.azure.net',
  'blob.core.windows.net',
  'oic.prod-aks.azure.com',
  'database.windows.net',
  'azurewebsites.net',
] as const;

/**
 * Suffixes below which resources come and go while the lab runs. Who is certified for one is certified for all names right
 * below it too, as Azure's own certificates are.
 */
const WILDCARD_SUFFIXES: ReadonlySet<string> = new Set(['vault.azure.net', 'blob.core.windows.net']);

export type Certified = {
  /** Name of the service; its directory under the state directory and, with `.fabric`, its name on the fabric. */
  readonly service: string;
  /** Names its public certificate is for. None: it gets a fabric certificate only. */
  readonly publicNames: readonly string[];
};

/** Where certificates and keys are kept, by path: `entra/tls/public.pem`. */
export type CertificateFiles = {
  read(path: string): string | undefined;
  write(path: string, content: string, mode: number): void;
};

export type IssueOptions = {
  readonly files: CertificateFiles;
  readonly services: readonly Certified[];
  readonly clock: Clock;
  /** Days a leaf certificate is valid; it is issued anew when a tenth of that is left. */
  readonly leafDays?: number;
  /** The embedded lab: public certificates are for localhost and 127.0.0.1 too, and the authority may issue for them. */
  readonly loopback?: boolean;
};

/** What was done, for the log: names of certificates, never keys. */
export type Issued = { readonly kept: string[]; readonly issued: string[] };

/**
 * Two certificate authorities and a leaf certificate per service, as files; what exists and is still good is kept.
 *
 * One authority is for the public names, with critical name constraints; the other for the fabric. Their keys stay in
 * `pki/`, which no other service mounts. Workloads get the public authority's certificate only.
 */
export async function issueCertificates({
  files,
  services,
  clock,
  leafDays = 397,
  loopback = false,
}: IssueOptions): Promise<Issued> {
  const report: Issued = { kept: [], issued: [] };
  const now = clock.now();
  const authorityValidity = { notBefore: now - DAY, notAfter: now + 3650 * DAY };
  const authorities = 'pki';
  const permitted = { domains: loopback ? [...PUBLIC_SUFFIXES, 'localhost'] : PUBLIC_SUFFIXES, loopback };
  const publicCa = await keepOr(
    files,
    authorities,
    'public-ca',
    // One of an earlier version of the lab may not know all suffixes.
    (pair) => isCurrent(pair, now, 0) && mayIssueFor(pair, permitted.domains),
    report,
    () => certificateAuthority('Managed identity lab, public names', authorityValidity, permitted),
  );
  const fabricCa = await keepOr(
    files,
    authorities,
    'fabric-ca',
    (pair) => isCurrent(pair, now, 0),
    report,
    () => certificateAuthority('Managed identity lab, fabric', authorityValidity),
  );
  files.write('public-ca/ca.pem', publicCa.cert, 0o644);

  const validity = { notBefore: now - 3600, notAfter: now + leafDays * DAY };
  const goodFor = (names: readonly string[], authority: KeyPair) => (pair: KeyPair) =>
    isCurrent(pair, now, (leafDays * DAY) / 10) && isFor(pair, names) && isIssuedBy(pair, authority);
  for (const { service, publicNames } of services) {
    const tls = `${service}/tls`;
    files.write(`${tls}/public-ca.pem`, publicCa.cert, 0o644);
    files.write(`${tls}/fabric-ca.pem`, fabricCa.cert, 0o644);
    const fabricNames = [fabricName(service)];
    await keepOr(files, tls, 'fabric', goodFor(fabricNames, fabricCa), report, () =>
      leafCertificate(fabricCa, { commonName: fabricName(service), dnsNames: fabricNames, validity }),
    );
    if (publicNames.length === 0) continue;
    const wildcards = publicNames.filter((name) => WILDCARD_SUFFIXES.has(name)).map((name) => `*.${name}`);
    const dnsNames = [...publicNames, ...wildcards, ...(loopback ? ['localhost'] : [])];
    const ipAddresses = loopback ? ['127.0.0.1'] : [];
    await keepOr(files, tls, 'public', goodFor(dnsNames, publicCa), report, () =>
      leafCertificate(publicCa, { commonName: dnsNames[0] as string, dnsNames, ipAddresses, validity }),
    );
  }
  return report;
}

async function keepOr(
  files: CertificateFiles,
  directory: string,
  name: string,
  isGood: (pair: KeyPair) => boolean,
  report: Issued,
  issue: () => Promise<KeyPair>,
): Promise<KeyPair> {
  const known = read(files, `${directory}/${name}`);
  if (known && isGood(known)) {
    report.kept.push(name);
    return known;
  }
  const pair = await issue();
  // The key first: a running service reads both when the certificate changes.
  files.write(`${directory}/${name}.key`, pair.key, 0o600);
  files.write(`${directory}/${name}.pem`, pair.cert, 0o644);
  report.issued.push(name);
  return pair;
}

function read(files: CertificateFiles, path: string): KeyPair | undefined {
  const [cert, key] = [files.read(`${path}.pem`), files.read(`${path}.key`)];
  if (cert === undefined || key === undefined) return undefined;
  try {
    new X509Certificate(cert);
    return { cert, key };
  } catch {
    return undefined;
  }
}

/** Files below a directory, replaced by rename, so that whoever reads meanwhile sees the old one or the new one, whole. */
export const filesIn = (directory: string): CertificateFiles => ({
  read: (path) => {
    try {
      return readFileSync(join(directory, path), 'utf8');
    } catch {
      return undefined;
    }
  },
  write: (path, content, mode) => {
    const whole = join(directory, path);
    mkdirSync(dirname(whole), { recursive: true, mode: 0o755 });
    writeFileSync(`${whole}.new`, content, { mode, flush: true });
    renameSync(`${whole}.new`, whole);
  },
});

function isCurrent({ cert }: KeyPair, now: number, marginSeconds: number): boolean {
  const { validFromDate, validToDate } = new X509Certificate(cert);
  return validFromDate.getTime() / 1000 <= now && now < validToDate.getTime() / 1000 - marginSeconds;
}

function isFor({ cert }: KeyPair, names: readonly string[]): boolean {
  const certificate = new X509Certificate(cert);
  return names.every((name) => certificate.checkHost(name) !== undefined);
}

function mayIssueFor({ cert }: KeyPair, domains: readonly string[]): boolean {
  const permitted = permittedDomains(cert) ?? [];
  return permitted.length === domains.length && domains.every((domain) => permitted.includes(domain));
}

const isIssuedBy = ({ cert }: KeyPair, authority: KeyPair): boolean =>
  new X509Certificate(cert).verify(new X509Certificate(authority.cert).publicKey);
