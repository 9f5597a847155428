import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';
import { mistake } from './mistake.ts';
import type { LabOptions } from './types.ts';

/** Where keys come from, and by what that server proves to be the one that is meant. */
export type Authority = {
  readonly origin: string;
  /** PEM. The only authorities that its certificate may come from, whatever else this process trusts. */
  readonly ca: readonly string[];
  readonly isLab: boolean;
};

/**
 * The real Entra. It is told by the certificate authorities that Node itself knows, without those that
 * `NODE_EXTRA_CA_CERTS` or the system adds: where the lab plays Entra under its real name, its keys are not taken.
 */
export const ENTRA: Authority = { origin: 'https://login.microsoftonline.com', ca: rootCertificates, isLab: false };

/** Name of the lab's certificate authority for public names. */
const LAB_CA = 'Managed identity lab, public names';

/**
 * The lab's Entra, told by the lab's certificate authority alone: the real Entra, which that one never certified, cannot be
 * taken for it.
 * @throws TypeError where there is no such authority.
 */
export function labAuthority({ authority, ca }: LabOptions, environment: NodeJS.ProcessEnv): Authority {
  const url = authority ?? (environment.AZURE_AUTHORITY_HOST || ENTRA.origin);
  if (!URL.canParse(url) || new URL(url).protocol !== 'https:') {
    throw mistake('lab.authority', `expected an https URL, not '${url}'`);
  }
  if (ca !== undefined && typeof ca !== 'string') throw mistake('lab.ca', 'expected PEM, as a text');
  const found = certificatesIn(ca ?? extraCertificates(environment)).filter(
    (certificate) => certificate.ca && certificate.toLegacyObject().subject.CN === LAB_CA,
  );
  if (found.length === 0) {
    throw mistake(
      'lab',
      `no certificate authority of the managed identity lab in ${ca === undefined ? 'NODE_EXTRA_CA_CERTS' : 'lab.ca'}`,
    );
  }
  return { origin: new URL(url).origin, ca: found.map((certificate) => certificate.toString()), isLab: true };
}

function extraCertificates({ NODE_EXTRA_CA_CERTS: path }: NodeJS.ProcessEnv): string {
  try {
    return path ? readFileSync(path, 'utf8') : '';
  } catch {
    return '';
  }
}

const PEM = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

const certificatesIn = (pem: string): X509Certificate[] =>
  (pem.match(PEM) ?? []).flatMap((text) => {
    try {
      return [new X509Certificate(text)];
    } catch {
      return []; // one of a bundle that this version of Node cannot read
    }
  });
