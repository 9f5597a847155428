import type { Database } from '@lab/shared/sqlite.ts';
import { tablesOf } from '@lab/shared/tables.ts';
import type { Snapshot, Snapshots } from '../domain/snapshots.ts';
import { OWN_TABLES } from './resources.ts';

/** Snapshots in SQLite: a row each, and a copy of what the lab contains. */
export function sqliteSnapshots(db: Database): Snapshots {
  const tables = tablesOf(db, OWN_TABLES);
  const all = db.prepare<[], Snapshot>('SELECT name, id, taken_at AS takenAt FROM snapshots ORDER BY name');
  const find = db.prepare<[string], Snapshot>('SELECT name, id, taken_at AS takenAt FROM snapshots WHERE name = ?');
  const put = db.prepare<[Snapshot]>('INSERT OR REPLACE INTO snapshots VALUES (@name, @id, @takenAt)');
  const remove = db.prepare<[string]>('DELETE FROM snapshots WHERE name = ?');
  return {
    all: () => all.all(),
    find: (name) => find.get(name),
    put: (snapshot, keep) => {
      tables.copy(snapshot.id, keep);
      put.run(snapshot);
    },
    remove: (name) => {
      remove.run(name);
    },
  };
}
