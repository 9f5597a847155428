import { readFileSync } from 'node:fs';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';

/**
 * Makes this process a program that runs where the environment is from: sets its variables, and trusts the lab's authority
 * besides those that are trusted already. Node reads `NODE_EXTRA_CA_CERTS` when it starts and never again, which is why a
 * test that starts the lab itself needs more than variables. Worker threads and processes of their own are not reached.
 *
 * @param place The lab, or one of its machines.
 * @returns undoes it. Credentials that were made meanwhile keep what they have read.
 * @see https://nodejs.org/api/tls.html#tlssetdefaultcacertificatescerts
 */
export function useLab({ environment }: { readonly environment: Readonly<Record<string, string>> }): () => void {
  const before = Object.keys(environment).map((name) => [name, process.env[name]] as const);
  const trusted = getCACertificates('default');
  const added = certificatesIn(environment.NODE_EXTRA_CA_CERTS).filter((certificate) => !trusted.includes(certificate));
  setDefaultCACertificates([...trusted, ...added]);
  Object.assign(process.env, environment);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    // Others may have added theirs since then.
    setDefaultCACertificates(getCACertificates('default').filter((certificate) => !added.includes(certificate)));
  };
}

const certificatesIn = (file: string | undefined): string[] =>
  file === undefined
    ? []
    : Array.from(readFileSync(file, 'utf8').matchAll(CERTIFICATE), ([certificate]) => certificate);

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;
