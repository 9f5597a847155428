/** A vault for tests: the real app on a real `:memory:` database, a clock that stands still, and requests byte by byte. */
import { connect } from 'node:net';
import { type Clock, fixedClock } from '@lab/shared/clock.ts';
import { type Events, recentEvents } from '@lab/shared/events.ts';
import { RoleDefinitionResource } from '@lab/shared/feed/resources.ts';
import { listenAll } from '@lab/shared/http/lifecycle.ts';
import { type Log, silentLog } from '@lab/shared/log.ts';
import { sqliteAssignments } from '@lab/shared/policy/assignments.ts';
import { BUILT_IN_ROLES } from '@lab/shared/rbac/built-in-roles.ts';
import { accessTokenOf } from '@lab/shared/testing/access-token.ts';
import { exchangeJson, type JsonAnswer } from '@lab/shared/testing/exchange.ts';
import { strictFaults } from '@lab/shared/testing/strict-faults.ts';
import type { AccessToken } from '@lab/shared/tokens/claims.ts';
import type { VerifyToken } from '@lab/shared/tokens/verify.ts';
import { publicApp } from './apps.ts';
import { rbac } from './domain/authorize.ts';
import { keyvaultFaults } from './domain/faults.ts';
import type { SecretStore } from './domain/secret.ts';
import type { Vault } from './domain/vault.ts';
import type { VaultHosts } from './routes/request-vault.ts';
import { openKeyvaultDatabase } from './store/database.ts';
import { sqliteSecrets } from './store/secrets.ts';
import { sqliteVaults } from './store/vaults.ts';
import { malformed } from './wire.ts';

export const TENANT = '11111111-1111-4111-8111-111111111111';
export const OFFICER = '33333333-3333-4333-8333-333333333333';
export const STRANGER = '44444444-4444-4444-8444-444444444444';
const SUBSCRIPTION = '/subscriptions/55555555-5555-4555-8555-555555555555';

export const VAULT: Vault = {
  resourceId: `${SUBSCRIPTION}/resourceGroups/rg-lab/providers/Microsoft.KeyVault/vaults/kv-lab`,
  name: 'kv-lab',
  host: 'kv-lab.vault.azure.net',
  tenantId: TENANT,
  location: 'westeurope',
  softDeleteRetentionInDays: 90,
  enablePurgeProtection: false,
};

/** Another vault of the same process: purge protection on, and the shortest retention there is. */
export const PROTECTED_VAULT: Vault = {
  ...VAULT,
  resourceId: VAULT.resourceId.replace('kv-lab', 'kv-safe'),
  name: 'kv-safe',
  host: 'kv-safe.vault.azure.net',
  softDeleteRetentionInDays: 7,
  enablePurgeProtection: true,
};

export const accessToken = (oid: string): AccessToken =>
  accessTokenOf({ aud: 'https://vault.azure.net', tid: TENANT, oid });

export const roleNamed = (roleName: string) => {
  const role = BUILT_IN_ROLES.find((candidate) => candidate.roleName === roleName);
  if (!role) throw new Error(`no role ${roleName}`);
  return role;
};

export const assignmentId = (scope: string, guid: string) =>
  `${scope}/providers/Microsoft.Authorization/roleAssignments/${guid}`;

export type Ask = {
  /** Default: the token of OFFICER, whom `startTestVault` makes Key Vault Secrets Officer of both vaults. */
  token?: string | null;
  /** Default `api-version=7.6`. */
  query?: string;
  host?: string;
  body?: unknown;
  rawBody?: string | Buffer;
  headers?: Record<string, string | string[]>;
};

export type TestVault = Awaited<ReturnType<typeof startTestVault>>;

/** @param verifyToken Default: the token is the caller's object id. */
export async function startTestVault({
  verifyToken = async (token) => accessToken(token),
  clock = fixedClock(),
  vaultHosts = {},
  log = silentLog,
  silenceMs = 10_000,
  isSynced = () => true,
  events = recentEvents('keyvault'),
}: {
  verifyToken?: VerifyToken;
  clock?: Clock;
  vaultHosts?: VaultHosts;
  log?: Log;
  /** How long half a request is waited for. */
  silenceMs?: number;
  isSynced?: () => boolean;
  events?: Events;
} = {}) {
  const db = openKeyvaultDatabase(':memory:');
  const vaults = sqliteVaults(db);
  const secrets: SecretStore = sqliteSecrets(db);
  const assignments = sqliteAssignments(db);
  const faults = strictFaults(keyvaultFaults());
  const assign = (principalId: string, roleName: string, scope: string) => {
    const role = roleNamed(roleName);
    const id = assignmentId(scope, crypto.randomUUID());
    assignments.apply({ kind: 'roleDefinition', id: role.id, value: RoleDefinitionResource.parse(role) });
    assignments.apply({
      kind: 'roleAssignment',
      id,
      value: { id, scope, principalId, principalType: 'ServicePrincipal', roleDefinitionId: role.id },
    });
    return id;
  };
  for (const vault of [VAULT, PROTECTED_VAULT]) {
    vaults.put(vault);
    assign(OFFICER, 'Key Vault Secrets Officer', vault.resourceId);
  }
  const decide = rbac(assignments, clock);
  const authorityOrigin = 'https://login.microsoftonline.com';
  const given = { authorityOrigin, vaultHosts, vaults, isSynced, secrets, verifyToken };
  const parts = { ...given, decide, events, faults, clock, log };
  const { ports, close } = await listenAll(
    { public: { app: publicApp(parts), address: { host: '127.0.0.1', port: 0 }, malformed, limits: { silenceMs } } },
    () => void db.close(),
  );

  const ask = async (
    method: string,
    path: string,
    { token = OFFICER, query = 'api-version=7.6', host = VAULT.host, body, rawBody, headers = {} }: Ask = {},
  ): Promise<JsonAnswer> => {
    const payload = rawBody ?? (body === undefined ? undefined : JSON.stringify(body));
    return exchangeJson(ports.public, {
      method,
      path: query === '' ? path : `${path}?${query}`,
      headers: {
        host,
        ...(token !== null && { authorization: `Bearer ${token}` }),
        ...headers,
      },
      body: payload,
    });
  };

  /** Sends bytes and gives back all that comes until the other side closes. */
  const send = (bytes: string, { end = false } = {}): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = connect(ports.public, '127.0.0.1', () => (end ? socket.end(bytes) : socket.write(bytes)));
      let text = '';
      socket.on('data', (chunk) => {
        text += chunk;
      });
      socket.on('error', reject);
      socket.on('close', () => resolve(text));
    });

  return { ask, send, port: ports.public, assign, assignments, vaults, secrets, events, faults, close };
}

/** Status and code, the inner one where there is one: what failures are told apart by. */
export const failure = ({ status, body }: JsonAnswer): string =>
  `${status} ${body?.error?.code}${body?.error?.innererror ? `/${body.error.innererror.code}` : ''}`;
