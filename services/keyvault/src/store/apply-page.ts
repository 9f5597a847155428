import { createHash } from 'node:crypto';
import type { Clock } from '@lab/shared/clock.ts';
import { beginWith } from '@lab/shared/feed/begin.ts';
import type { CursorStore } from '@lab/shared/feed/cursor-store.ts';
import type { FeedPage } from '@lab/shared/feed/feed.ts';
import type { Change } from '@lab/shared/feed/resources.ts';
import type { Log } from '@lab/shared/log.ts';
import type { AssignmentsStore } from '@lab/shared/policy/assignments.ts';
import type { Database } from '@lab/shared/sqlite.ts';
import { tablesOf } from '@lab/shared/tables.ts';
import { type DeclaredSecret, declareSecret } from '../domain/declared-secret.ts';
import type { SecretStore } from '../domain/secret.ts';
import type { VaultStore } from './vaults.ts';

export type ApplyPage = (page: FeedPage, options: { fresh: boolean }) => void;

/** What the service has of its own, and what it knows its secrets by. */
export const OWN_TABLES = ['vaults', 'secrets', 'secret_versions', 'declared_secrets'] as const;

/**
 * Applies a page of the feed, and the cursor with it, in one transaction.
 *
 * A vault that is purged takes its secrets along, also where only its successor of the same name was heard of; a deleted
 * one keeps them. A new epoch that began with a reset has no secrets, one that began with a snapshot those of its copy. In one
 * of neither kind the vaults and assignments of the old one are forgotten, while secrets stay: what was declared for a name
 * that is taken is then not set again.
 */
export function pageApplier({
  db,
  vaults,
  secrets,
  assignments,
  cursor,
  clock,
  log,
}: {
  db: Database;
  vaults: VaultStore;
  secrets: SecretStore;
  assignments: AssignmentsStore;
  cursor: CursorStore;
  clock: Clock;
  log: Log;
}): ApplyPage {
  const tables = tablesOf(db, OWN_TABLES);
  const digestOf = db.prepare<[id: string], { digest: string }>('SELECT digest FROM declared_secrets WHERE id = ?');
  const keepDigest = db.prepare<[id: string, digest: string]>('INSERT OR REPLACE INTO declared_secrets VALUES (?, ?)');
  const dropDigest = db.prepare<[id: string]>('DELETE FROM declared_secrets WHERE id = ?');

  const dropDigests = db.prepare<[prefix: string]>('DELETE FROM declared_secrets WHERE instr(id, ?) = 1');

  const applySecret = (id: string, value: DeclaredSecret | null, fresh: boolean) => {
    const key = id.toLowerCase();
    if (!value) {
      const [, vaultId = '', name = ''] = /^(.*)\/secrets\/([^/]+)$/i.exec(id) ?? [];
      secrets.purge(vaultId, name);
      dropDigest.run(key);
      return;
    }
    const digest = createHash('sha256')
      .update(JSON.stringify([value.value, value.contentType, Object.entries(value.tags ?? {}).sort()]))
      .digest('hex');
    if (fresh || digestOf.get(key)?.digest !== digest) {
      const refused = declareSecret(value, { secrets, now: clock.now(), onlyIfAbsent: fresh });
      if (refused !== undefined) log.warn({ secret: id, reason: refused }, 'a declared secret was left out');
    }
    keepDigest.run(key, digest);
  };

  const purgeSecrets = (vaultId: string) => {
    secrets.purgeAll(vaultId);
    dropDigests.run(`${vaultId.toLowerCase()}/secrets/`);
  };

  const apply = ({ kind, id, value }: Change, fresh: boolean) => {
    if (kind === 'vault') {
      const isAnother = value?.instanceId !== undefined && value.instanceId !== vaults.find(id)?.instanceId;
      if (value === null || isAnother) purgeSecrets(id);
      if (value) vaults.put(value);
      else vaults.drop(id);
    }
    if (kind === 'secret') applySecret(id, value, fresh);
  };

  return db.transaction((page: FeedPage, { fresh }: { fresh: boolean }) => {
    if (fresh) {
      vaults.clear();
      assignments.clear();
    }
    const keepsSecrets = fresh && !beginWith(tables, page.begun);
    for (const change of page.changes) {
      apply(change, keepsSecrets);
      assignments.apply(change);
    }
    cursor.set(page);
  });
}
