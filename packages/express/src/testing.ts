/** What this package's tests share: the lab's Entra as far as a validator sees it, tokens of it, and an API behind the middleware. */
import { generateKeyPairSync } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { FlawName } from '@lab/shared/forge/flaws.ts';
import type { TokenChanges } from '@lab/shared/forge/forge-request.ts';
import { forgeToken } from '@lab/shared/forge/forge-token.ts';
import { issuersOf } from '@lab/shared/tokens/claims.ts';
import { certificateAuthority, leafCertificate } from '@lab/shared/x509/certificates.ts';
import { requireManagedIdentity } from './require-managed-identity.ts';
import type { ManagedIdentityOptions, WithManagedIdentity } from './types.ts';

export const TENANT = 'aaaa1111-1111-4111-8111-11111111aaaa';
export const OTHER_TENANT = '22222222-2222-4222-8222-222222222222';
export const AUDIENCE = 'api://orders-api';
export const PRINCIPAL = 'abababab-0000-4000-8000-000000000001';
export const CLIENT = 'bcbcbcbc-0000-4000-8000-000000000001';

const systemNow = Math.floor(Date.now() / 1000);
const validity = { notBefore: systemNow - 60, notAfter: systemNow + 86_400 };
const authorityNamed = (name: string) => certificateAuthority(name, validity);

/** The lab's authority, another lab's, and one of the world. Made once per test file. */
export const [LAB_CA, OTHER_LAB_CA, WORLD_CA] = (await Promise.all(
  ['Managed identity lab, public names', 'Managed identity lab, public names', 'Contoso Root'].map(authorityNamed),
)) as [KeyPair, KeyPair, KeyPair];
type KeyPair = Awaited<ReturnType<typeof authorityNamed>>;

/** A key of Entra's: pairs take long to make. */
export const signingKey = (kid: string) => ({ kid, ...generateKeyPairSync('rsa', { modulusLength: 2048 }) });
type SigningKey = ReturnType<typeof signingKey>;
export const KEY = signingKey('published');

/** An Entra on a loopback port: its keys, its clock, and what it was asked for. */
export async function startEntra(signer: KeyPair = LAB_CA) {
  const state = { keys: [KEY] as SigningKey[], ahead: 0, isDown: false, asked: [] as string[] };
  const pair = await leafCertificate(signer, { commonName: 'localhost', dnsNames: ['localhost'], validity });
  const server = createTlsServer(pair, (req, res) => {
    state.asked.push(req.url ?? '');
    if (state.isDown) return res.writeHead(503).end();
    const keys = state.keys.map(({ kid, publicKey }) => ({ kid, use: 'sig', ...publicKey.export({ format: 'jwk' }) }));
    res.end(JSON.stringify(req.url === '/lab/clock' ? { now: now() + state.ahead } : { keys }));
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    state,
    origin: `https://localhost:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
export type FakeEntra = Awaited<ReturnType<typeof startEntra>>;

/** The system's time, epoch seconds. */
export const now = () => Math.floor(Date.now() / 1000);

export type Wishes = TokenChanges & {
  flaw?: FlawName;
  version?: '1.0' | '2.0';
  key?: SigningKey;
  /** Seconds that the lab's clock is ahead. */
  ahead?: number;
};

/** A token of a managed identity for the API, changed as a test wants it. */
export async function tokenOf({ version = '1.0', key = KEY, ahead = 0, ...changes }: Wishes = {}): Promise<string> {
  const client = version === '1.0' ? { appid: CLIENT, appidacr: '2' } : { azp: CLIENT, azpacr: '2' };
  const at = now() + ahead;
  const claims = {
    aud: AUDIENCE,
    iss: issuersOf(TENANT)[version],
    iat: at - 300,
    nbf: at - 300,
    exp: at + 86_100,
    ...client,
    idtyp: 'app',
    oid: PRINCIPAL,
    roles: ['Orders.Read'],
    sub: PRINCIPAL,
    tid: TENANT,
    uti: 'token-id',
    ver: version,
  };
  const header = { typ: 'JWT', alg: 'RS256', kid: key.kid };
  return (await forgeToken(changes, { header, claims, privateKey: key.privateKey, now: at })).token;
}

/** An API behind the middleware, on a loopback port: it says who called. */
export async function startApi(options: ManagedIdentityOptions) {
  const middleware = requireManagedIdentity(options);
  const server = createServer((req: IncomingMessage & WithManagedIdentity, res: ServerResponse) => {
    middleware(req, res, (error) => {
      res.statusCode = error ? 500 : 200;
      res.end(JSON.stringify(req.managedIdentity ?? {}));
    });
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    ask: async (headers: Record<string, string> = {}) => {
      const res = await fetch(origin, { headers });
      const body = (await res.json()) as Record<string, unknown> & { error?: { code: string; message: string } };
      return { status: res.status, challenge: res.headers.get('www-authenticate'), headers: res.headers, body };
    },
    middleware,
    port: Number(new URL(origin).port),
    close: () => {
      middleware.close();
      server.closeAllConnections();
      server.close();
    },
  };
}

export const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
