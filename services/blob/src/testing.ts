/** The data plane for route tests: real app, real store in memory and a temporary directory, fixed clock, fake tokens. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fixedClock } from '@lab/shared/clock.ts';
import { recentEvents } from '@lab/shared/events.ts';
import { listenAll } from '@lab/shared/http/lifecycle.ts';
import { silentLog } from '@lab/shared/log.ts';
import { sqliteAssignments } from '@lab/shared/policy/assignments.ts';
import { accessTokenOf } from '@lab/shared/testing/access-token.ts';
import { exchange, type Received } from '@lab/shared/testing/exchange.ts';
import { strictFaults } from '@lab/shared/testing/strict-faults.ts';
import type { AccessToken } from '@lab/shared/tokens/claims.ts';
import type { VerifyToken } from '@lab/shared/tokens/verify.ts';
import { publicApp } from './apps.ts';
import type { Account } from './domain/account.ts';
import { blobFaults } from './domain/faults.ts';
import { authenticator } from './routes/authenticate.ts';
import { locator } from './routes/locate.ts';
import { sqliteAccounts } from './store/accounts.ts';
import { sqliteBlobs } from './store/blobs.ts';
import { sqliteBlocks } from './store/blocks.ts';
import { sqliteContainers } from './store/containers.ts';
import { directoryContent } from './store/content.ts';
import { openBlobDatabase } from './store/database.ts';
import { malformed } from './wire/errors.ts';

export const VERSION = '2026-04-06';
export const TENANT = '11111111-1111-4111-8111-111111111111';

export const account: Account = {
  resourceId: '/subscriptions/s1/resourceGroups/rg-lab/providers/Microsoft.Storage/storageAccounts/stlab',
  name: 'stlab',
  host: 'stlab.blob.core.windows.net',
  tenantId: TENANT,
  location: 'westeurope',
};

/** One principal per role; its name is its token, too. */
const ROLES = {
  contributor: {
    actions: ['read', 'write', 'delete'].map(
      (verb) => `Microsoft.Storage/storageAccounts/blobServices/containers/${verb}`,
    ),
    dataActions: ['read', 'write', 'delete', 'add/action', 'move/action'].map(blobAction),
  },
  reader: {
    actions: ['Microsoft.Storage/storageAccounts/blobServices/containers/read'],
    dataActions: [blobAction('read')],
  },
  /** Owner of the account in Resource Manager: every action, no data action. */
  owner: { actions: ['*'], dataActions: [] },
  /** Storage Blob Data Owner: what Data Contributor may, and all else that is done to blobs. */
  dataOwner: { actions: [], dataActions: [blobAction('*')] },
  /** May add blobs, and neither read nor replace them. */
  adder: { actions: [], dataActions: [blobAction('add/action')] },
} as const;

export type Principal = keyof typeof ROLES | 'nobody';

function blobAction(suffix: string): string {
  return `Microsoft.Storage/storageAccounts/blobServices/containers/blobs/${suffix}`;
}

const PRINCIPALS = [...Object.keys(ROLES), 'nobody'] as Principal[];
export const objectIdOf = (principal: Principal): string =>
  `00000000-0000-4000-8000-00000000000${PRINCIPALS.indexOf(principal)}`;

export type Answer = Received & {
  readonly code: string | undefined;
};

export type Ask = {
  readonly as?: Principal;
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body?: string | Uint8Array;
};

export type TestLab = Awaited<ReturnType<typeof startTestLab>>;

/** @param verifyToken By default a token is the name of a principal. */
export async function startTestLab({
  verifyToken = verifyPrincipal,
  pathStyle = false,
  isSynced = () => true,
}: {
  verifyToken?: VerifyToken;
  pathStyle?: boolean;
  isSynced?: () => boolean;
} = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'blob-'));
  const clock = fixedClock();
  const db = openBlobDatabase(':memory:');
  const accounts = sqliteAccounts(db);
  accounts.put(account);
  const assignments = sqliteAssignments(db);
  grantAll(assignments);
  const content = directoryContent(directory, silentLog);
  const storage = { containers: sqliteContainers(db), blobs: sqliteBlobs(db), blocks: sqliteBlocks(db), content };
  const events = recentEvents('blob');
  const faults = strictFaults(blobFaults());
  const app = publicApp({
    locate: locator({ accounts, pathStyle, isSynced }),
    authenticate: authenticator({ verifyToken, authorityOrigin: 'https://login.microsoftonline.com' }),
    assignments,
    storage,
    events,
    faults,
    clock,
    log: silentLog,
  });
  const address = { host: '127.0.0.1', port: 0 };
  const service = await listenAll(
    { public: { app, address, malformed: malformed(clock), deferContinue: true, longBodies: true } },
    () => {
      db.close();
    },
  );
  const port = service.ports.public;

  const ask = async (
    method: string,
    path: string,
    { as = 'contributor', headers = {}, body }: Ask = {},
  ): Promise<Answer> => {
    const answer = await exchange(port, {
      method,
      path,
      headers: {
        Host: account.host,
        'x-ms-version': VERSION,
        Authorization: `Bearer ${as}`,
        ...(method === 'PUT' && { 'Content-Length': String(Buffer.byteLength(body ?? '')) }),
        ...headers,
      },
      body,
    });
    const code = answer.headers['x-ms-error-code'];
    return { ...answer, code: code === undefined ? undefined : String(code) };
  };

  return {
    ask,
    port,
    clock,
    events,
    faults,
    storage,
    assignments,
    /** Names of the files that hold content. */
    files: (): string[] => ['incoming', 'kept'].flatMap((room) => readdirSync(join(directory, room))),
    container: (name = 'docs') => ask('PUT', `/${name}?restype=container`),
    put: (path: string, body: string | Uint8Array, headers: Ask['headers'] = {}) =>
      ask('PUT', path, { body, headers: { 'x-ms-blob-type': 'BlockBlob', ...headers } }),
    block: (path: string, id: string, body: string) =>
      ask('PUT', `${path}?comp=block&blockid=${encodeURIComponent(id)}`, { body }),
    commit: (path: string, list: string, headers: Ask['headers'] = {}) =>
      ask('PUT', `${path}?comp=blocklist`, { body: `<?xml version="1.0"?><BlockList>${list}</BlockList>`, headers }),
    close: async () => {
      await service.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

export const tokenOf = (principal: Principal): AccessToken =>
  accessTokenOf({ aud: 'https://storage.azure.com', tid: TENANT, oid: objectIdOf(principal) });

const verifyPrincipal: VerifyToken = async (token) => tokenOf(token as Principal);

function grantAll(assignments: ReturnType<typeof sqliteAssignments>): void {
  Object.entries(ROLES).forEach(([name, { actions, dataActions }], index) => {
    const id = `aaaaaaaa-0000-4000-8000-00000000000${index}`;
    const role = { id, roleName: name, description: '', notActions: [], notDataActions: [] };
    const value = { ...role, actions: [...actions], dataActions: [...dataActions] };
    assignments.apply({ kind: 'roleDefinition', id, value });
    const assignmentId = `${account.resourceId}/providers/Microsoft.Authorization/roleAssignments/${id}`;
    const principalId = objectIdOf(name as Principal);
    const assignment = { principalId, principalType: 'ServicePrincipal' as const, roleDefinitionId: id };
    const granted = { ...assignment, id: assignmentId, scope: account.resourceId };
    assignments.apply({ kind: 'roleAssignment', id: assignmentId, value: granted });
  });
}
