import type { Clock } from '@lab/shared/clock.ts';
import { beginWith } from '@lab/shared/feed/begin.ts';
import type { CursorStore } from '@lab/shared/feed/cursor-store.ts';
import type { FeedPage } from '@lab/shared/feed/feed.ts';
import type { Change, ResourceOf } from '@lab/shared/feed/resources.ts';
import type { AssignmentsStore } from '@lab/shared/policy/assignments.ts';
import type { Database } from '@lab/shared/sqlite.ts';
import { tablesOf } from '@lab/shared/tables.ts';
import { type BlobKey, newEtag } from '../domain/blob.ts';
import { type Blobs, type Containers, type Content, type Received, segmentsOf } from '../domain/storage.ts';
import type { AccountsStore } from './accounts.ts';

/** What the service has of its own, and what it knows it by. */
export const OWN_TABLES = ['accounts', 'containers', 'blobs', 'segments', 'blocks'] as const;

export type ApplyPage = (page: FeedPage, options: { fresh: boolean }) => Promise<void>;

/**
 * Applies what `arm` says to the database, a page in one transaction together with the cursor.
 *
 * Declared containers and blobs are made when their change arrives, and removed when they are declared no longer; in
 * between they belong to whoever writes them. An account that was deleted takes its content along, also where only its
 * successor of the same name was heard of. An epoch that begins with a reset has no data, one that begins with a snapshot
 * that of its copy. When one of neither kind begins, accounts and assignments are forgotten, data stays, and what is declared
 * is made only where nothing is.
 */
export function feedApplier({
  db,
  accounts,
  assignments,
  cursor,
  containers,
  blobs,
  content,
  clock,
  takeOver = () => {},
}: {
  db: Database;
  accounts: AccountsStore;
  assignments: AssignmentsStore;
  cursor: CursorStore;
  containers: Containers;
  blobs: Blobs;
  content: Content;
  clock: Clock;
  /** What else a page brings, in the same breath: nobody is judged by the time of one life and the roles of another. */
  takeOver?: (page: FeedPage, options: { fresh: boolean }) => void;
}): ApplyPage {
  const stamp = () => ({ etag: newEtag(), modified: clock.now() });
  const ensureContainer = (key: BlobKey): void => {
    if (!containers.find(key)) containers.create(key, { ...stamp(), metadata: [] });
  };
  const putDeclared = (key: BlobKey, blob: ResourceOf<'blob'>, received: Received): readonly string[] => {
    ensureContainer(key);
    const properties = { contentType: headerText(blob.contentType), contentMd5: received.md5 };
    return blobs.put(key, { properties, metadata: [], ...stamp() }, segmentsOf(received), () => {}).freed;
  };
  /** @returns freed files. */
  const applyChange = (change: Change, written: ReadonlyMap<Change, Received>, fresh: boolean): readonly string[] => {
    if (change.kind === 'storageAccount') {
      const { value } = change;
      const isAnother = value?.instanceId !== undefined && value.instanceId !== accounts.find(change.id)?.instanceId;
      const freed = value === null || isAnother ? containers.removeAll(change.id.toLowerCase()) : [];
      if (value) accounts.put(value);
      else accounts.remove(change.id);
      return freed;
    }
    if (change.kind === 'container') {
      const key = keyOf(change.id);
      if (!key) return [];
      if (!change.value) return containers.remove(key);
      ensureContainer(key);
    }
    if (change.kind === 'blob') {
      const key = keyOf(change.id);
      const received = written.get(change);
      if (!key) return [];
      if (!change.value) return blobs.find(key) ? blobs.remove(key, () => {}) : [];
      if (received && fresh && blobs.find(key)) return received.file === null ? [] : [received.file];
      if (received) return putDeclared(key, change.value, received);
    }
    assignments.apply(change);
    return [];
  };
  const tables = tablesOf(db, OWN_TABLES);
  const files = db.prepare<[], string>('SELECT file FROM segments UNION SELECT file FROM blocks').pluck();
  /** @returns freed files. */
  const begin = (page: FeedPage): { keepsData: boolean; freed: readonly string[] } => {
    const before = files.all();
    accounts.clear();
    assignments.clear();
    if (!beginWith(tables, page.begun)) return { keepsData: true, freed: [] };
    const after = new Set(files.all());
    return { keepsData: false, freed: before.filter((file) => !after.has(file)) };
  };
  const applyAll = db.transaction((page: FeedPage, written: ReadonlyMap<Change, Received>, fresh: boolean) => {
    const { keepsData, freed } = fresh ? begin(page) : { keepsData: false, freed: [] };
    const replaced = page.changes.flatMap((change) => applyChange(change, written, keepsData));
    cursor.set({ epoch: page.epoch, revision: page.revision });
    return [...freed, ...replaced];
  });

  return async (page, { fresh }) => {
    const written = new Map<Change, Received>();
    try {
      for (const change of page.changes) {
        if (change.kind !== 'blob' || !change.value) continue;
        written.set(change, await content.receive(bytesOf(change.value.content)));
      }
      takeOver(page, { fresh });
      content.discard(applyAll(page, written, fresh));
    } catch (error) {
      content.discard([...written.values()].flatMap(({ file }) => (file === null ? [] : [file])));
      throw error;
    }
  };
}

/**
 * The key in the id of a container or blob. Only the account's part ignores case.
 * @returns undefined for an id of another form, which names nothing here.
 */
function keyOf(id: string): BlobKey | undefined {
  const [, accountId, container, blob = ''] =
    /^(.+?)\/blobServices\/default\/containers\/([^/]+)(?:\/blobs\/(.+))?$/is.exec(id) ?? [];
  if (accountId === undefined || container === undefined) return undefined;
  return { accountId: accountId.toLowerCase(), container, blob };
}

/** A content type from a file may hold what no header may. */
const headerText = (text: string): string => (/^[\x20-\x7e]+$/.test(text) ? text : 'application/octet-stream');

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  if (text !== '') yield Buffer.from(text);
}
