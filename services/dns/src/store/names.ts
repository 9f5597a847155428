import type { CursorStore } from '@lab/shared/feed/cursor-store.ts';
import type { FeedPage } from '@lab/shared/feed/feed.ts';
import type { Change } from '@lab/shared/feed/resources.ts';
import type { Database } from '@lab/shared/sqlite.ts';

export type Names = {
  /** @param host Lower case. */
  exists(host: string): boolean;
  /** Applies a page of the feed, and the cursor with it, in one transaction. A new epoch forgets the names of the old one. */
  apply(page: FeedPage, options: { fresh: boolean }): void;
};

/** Host names of what `arm` says exists. On disk, so that they survive a restart while `arm` is down. */
export function sqliteNames(db: Database, cursor: CursorStore): Names {
  const find = db.prepare<[host: string], unknown>('SELECT 1 FROM names WHERE host = ?');
  const put = db.prepare<[id: string, host: string]>('INSERT OR REPLACE INTO names (id, host) VALUES (?, ?)');
  const drop = db.prepare<[id: string]>('DELETE FROM names WHERE id = ?');
  const clear = db.prepare('DELETE FROM names');
  const applyChange = (change: Change): void => {
    if (change.kind !== 'vault' && change.kind !== 'storageAccount') return;
    const id = change.id.toLowerCase();
    const { value } = change;
    // A deleted vault is kept until it is purged, and has no name meanwhile.
    const isDeleted = value === null || ('deletedAt' in value && value.deletedAt !== undefined);
    if (isDeleted) drop.run(id);
    else put.run(id, value.host.toLowerCase());
  };
  return {
    exists: (host) => find.get(host) !== undefined,
    apply: db.transaction((page: FeedPage, { fresh }: { fresh: boolean }) => {
      if (fresh) clear.run();
      for (const change of page.changes) applyChange(change);
      cursor.set(page);
    }),
  };
}
