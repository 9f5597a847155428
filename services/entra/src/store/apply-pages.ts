import type { CursorStore } from '@lab/shared/feed/cursor-store.ts';
import type { FeedPage } from '@lab/shared/feed/feed.ts';
import type { Change } from '@lab/shared/feed/resources.ts';
import type { Database } from '@lab/shared/sqlite.ts';

type Followed = { apply(change: Change): void; clear(): void };

/** Applies a page of the feed and stores how far it reaches, in one transaction: a change is applied once, or not yet. */
export const applyPages = (db: Database, stores: readonly Followed[], cursor: CursorStore) =>
  db.transaction(({ changes, epoch, revision }: FeedPage, { fresh }: { fresh: boolean }): void => {
    for (const store of stores) {
      if (fresh) store.clear();
      for (const change of changes) store.apply(change);
    }
    cursor.set({ epoch, revision });
  });
