import type { CursorStore } from '@lab/shared/feed/cursor-store.ts';
import type { FeedPage } from '@lab/shared/feed/resources.ts';
import type { Database } from '@lab/shared/sqlite.ts';
import type { DirectoryStore } from './directory.ts';

/** Applies a page of the feed and stores how far it reaches, in one transaction: a change is applied once, or not yet. */
export const applyPages = (db: Database, directory: DirectoryStore, cursor: CursorStore) =>
  db.transaction(({ changes, epoch, revision }: FeedPage, { fresh }: { fresh: boolean }): void => {
    if (fresh) directory.clear();
    for (const change of changes) directory.apply(change);
    cursor.set({ epoch, revision });
  });
