import { randomUUID } from 'node:crypto';
import type { Kind } from '@lab/shared/feed/resources.ts';
import type { Database } from '@lab/shared/sqlite.ts';
import { tablesOf } from '@lab/shared/tables.ts';
import type { DeclaredEntry, Entry, Indexed, Life, Resources } from '../domain/resources.ts';

const INDEXED: readonly { [K in keyof Indexed]: { kind: K; field: Indexed[K] } }[keyof Indexed][] = [
  { kind: 'servicePrincipal', field: 'clientId' },
  { kind: 'servicePrincipal', field: 'resourceId' },
  { kind: 'application', field: 'principalId' },
  { kind: 'roleAssignment', field: 'principalId' },
  { kind: 'roleAssignment', field: 'roleDefinitionId' },
];

type Lifetime = { epoch: string; applied_lab: number; begun: string | null; seeded_up_to: number };

/** What is forgotten with a life, and comes back with a snapshot. */
export const OWN_TABLES = ['resources', 'lab_entries', 'operations'] as const;

type Row = { kind: Kind; id: string; value: string | null; revision: number };

/** Resources in SQLite, one row each, deleted ones included: followers have to hear of a deletion too. */
export function sqliteResources(db: Database): Resources {
  db.prepare('INSERT OR IGNORE INTO lifetime (only_row, epoch, applied_lab) VALUES (1, ?, 0)').run(randomUUID());
  const lifetime = db.prepare<[], Lifetime>('SELECT epoch, applied_lab, begun, seeded_up_to FROM lifetime');
  const life = (): Life => {
    const { epoch, begun, seeded_up_to: seededUpTo } = lifetime.get() as Lifetime;
    return { epoch, seededUpTo, begun: begun === null ? undefined : JSON.parse(begun) };
  };
  const startLife = db.prepare<[epoch: string, begun: string, seededUpTo: number]>(
    'UPDATE lifetime SET epoch = ?, begun = ?, seeded_up_to = ?',
  );
  const tables = tablesOf(db, OWN_TABLES);
  // Who follows takes a large lab over in parts: never what is granted without what is denied.
  const hasDenials = db.prepare("SELECT 1 FROM resources WHERE kind = 'denyAssignment'");
  const tellLater = db.prepare<[number]>("UPDATE resources SET revision = revision + ? WHERE kind <> 'denyAssignment'");
  const newest = db.prepare<[], { revision: number }>('SELECT coalesce(max(revision), 0) AS revision FROM resources');
  const get = db.prepare<[string, string], Row>(
    'SELECT * FROM resources WHERE kind = ? AND key = ? AND value IS NOT NULL',
  );
  const spelled = db.prepare<[string, string], { id: string }>('SELECT id FROM resources WHERE kind = ? AND key = ?');
  const all = db.prepare<[string], Row>('SELECT * FROM resources WHERE kind = ? AND value IS NOT NULL ORDER BY key');
  // '0' follows '/': everything below a place lies between the two. A page begins after its last id, wherever that is.
  const within = db.prepare<[{ kind: string; place: string; after: string; limit: number }], Row>(`
    SELECT * FROM resources
     WHERE kind = @kind AND key >= max(@place, @after) AND key < @place || '0' AND value IS NOT NULL
       AND key <> @after AND (key = @place OR key >= @place || '/')
     ORDER BY key LIMIT @limit`);
  const by = Object.fromEntries(
    INDEXED.map(({ kind, field }) => [
      `${kind} ${field}`,
      db.prepare<[string], Row>(`
        SELECT * FROM resources
         WHERE kind = '${kind}' AND value IS NOT NULL AND lower(json_extract(value, '$.${field}')) = ? ORDER BY revision`),
    ]),
  );
  const named = db.prepare<[string], Row>(`
    SELECT * FROM resources WHERE kind = 'roleAssignment' AND value IS NOT NULL AND substr(key, -36) = ?`);
  const put = db.prepare<[string, string, string, string | null, number]>(
    'INSERT OR REPLACE INTO resources (kind, key, id, value, revision) VALUES (?, ?, ?, ?, ?)',
  );
  // By revision, not by kind (`+`): a follower asks with every change, and of some kinds there are 100,000.
  const since = db.prepare<[number, string, number], Row>(`
    SELECT kind, id, value, revision FROM resources
     WHERE revision > ? AND +kind IN (SELECT value FROM json_each(?)) ORDER BY revision LIMIT ?`);
  const declared = db.prepare<[], DeclaredEntry>('SELECT kind, key AS id, digest FROM lab_entries');
  const declare = db.prepare<[string, string, string]>('INSERT OR REPLACE INTO lab_entries VALUES (?, ?, ?)');
  const undeclare = db.prepare<[string, string]>('DELETE FROM lab_entries WHERE kind = ? AND key = ?');
  const applied = db.prepare('UPDATE lifetime SET applied_lab = 1');
  const revision = () => newest.get()?.revision ?? 0;
  return {
    life,
    begin: (begun) => {
      if (begun.by === 'reset') tables.clear();
      else if (!tables.bringBack(begun.id)) throw new Error('the snapshot is not there');
      if (hasDenials.get()) tellLater.run(revision());
      startLife.run(randomUUID(), JSON.stringify(begun), begun.by === 'reset' ? 0 : revision());
    },
    revision,
    find: (kind, id) => {
      const row = get.get(kind, id.toLowerCase());
      return row?.value ? JSON.parse(row.value) : undefined;
    },
    entry: <K extends Kind>(kind: K, id: string) => {
      const row = get.get(kind, id.toLowerCase());
      return row?.value ? ({ ...row, value: JSON.parse(row.value) } as Entry<K>) : undefined;
    },
    all: (kind) => all.all(kind).map((row) => JSON.parse(row.value as string)),
    within: <K extends Kind>(kind: K, place: string, { after = '', limit = -1 } = {}) => {
      const key = place === '/' ? '' : place.toLowerCase();
      const rows = within.all({ kind, place: key, after: after.toLowerCase(), limit });
      return rows.map((row) => ({ ...row, value: JSON.parse(row.value as string) }) as Entry<K>);
    },
    findBy: (kind, field, value) =>
      (by[`${kind} ${field}`]?.all(value.toLowerCase()) ?? []).map((row) => JSON.parse(row.value as string)),
    named: (_kind, guid) => named.all(guid.toLowerCase()).map((row) => JSON.parse(row.value as string)),
    put: ({ kind, id, value }) => {
      // Followers find a resource by its id as they were told it first, also one that was deleted in between.
      const spelling = spelled.get(kind, id.toLowerCase())?.id ?? id;
      put.run(kind, id.toLowerCase(), spelling, JSON.stringify(value), revision() + 1);
    },
    remove: (kind, id) => {
      const row = get.get(kind, id.toLowerCase());
      if (row) put.run(kind, id.toLowerCase(), row.id, null, revision() + 1);
    },
    changedSince: (after, kinds, limit) =>
      since
        .all(after, JSON.stringify(kinds), limit)
        .map((row) => ({ ...row, value: row.value === null ? null : JSON.parse(row.value) })),
    declared: () => declared.all(),
    declare: ({ kind, id, digest }) => {
      declare.run(kind, id.toLowerCase(), digest);
    },
    undeclare: ({ kind, id }) => {
      undeclare.run(kind, id.toLowerCase());
    },
    hasAppliedLab: () => lifetime.get()?.applied_lab === 1,
    setAppliedLab: () => {
      applied.run();
    },
    transaction: (work) => (db.inTransaction ? work() : db.transaction(work).immediate()),
  };
}
