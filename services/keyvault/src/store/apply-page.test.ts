import { randomUUID } from 'node:crypto';
import { fixedClock } from '@lab/shared/clock.ts';
import { sqliteCursor } from '@lab/shared/feed/cursor-store.ts';
import type { Beginning } from '@lab/shared/feed/feed.ts';
import { type Change, RoleDefinitionResource } from '@lab/shared/feed/resources.ts';
import { silentLog } from '@lab/shared/log.ts';
import { sqliteAssignments } from '@lab/shared/policy/assignments.ts';
import type { Database } from '@lab/shared/sqlite.ts';
import { tablesOf } from '@lab/shared/tables.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SecretVersion } from '../domain/secret.ts';
import { assignmentId, OFFICER, roleNamed, VAULT } from '../testing.ts';
import { OWN_TABLES, pageApplier } from './apply-page.ts';
import { openKeyvaultDatabase } from './database.ts';
import { sqliteSecrets } from './secrets.ts';
import { sqliteVaults } from './vaults.ts';

const EPOCH = '77777777-7777-4777-8777-777777777777';

let db: Database;
let lab: ReturnType<typeof open>;
beforeEach(() => {
  db = openKeyvaultDatabase(':memory:');
  lab = open();
});
afterEach(() => db.close());

function open() {
  const vaults = sqliteVaults(db);
  const secrets = sqliteSecrets(db);
  const assignments = sqliteAssignments(db);
  const cursor = sqliteCursor(db);
  const applyPage = pageApplier({ db, vaults, secrets, assignments, cursor, clock: fixedClock(), log: silentLog });
  let revision = 0;
  const apply = (
    changes: Change[],
    { fresh = false, epoch = EPOCH, begun }: { fresh?: boolean; epoch?: string; begun?: Beginning } = {},
  ) => {
    revision += 1;
    applyPage({ epoch, revision, changes, ...(begun && { begun }) }, { fresh });
  };
  const history = (name = 'db-pw') => secrets.history(VAULT.resourceId, name).map(({ value }) => value);
  return { vaults, secrets, assignments, cursor, apply, history, tables: tablesOf(db, OWN_TABLES) };
}

const declared = (value: string | null, name = 'db-pw', contentType?: string): Change => ({
  kind: 'secret',
  id: `${VAULT.resourceId}/secrets/${name}`,
  value: value === null ? null : { vaultId: VAULT.resourceId, name, value, contentType },
});
const vault: Change = { kind: 'vault', id: VAULT.resourceId, value: VAULT };
const role = RoleDefinitionResource.parse(roleNamed('Key Vault Secrets User'));
const assigned: Change[] = [
  { kind: 'roleDefinition', id: role.id, value: role },
  {
    kind: 'roleAssignment',
    id: assignmentId(VAULT.resourceId, EPOCH),
    value: {
      id: assignmentId(VAULT.resourceId, EPOCH),
      scope: VAULT.resourceId,
      principalId: OFFICER,
      principalType: 'ServicePrincipal',
      roleDefinitionId: role.id,
    },
  },
];

it('keeps vaults, assignments, declared secrets and the cursor', () => {
  lab.apply([declared('one'), vault, ...assigned], { fresh: true });
  expect(lab.vaults.findByHost(VAULT.host)).toEqual(VAULT);
  expect(lab.assignments.ofPrincipals([OFFICER]).roleAssignments).toHaveLength(1);
  expect(lab.history()).toEqual(['one']);
  expect(lab.cursor.get()).toEqual({ epoch: EPOCH, revision: 1 });
});

it('forgets a vault that is no longer declared', () => {
  lab.apply([vault]);
  lab.apply([{ ...vault, value: null } as Change]);
  expect(lab.vaults.findByHost(VAULT.host)).toBeUndefined();
});

describe('a vault and what it holds', () => {
  const FIRST = '99999999-9999-4999-8999-999999999991';
  const SECOND = '99999999-9999-4999-8999-999999999992';
  const made = (instanceId?: string, deletedAt?: number): Change => ({
    kind: 'vault',
    id: VAULT.resourceId,
    value: { ...VAULT, ...(instanceId && { instanceId }), ...(deletedAt && { deletedAt }) },
  });

  it('are kept while it is deleted, and there again when it is recovered', () => {
    lab.apply([made(FIRST), declared('one')]);
    lab.apply([made(FIRST, 1)]);
    expect([lab.vaults.findByHost(VAULT.host), lab.vaults.findByName(VAULT.name)]).toEqual([undefined, undefined]);
    lab.apply([made(FIRST)]);
    expect(lab.vaults.findByHost(VAULT.host)).toBeDefined();
    expect(lab.history()).toEqual(['one']);
  });

  it('go together when it is purged', () => {
    lab.apply([made(FIRST), declared('one')]);
    lab.apply([{ ...vault, value: null } as Change]);
    expect(lab.history()).toEqual([]);
    lab.apply([made(SECOND), declared('one')]);
    expect(lab.history()).toEqual(['one']);
  });

  it('are not those of another vault under the same name, also where only the new one was heard of', () => {
    lab.apply([made(FIRST), declared('one')]);
    lab.apply([made(SECOND)]);
    expect(lab.history()).toEqual([]);
    lab.apply([made(SECOND), declared('two')]);
    lab.apply([made(SECOND)]);
    expect(lab.history()).toEqual(['two']);
  });

  it('stay together when the lab file declares it again', () => {
    lab.apply([made(FIRST), declared('one')]);
    lab.apply([made()]);
    expect(lab.history()).toEqual(['one']);
  });
});

it('sets a new version when the declared content differs, and none when it does not', () => {
  for (const value of ['one', 'one', 'two']) lab.apply([declared(value)]);
  expect(lab.history()).toEqual(['one', 'two']);
  lab.apply([declared('two', 'db-pw', 'text/plain')]);
  expect(lab.secrets.latest(VAULT.resourceId, 'db-pw')).toMatchObject({ value: 'two', contentType: 'text/plain' });
});

it('leaves what a caller set since alone, until the declared content differs', () => {
  lab.apply([declared('one')]);
  const latest = lab.secrets.latest(VAULT.resourceId, 'db-pw');
  if (latest) lab.secrets.add(VAULT.resourceId, { ...latest, version: 'f'.repeat(32), value: 'by a caller' });
  lab.apply([declared('one')]);
  expect(lab.history()).toEqual(['one', 'by a caller']);
  lab.apply([declared('two')]);
  expect(lab.history()).toEqual(['one', 'by a caller', 'two']);
});

it('purges a secret that is no longer declared, and sets it anew when it is again', () => {
  lab.apply([declared('one')]);
  lab.apply([declared(null)]);
  expect(lab.secrets.find(VAULT.resourceId, 'db-pw')).toBeUndefined();
  lab.apply([declared('one')]);
  expect(lab.history()).toEqual(['one']);
});

it('recovers a deleted secret whose declared content differs', () => {
  lab.apply([declared('one')]);
  lab.secrets.setDeletion(VAULT.resourceId, 'db-pw', { deletedDate: 1, scheduledPurgeDate: 2 ** 40 });
  lab.apply([declared('two')]);
  expect(lab.secrets.find(VAULT.resourceId, 'db-pw')).toEqual({ name: 'db-pw', deletion: undefined });
});

it('in a new epoch forgets vaults and assignments, keeps secrets, and declares only what is absent', () => {
  lab.apply([vault, ...assigned, declared('one'), declared('gone', 'purged')]);
  lab.secrets.purge(VAULT.resourceId, 'purged');
  lab.apply([declared('two'), declared('gone', 'purged')], {
    fresh: true,
    epoch: '88888888-8888-4888-8888-888888888888',
  });
  expect(lab.vaults.findByHost(VAULT.host)).toBeUndefined();
  expect(lab.assignments.ofPrincipals([OFFICER]).roleAssignments).toEqual([]);
  expect(lab.history()).toEqual(['one']);
  expect(lab.history('purged')).toEqual(['gone']);
});

it('leaves out a declared secret that breaks a limit, and applies the rest', () => {
  lab.apply([declared('x', 'not.a.name'), declared('x'.repeat(25_601)), declared('one', 'other')]);
  expect(lab.history()).toEqual([]);
  expect(lab.history('other')).toEqual(['one']);
});

it('applies a page whole or not at all', () => {
  lab.apply([vault]);
  const broken = { kind: 'roleAssignment', id: 'x', value: { principalId: null } } as unknown as Change;
  expect(() => lab.apply([declared('one'), broken])).toThrow();
  expect(lab.history()).toEqual([]);
  expect(lab.cursor.get()?.revision).toBe(1);
});

describe('a new life', () => {
  const SNAPSHOT = '99999999-9999-4999-8999-999999999999';
  /** As a caller does. */
  const set = (name: string, value: string) => {
    const latest = lab.secrets.latest(VAULT.resourceId, 'db-pw') as SecretVersion;
    lab.secrets.add(VAULT.resourceId, { ...latest, name, version: randomUUID().replaceAll('-', ''), value });
  };
  const next = { fresh: true, epoch: '88888888-8888-4888-8888-888888888888' };

  it('that begins with a reset has the declared secrets only, as they are declared', () => {
    lab.apply([vault, declared('first'), ...assigned]);
    set('db-pw', 'changed');
    set('added', 'new');
    lab.secrets.setDeletion(VAULT.resourceId, 'added', { deletedDate: 1, scheduledPurgeDate: 2 });
    lab.apply([vault, declared('first')], { ...next, begun: { by: 'reset' } });
    expect([lab.history(), lab.history('added')]).toEqual([['first'], []]);
    expect(lab.secrets.find(VAULT.resourceId, 'added')).toBeUndefined();
    expect(lab.assignments.ofPrincipals([OFFICER]).roleAssignments).toEqual([]);
  });

  it('that begins with a snapshot has the secrets of its copy, to the version', () => {
    lab.apply([vault, declared('first')]);
    set('db-pw', 'second');
    const before = lab.secrets.history(VAULT.resourceId, 'db-pw');
    lab.tables.copy(SNAPSHOT, []);
    lab.secrets.purgeAll(VAULT.resourceId);
    lab.apply([vault], { ...next, begun: { by: 'snapshot', id: SNAPSHOT } });
    expect(lab.secrets.history(VAULT.resourceId, 'db-pw')).toEqual(before);
  });

  it('that begins with a snapshot of before there was a vault here has no secret of another life', () => {
    lab.apply([vault, declared('first')]);
    lab.apply([vault], { ...next, begun: { by: 'snapshot', id: SNAPSHOT } });
    expect(lab.history()).toEqual([]);
  });

  it('forgets and copies every table but those that are followed, or are keys', () => {
    const names = db
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
      .pluck()
      .all();
    const others = ['backup_key', 'feed_cursor', 'role_definitions', 'role_assignments', 'deny_assignments'];
    expect(names.sort()).toEqual([...OWN_TABLES, ...others].sort());
  });
});
