import type { Database } from './sqlite.ts';

/** The state that a service has besides what it follows, as tables: forgotten as a whole, copied as a whole, brought back. */
export type Tables = {
  /** Empties them. Call in a transaction, as all of these. */
  clear(): void;
  /** Copies them as they are, under a name that nobody has used. Copies that are not in `keep` go. */
  copy(id: string, keep: readonly string[]): void;
  /** As they were when the copy was made. @returns false, and nothing is changed, where there is no such copy. */
  bringBack(id: string): boolean;
  /** Drops all copies but these. */
  keepOnly(ids: readonly string[]): void;
  /** Every value that a column has in the copies. */
  copied(table: string, column: string): Set<string>;
};

/**
 * @param names Those that others refer to come before those that refer to them. A column that a table has got since a copy was
 *   made has its default in what is brought back.
 */
export function tablesOf(db: Database, names: readonly string[]): Tables {
  const exists = db.prepare<[string], unknown>(`SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?`);
  const all = db.prepare<[], { name: string }>(`SELECT name FROM sqlite_schema WHERE name LIKE 'copy:%'`);
  const copies = () => all.all().map(({ name }) => name);
  const columnsOf = (table: string) =>
    (db.pragma(`table_info("${table}")`) as { name: string }[]).map(({ name }) => `"${name}"`);
  const clear = () => {
    for (const name of names.toReversed()) db.exec(`DELETE FROM "${name}"`);
  };
  const keepOnly = (ids: readonly string[]) => {
    for (const copy of copies()) if (!ids.includes(idIn(copy))) db.exec(`DROP TABLE "${copy}"`);
  };
  return {
    clear,
    keepOnly,
    copy: (id, keep) => {
      keepOnly([...keep, checked(id)]);
      for (const name of names) db.exec(`CREATE TABLE "${copyOf(name, id)}" AS SELECT * FROM "${name}"`);
    },
    bringBack: (id) => {
      if (names.some((name) => !exists.get(copyOf(name, checked(id))))) return false;
      clear();
      for (const name of names) {
        const copied = columnsOf(copyOf(name, id));
        const columns = columnsOf(name).filter((column) => copied.includes(column));
        db.exec(`INSERT INTO "${name}" (${columns}) SELECT ${columns} FROM "${copyOf(name, id)}"`);
      }
      return true;
    },
    copied: (table, column) => {
      const sources = copies().filter((copy) => copy.endsWith(`:${table}`));
      const rows = sources.flatMap((name) => db.prepare<[], string>(`SELECT "${column}" FROM "${name}"`).pluck().all());
      return new Set(rows);
    },
  };
}

const copyOf = (table: string, id: string): string => `copy:${id}:${table}`;
const idIn = (copy: string): string => copy.split(':')[1] ?? '';

/** It becomes a part of SQL. */
function checked(id: string): string {
  if (!/^[0-9a-f-]{36}$/.test(id)) throw new Error('a copy has a GUID for its name');
  return id;
}
