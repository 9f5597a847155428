import type { ShownResource } from '@lab/shared/fabric/resource-routes.ts';
import type { Database } from '@lab/shared/sqlite.ts';
import type { AccountsStore } from './accounts.ts';

type Row = { accountId: string; container: string; name: string | null; size: number | null };

/** Every container, and every blob with its size; no content. */
export function shownBlobs(db: Database, accounts: Pick<AccountsStore, 'find'>): () => ShownResource[] {
  const all = db.prepare<[], Row>(`
    SELECT account_id AS accountId, name AS container, NULL AS name, NULL AS size FROM containers
     UNION ALL SELECT account_id, container, name, size FROM blobs ORDER BY 1, 2, 3`);
  return () =>
    all.all().map(({ accountId: key, container, name, size }) => {
      const accountId = accounts.find(key)?.resourceId ?? key;
      const id = `${accountId}/blobServices/default/containers/${container}`;
      if (name === null) return { kind: 'container', id, accountId, name: container };
      return { kind: 'blob', id: `${id}/blobs/${name}`, accountId, container, name, size };
    });
}
