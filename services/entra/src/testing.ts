/** What this service's tests share: a directory with one identity in it, an app on a loopback port, assertions of any kind. */
import { join } from 'node:path';
import { fixedClock } from '@lab/shared/clock.ts';
import { recentEvents } from '@lab/shared/events.ts';
import type { Change } from '@lab/shared/feed/resources.ts';
import { listenAll } from '@lab/shared/http/lifecycle.ts';
import type { KeyPair } from '@lab/shared/http/tls.ts';
import { silentLog } from '@lab/shared/log.ts';
import { openDatabase } from '@lab/shared/sqlite.ts';
import { strictFaults } from '@lab/shared/testing/strict-faults.ts';
import { selfSigned, thumbprints } from '@lab/shared/x509/certificates.ts';
import jwt, { type JwtHeader } from 'jsonwebtoken';
import { type Parts, publicApp } from './apps.ts';
import { accessTokenClaims } from './domain/access-token.ts';
import { firstPartyResource } from './domain/api-resource.ts';
import { entraFaults } from './domain/faults.ts';
import { openKeyRing } from './domain/key-ring.ts';
import { pauses } from './domain/pause.ts';
import type { FetchDocument } from './federation/fetch-document.ts';
import { issuerKeys, ownIssuers } from './federation/issuer-keys.ts';
import { GRAPH_OPERATIONS } from './graph/faults.ts';
import { sqliteDirectory } from './store/directory.ts';
import { sqliteRegistrations } from './store/registrations.ts';
import { sqliteSigningKeys } from './store/signing-keys.ts';
import { malformedRequest } from './wire.ts';

export const NOW = 1_790_000_000;

export const TENANT = {
  tenantId: 'aaaa1111-1111-4111-8111-11111111aaaa',
  name: 'contoso',
  displayName: 'Contoso',
  domain: 'contoso.onmicrosoft.com',
};
export const OTHER_TENANT = {
  tenantId: '22222222-2222-4222-8222-222222222222',
  name: 'fabrikam',
  displayName: 'Fabrikam',
  domain: 'fabrikam.onmicrosoft.com',
};
export const PRINCIPAL = {
  principalId: 'abababab-0000-4000-8000-000000000001',
  clientId: 'bcbcbcbc-0000-4000-8000-000000000001',
  tenantId: TENANT.tenantId,
  displayName: 'vm-app01',
  identityType: 'SystemAssigned' as const,
  resourceId:
    '/subscriptions/33333333-3333-4333-8333-333333333333/resourceGroups/RG-App/providers/Microsoft.Compute/virtualMachines/vm-App01',
};

const validity = { notBefore: NOW - 86_400, notAfter: NOW + 90 * 86_400 };

/** The identity's own key pair, one that nobody registered, and one that is out of its time. Made once per test file. */
export const [IDENTITY, STRANGER, EXPIRED] = (await Promise.all([
  selfSigned(PRINCIPAL.clientId, 'RSA-2048', validity),
  selfSigned('stranger', 'RSA-2048', validity),
  selfSigned(PRINCIPAL.clientId, 'RSA-2048', { notBefore: NOW - 100 * 86_400, notAfter: NOW - 86_400 }),
])) as [KeyPair, KeyPair, KeyPair];

export const CONTENT: readonly Change[] = [
  { kind: 'tenant', id: TENANT.tenantId, value: TENANT },
  { kind: 'tenant', id: OTHER_TENANT.tenantId, value: OTHER_TENANT },
  { kind: 'servicePrincipal', id: PRINCIPAL.principalId, value: PRINCIPAL },
  {
    kind: 'identityCertificates',
    id: PRINCIPAL.clientId,
    value: { clientId: PRINCIPAL.clientId, certificates: [EXPIRED.cert, IDENTITY.cert] },
  },
];

/** The claims of a token for a service of Azure that the identity would get now. */
export function normalClaims(asked: string) {
  const resource = firstPartyResource(asked, TENANT.tenantId);
  if (!resource) throw new Error('no such resource');
  return accessTokenClaims({ subject: { ...PRINCIPAL, managedIdentity: PRINCIPAL }, resource, asked, now: NOW });
}

export const AUTHORITY = 'https://login.microsoftonline.com';
export const TOKEN_ENDPOINT = `${AUTHORITY}/${TENANT.tenantId}/oauth2/v2.0/token`;

export const migrations = join(import.meta.dirname, 'store/migrations');

/** The public app over `:memory:` and a clock that stands still, as plain HTTP on a loopback port. */
export async function startPublicApp({
  synced = true,
  silenceMs = 10_000,
  fetchDocument = async () => {
    throw new Error('no such host');
  },
}: {
  synced?: boolean;
  silenceMs?: number;
  fetchDocument?: FetchDocument;
} = {}) {
  const db = openDatabase(':memory:', migrations);
  const clock = fixedClock(NOW);
  const directory = sqliteDirectory(db, silentLog);
  const registrations = sqliteRegistrations(db);
  const follow = (change: Change) => {
    directory.apply(change);
    registrations.apply(change);
  };
  if (synced) for (const change of CONTENT) follow(change);
  const keys = await openKeyRing({ store: sqliteSigningKeys(db), clock, log: silentLog });
  const events = recentEvents('entra');
  const state = { synced, epoch: 'first' };
  const ownIssuer = ownIssuers(directory.findTenant);
  const issuers = issuerKeys({ fetchDocument, ownKey: keys.findPublic, ownIssuer, log: silentLog, cooldownMs: 0 });
  const parts: Parts = {
    directory,
    registrations,
    keys,
    issuerKeys: issuers,
    ownIssuer,
    authorityOrigin: () => AUTHORITY,
    graphOrigin: () => 'https://graph.microsoft.com',
    isSynced: () => state.synced,
    pause: pauses(),
    epoch: () => state.epoch,
    clock,
    events,
    faults: strictFaults(entraFaults(GRAPH_OPERATIONS)),
    log: silentLog,
  };
  const running = await listenAll({
    public: {
      app: publicApp(parts),
      address: { host: '127.0.0.1', port: 0 },
      malformed: malformedRequest(clock),
      limits: { silenceMs },
    },
  });
  const origin = `http://127.0.0.1:${running.ports.public}`;
  const close = async () => {
    await running.close();
    issuers.close();
    await keys.settled();
    db.close();
  };
  return { ...parts, directory, registrations, follow, clock, db, origin, close, state };
}

export type PublicApp = Awaited<ReturnType<typeof startPublicApp>>;

/** A client assertion as MSAL JS makes it, with what a test wants otherwise. `undefined` takes a member out. */
export function clientAssertion({
  keyPair = IDENTITY,
  algorithm = 'PS256',
  header = {},
  claims = {},
}: {
  keyPair?: KeyPair;
  algorithm?: 'PS256' | 'RS256' | 'RS512';
  header?: Record<string, unknown>;
  claims?: Record<string, unknown>;
} = {}): string {
  const thumbprint = thumbprints(keyPair.cert).sha256.toString('base64url');
  const payload = {
    aud: TOKEN_ENDPOINT,
    iss: PRINCIPAL.clientId,
    sub: PRINCIPAL.clientId,
    jti: 'cccccccc-0000-4000-8000-000000000001',
    nbf: NOW,
    iat: NOW - 1,
    exp: NOW + 600,
    ...claims,
  };
  return jwt.sign(JSON.stringify(payload), keyPair.key, {
    algorithm,
    header: { typ: 'JWT', 'x5t#S256': thumbprint, ...header } as unknown as JwtHeader,
  });
}

/** The form of a client credentials request, v2 or v1 by whether it has `resource`. `undefined` takes a field out. */
export function tokenForm(fields: Record<string, string | undefined> = {}): URLSearchParams {
  const all: Record<string, string | undefined> = {
    grant_type: 'client_credentials',
    client_id: PRINCIPAL.clientId,
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    ...(fields.resource === undefined && { scope: 'https://vault.azure.net/.default' }),
    ...fields,
  };
  if (!('client_assertion' in fields)) all.client_assertion = clientAssertion();
  return new URLSearchParams(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

export type Answer = { status: number; headers: Headers; body: Record<string, unknown> };

export async function send(url: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(url, { redirect: 'manual', ...init });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? {} : JSON.parse(text) };
}

/** The claims of a token, signature not looked at. */
export const claimsOf = (token: unknown): Record<string, unknown> => jwt.decode(String(token), { json: true }) ?? {};

export const headerOf = (token: unknown): Record<string, unknown> =>
  JSON.parse(Buffer.from(String(token).split('.')[0] ?? '', 'base64url').toString());
