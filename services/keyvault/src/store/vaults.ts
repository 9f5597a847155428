import type { Database } from '@lab/shared/sqlite.ts';
import type { Vault, Vaults } from '../domain/vault.ts';

export type VaultStore = Vaults & {
  put(vault: Vault): void;
  drop(id: string): void;
  clear(): void;
};

/** The vaults that `arm` declared, in SQLite. */
export function sqliteVaults(db: Database): VaultStore {
  const byHost = db.prepare<[host: string], { body: string }>('SELECT body FROM vaults WHERE host = ?');
  const byName = db.prepare<[name: string], { body: string }>('SELECT body FROM vaults WHERE name = ?');
  const put = db.prepare<[id: string, name: string, host: string, body: string]>(
    'INSERT OR REPLACE INTO vaults (id, name, host, body) VALUES (?, ?, ?, ?)',
  );
  const drop = db.prepare<[id: string]>('DELETE FROM vaults WHERE id = ?');
  const clear = db.prepare<[]>('DELETE FROM vaults');
  const toVault = (row: { body: string } | undefined): Vault | undefined => row && JSON.parse(row.body);
  return {
    findByHost: (host) => toVault(byHost.get(host)),
    findByName: (name) => toVault(byName.get(name.toLowerCase())),
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
