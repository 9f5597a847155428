import type { ShownResource } from '@lab/shared/fabric/resource-routes.ts';
import type { Database } from '@lab/shared/sqlite.ts';
import type { VaultStore } from './vaults.ts';

type Row = { vaultId: string; name: string; deletedDate: number | null };

/** Every secret by name, the deleted ones included, and no value of any. */
export function shownSecrets(db: Database, vaults: Pick<VaultStore, 'find'>): () => ShownResource[] {
  const all = db.prepare<[], Row>(
    'SELECT vault_id AS vaultId, name, deleted_date AS deletedDate FROM secrets ORDER BY vault_id, key',
  );
  return () =>
    all.all().map(({ vaultId, name, deletedDate }) => {
      const vault = vaults.find(vaultId)?.resourceId ?? vaultId;
      const deleted = deletedDate === null ? {} : { deletedAt: deletedDate };
      return { kind: 'secret', id: `${vault}/secrets/${name}`, vaultId: vault, name, ...deleted };
    });
}
