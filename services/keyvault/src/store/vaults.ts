import type { Database } from '@lab/shared/sqlite.ts';
import type { Vault, Vaults } from '../domain/vault.ts';

export type VaultStore = Vaults & {
  /** @param id ARM id, in any case. A deleted vault is found too. */
  find(id: string): Vault | undefined;
  /** Of those that are there. */
  names(): readonly string[];
  put(vault: Vault): void;
  drop(id: string): void;
  clear(): void;
};

/** The vaults that `arm` declared, in SQLite. */
export function sqliteVaults(db: Database): VaultStore {
  const byId = db.prepare<[id: string], { body: string }>('SELECT body FROM vaults WHERE id = ?');
  const byHost = db.prepare<[host: string], { body: string }>('SELECT body FROM vaults WHERE host = ?');
  const byName = db.prepare<[name: string], { body: string }>('SELECT body FROM vaults WHERE name = ?');
  const put = db.prepare<[id: string, name: string, host: string, body: string]>(
    'INSERT OR REPLACE INTO vaults (id, name, host, body) VALUES (?, ?, ?, ?)',
  );
  const all = db.prepare<[], { body: string }>('SELECT body FROM vaults ORDER BY name');
  const drop = db.prepare<[id: string]>('DELETE FROM vaults WHERE id = ?');
  const clear = db.prepare<[]>('DELETE FROM vaults');
  const toVault = (row: { body: string } | undefined): Vault | undefined => row && JSON.parse(row.body);
  const there = (vault: Vault | undefined): Vault | undefined => (vault?.deletedAt === undefined ? vault : undefined);
  return {
    find: (id) => toVault(byId.get(id.toLowerCase())),
    findByHost: (host) => there(toVault(byHost.get(host))),
    findByName: (name) => there(toVault(byName.get(name.toLowerCase()))),
    names: () =>
      all.all().flatMap((row) => {
        const vault = there(toVault(row));
        return vault ? [vault.name] : [];
      }),
    put: (vault) => {
      const { resourceId, name, host } = vault;
      put.run(resourceId.toLowerCase(), name.toLowerCase(), host.toLowerCase(), JSON.stringify(vault));
    },
    drop: (id) => {
      drop.run(id.toLowerCase());
    },
    clear: () => {
      clear.run();
    },
  };
}
