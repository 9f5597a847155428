/**
 * X.509 for the lab: keys, certificate authorities, leaf certificates, self-signed certificates. All in PEM.
 * Written with `@peculiar/x509`; who keeps which key is the caller's business.
 */
import 'reflect-metadata'; // x509 needs the polyfill before it is loaded
import { createHash, createPrivateKey, randomBytes, webcrypto, X509Certificate } from 'node:crypto';
import { AsnConvert } from '@peculiar/asn1-schema';
import {
  GeneralName,
  GeneralSubtree,
  GeneralSubtrees,
  id_ce_nameConstraints,
  NameConstraints,
} from '@peculiar/asn1-x509';
import * as x509 from '@peculiar/x509';
import type { KeyPair } from '../http/tls.ts';

x509.cryptoProvider.set(webcrypto as never);

export type KeyAlgorithm = 'RSA-2048' | 'P-256';

export type Validity = {
  /** Epoch seconds. */
  readonly notBefore: number;
  readonly notAfter: number;
};

const ALGORITHM = {
  'RSA-2048': {
    name: 'RSASSA-PKCS1-v1_5',
    hash: 'SHA-256',
    publicExponent: new Uint8Array([1, 0, 1]),
    modulusLength: 2048,
  },
  'P-256': { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
} as const;

/** A self-signed certificate with its key, as identities and token signing use it. */
export async function selfSigned(commonName: string, algorithm: KeyAlgorithm, validity: Validity): Promise<KeyPair> {
  const keys = await generate(algorithm);
  const cert = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: nameOf(commonName),
    ...dates(validity),
    keys,
    signingAlgorithm: ALGORITHM[algorithm],
    extensions: [new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true)],
  });
  return { cert: pem(cert), key: await exportKey(keys.privateKey) };
}

/**
 * A certificate authority. With `permittedDomains` it carries critical name constraints (RFC 5280, section 4.2.1.10):
 * a certificate of its for any other name, or for any IP address that is not permitted, is refused by every client.
 */
export async function certificateAuthority(
  commonName: string,
  validity: Validity,
  permitted?: { readonly domains: readonly string[]; readonly loopback: boolean },
): Promise<KeyPair> {
  const keys = await generate('P-256');
  const cert = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: nameOf(commonName),
    ...dates(validity),
    keys,
    signingAlgorithm: ALGORITHM['P-256'],
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      ...(permitted ? [nameConstraints(permitted)] : []),
    ],
  });
  return { cert: pem(cert), key: await exportKey(keys.privateKey) };
}

/** A TLS certificate for these DNS names and IP addresses, for servers and clients, signed by an authority. */
export async function leafCertificate(
  authority: KeyPair,
  {
    commonName,
    dnsNames,
    ipAddresses = [],
    validity,
  }: {
    commonName: string;
    dnsNames: readonly string[];
    ipAddresses?: readonly string[];
    validity: Validity;
  },
): Promise<KeyPair> {
  const keys = await generate('P-256');
  const issuer = new x509.X509Certificate(authority.cert);
  const cert = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: nameOf(commonName),
    issuer: issuer.subject,
    ...dates(validity),
    signingKey: await importKey(authority.key),
    publicKey: keys.publicKey,
    signingAlgorithm: ALGORITHM['P-256'],
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth, x509.ExtendedKeyUsage.clientAuth]),
      new x509.SubjectAlternativeNameExtension([
        ...dnsNames.map((value) => ({ type: 'dns' as const, value })),
        ...ipAddresses.map((value) => ({ type: 'ip' as const, value })),
      ]),
      await x509.AuthorityKeyIdentifierExtension.create(issuer),
    ],
  });
  return { cert: pem(cert), key: await exportKey(keys.privateKey) };
}

/** SHA-1 and SHA-256 over the DER form: what `x5t` and `x5t#S256` hold. */
export function thumbprints(certificate: string): { readonly sha1: Buffer; readonly sha256: Buffer } {
  const { raw } = new X509Certificate(certificate);
  return { sha1: createHash('sha1').update(raw).digest(), sha256: createHash('sha256').update(raw).digest() };
}

const newKeys = (algorithm: KeyAlgorithm) =>
  webcrypto.subtle.generateKey(ALGORITHM[algorithm], true, ['sign', 'verify']) as Promise<webcrypto.CryptoKeyPair>;

const prepared: Promise<webcrypto.CryptoKeyPair>[] = [];

/**
 * Begins to make RSA keys for those who will ask for some soon. Each takes a tenth of a second on another thread, so that
 * whoever starts a whole lab begins with them. Each is given away once.
 */
export function prepareRsaKeys(count: number): void {
  for (let index = 0; index < count && prepared.length < 32; index += 1) {
    const keys = newKeys('RSA-2048');
    keys.catch(() => {}); // told to whoever gets them
    prepared.push(keys);
  }
}

const generate = (algorithm: KeyAlgorithm) =>
  (algorithm === 'RSA-2048' ? prepared.shift() : undefined) ?? newKeys(algorithm);

const nameOf = (commonName: string) => [{ CN: [commonName] }];

const dates = ({ notBefore, notAfter }: Validity) => ({
  notBefore: new Date(notBefore * 1000),
  notAfter: new Date(notAfter * 1000),
});

/** 126 random bits with the first bit clear and the number not zero: positive, as RFC 5280 wants it. */
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.toString('hex');
}

const pem = (cert: x509.X509Certificate): string => `${cert.toString('pem').trim()}\n`;

async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key));
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }).export({
    format: 'pem',
    type: 'pkcs8',
  }) as string;
}

const importKey = (key: string): Promise<webcrypto.CryptoKey> =>
  webcrypto.subtle.importKey(
    'pkcs8',
    createPrivateKey(key).export({ format: 'der', type: 'pkcs8' }),
    ALGORITHM['P-256'],
    false,
    ['sign'],
  ) as Promise<webcrypto.CryptoKey>;

/** Domains that an authority may issue for, itself and below; undefined when it is not constrained. */
export function permittedDomains(authorityPem: string): string[] | undefined {
  const extension = new x509.X509Certificate(authorityPem).getExtension(id_ce_nameConstraints);
  if (!extension) return undefined;
  const { permittedSubtrees } = AsnConvert.parse(extension.value, NameConstraints);
  return [...(permittedSubtrees ?? [])].flatMap(({ base }) => base.dNSName ?? []);
}

function nameConstraints({ domains, loopback }: { domains: readonly string[]; loopback: boolean }): x509.Extension {
  const dns = (dNSName: string) => new GeneralSubtree({ base: new GeneralName({ dNSName }) });
  const ip = (iPAddress: string) => new GeneralSubtree({ base: new GeneralName({ iPAddress }) });
  // Permitting one address forbids all others; with none permitted they have to be excluded by name.
  const constraints = new NameConstraints(
    loopback
      ? { permittedSubtrees: new GeneralSubtrees([...domains.map(dns), ip('127.0.0.1/32')]) }
      : {
          permittedSubtrees: new GeneralSubtrees(domains.map(dns)),
          excludedSubtrees: new GeneralSubtrees([ip('0.0.0.0/0'), ip('::/0')]),
        },
  );
  return new x509.Extension(id_ce_nameConstraints, true, AsnConvert.serialize(constraints));
}
