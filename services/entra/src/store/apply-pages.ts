import { beginWith } from '@lab/shared/feed/begin.ts';
import type { CursorStore } from '@lab/shared/feed/cursor-store.ts';
import type { FeedPage } from '@lab/shared/feed/feed.ts';
import type { Change } from '@lab/shared/feed/resources.ts';
import type { Database } from '@lab/shared/sqlite.ts';
import { tablesOf } from '@lab/shared/tables.ts';

type Followed = { apply(change: Change): void; clear(): void };

/** What was made through Graph, with what the lab declares of the same kind. */
export const OWN_TABLES = [
  'applications',
  'identifier_uris',
  'application_principals',
  'secrets',
  'key_credentials',
  'application_federated_credentials',
  'app_role_assignments',
] as const;

/**
 * Applies a page of the feed and stores how far it reaches, in one transaction: a change is applied once, or not yet. In an
 * epoch that begins with a reset or a snapshot there are the registrations of that, and no others.
 */
export function applyPages(db: Database, stores: readonly Followed[], cursor: CursorStore) {
  const tables = tablesOf(db, OWN_TABLES);
  return db.transaction(({ changes, epoch, begun, revision }: FeedPage, { fresh }: { fresh: boolean }): void => {
    if (fresh) {
      for (const store of stores) store.clear();
      beginWith(tables, begun);
    }
    for (const store of stores) for (const change of changes) store.apply(change);
    cursor.set({ epoch, revision });
  });
}
