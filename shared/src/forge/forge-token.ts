import { createHmac, createPrivateKey, createPublicKey, type KeyObject, sign, X509Certificate } from 'node:crypto';
import { selfSigned } from '../x509/certificates.ts';
import { changesOfFlaw, type FlawName } from './flaws.ts';
import type { TokenChanges } from './forge-request.ts';

type Part = Readonly<Record<string, unknown>>;
export type ForgedToken = { readonly token: string; readonly header: Part; readonly claims: Part };

/**
 * Any token at all, written by hand: a well-kept library refuses to make most of these.
 *
 * @param wishes What is changed; a flaw first, and what else is asked for over it.
 * @param normal Header and claims of the token that Entra would issue now, and the key that it would sign with.
 */
export async function forgeToken(
  { flaw, ...own }: TokenChanges & { readonly flaw?: FlawName | undefined },
  normal: { header: Part; claims: Part; privateKey: KeyObject; now: number },
): Promise<ForgedToken> {
  const { now, privateKey } = normal;
  const basis: TokenChanges = flaw === undefined ? {} : changesOfFlaw(flaw, normal.claims);
  const { notBefore, expires } = { ...basis.lifetime, ...own.lifetime };
  const times = {
    ...(notBefore !== undefined && { nbf: now + notBefore, iat: now + notBefore }),
    ...(expires !== undefined && { exp: now + expires }),
  };
  const signer = await SIGNERS[own.signWith ?? basis.signWith ?? 'current'](privateKey);
  const header = without({ ...normal.header, ...signer.header, ...basis.header, ...own.header }, [
    ...(basis.removeHeader ?? []),
    ...(own.removeHeader ?? []),
  ]);
  const signedClaims = without({ ...normal.claims, ...times, ...basis.claims, ...own.claims }, [
    ...(basis.removeClaims ?? []),
    ...(own.removeClaims ?? []),
  ]);
  const signature = signer.sign(`${encode(header)}.${encode(signedClaims)}`);
  const claims = { ...signedClaims, ...basis.tamperedClaims, ...own.tamperedClaims };
  return { token: `${encode(header)}.${encode(claims)}.${signature.toString('base64url')}`, header, claims };
}

type Signer = { header: Part; sign: (input: string) => Buffer };

const rsa =
  (key: KeyObject, hash: 'SHA256' | 'SHA512' = 'SHA256') =>
  (input: string): Buffer =>
    sign(`RSA-${hash}`, Buffer.from(input), key);

const SIGNERS: Readonly<
  Record<NonNullable<TokenChanges['signWith']>, (published: KeyObject) => Signer | Promise<Signer>>
> = {
  current: (published) => ({ header: {}, sign: rsa(published) }),
  'current-rs512': (published) => ({ header: { alg: 'RS512' }, sign: rsa(published, 'SHA512') }),
  foreign: async () => ({ header: {}, sign: rsa((await nobody()).privateKey) }),
  none: () => ({ header: { alg: 'none' }, sign: () => Buffer.alloc(0) }),
  nothing: () => ({ header: {}, sign: () => Buffer.alloc(0) }),
  'hmac-public-key': (published) => ({
    header: { alg: 'HS256' },
    sign: (input) => {
      const pem = createPublicKey(published).export({ type: 'spki', format: 'pem' });
      return createHmac('sha256', pem).update(input).digest();
    },
  }),
  'embedded-jwk': async () => {
    const { privateKey } = await nobody();
    return { header: { jwk: createPublicKey(privateKey).export({ format: 'jwk' }) }, sign: rsa(privateKey) };
  },
  'embedded-x5c': async () => {
    const { privateKey, certificate } = await nobody();
    return { header: { x5c: [certificate.toString('base64')] }, sign: rsa(privateKey) };
  },
};

/** A key of nobody's, and its certificate as DER. Made once per process, when first asked for: it is only ever refused. */
let made: Promise<{ privateKey: KeyObject; certificate: Buffer }> | undefined;
function nobody() {
  made ??= selfSigned('nobody', 'RSA-2048', ALWAYS).then(({ cert, key }) => ({
    privateKey: createPrivateKey(key),
    certificate: new X509Certificate(cert).raw,
  }));
  return made;
}

/** 1970 to 2099: whatever the clock says, the certificate is not what is wrong. */
const ALWAYS = { notBefore: 0, notAfter: 4_070_908_800 };

const encode = (part: Part): string => Buffer.from(JSON.stringify(part)).toString('base64url');

const without = (part: Part, names: readonly string[]): Part =>
  Object.fromEntries(Object.entries(part).filter(([name]) => !names.includes(name)));
