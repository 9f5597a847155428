import type { Database } from '@lab/shared/sqlite.ts';
import type { Account, Accounts } from '../domain/account.ts';

export type AccountsStore = Accounts & {
  names(): readonly string[];
  put(account: Account): void;
  /** @param id ARM id. */
  remove(id: string): void;
  clear(): void;
};

/** Storage accounts as `arm` last described them. */
export function sqliteAccounts(db: Database): AccountsStore {
  type Row = { body: string };
  const byId = db.prepare<[id: string], Row>('SELECT body FROM accounts WHERE id = ?');
  const byHost = db.prepare<[host: string], Row>('SELECT body FROM accounts WHERE host = ?');
  const byName = db.prepare<[name: string], Row>('SELECT body FROM accounts WHERE name = ?');
  const put = db.prepare<[id: string, name: string, host: string, body: string]>(
    'INSERT OR REPLACE INTO accounts VALUES (?, ?, ?, ?)',
  );
  const all = db.prepare<[], { name: string }>('SELECT name FROM accounts ORDER BY name');
  const remove = db.prepare<[id: string]>('DELETE FROM accounts WHERE id = ?');
  const clear = db.prepare('DELETE FROM accounts');
  const parse = (row: Row | undefined): Account | undefined => (row ? JSON.parse(row.body) : undefined);
  return {
    find: (id) => parse(byId.get(id.toLowerCase())),
    findByHost: (host) => parse(byHost.get(host.toLowerCase())),
    findByName: (name) => parse(byName.get(name)),
    names: () => all.all().map(({ name }) => name),
    put: (account) => {
      put.run(account.resourceId.toLowerCase(), account.name, account.host.toLowerCase(), JSON.stringify(account));
    },
    remove: (id) => {
      remove.run(id.toLowerCase());
    },
    clear: () => {
      clear.run();
    },
  };
}
