import type { Database } from '@lab/shared/sqlite.ts';
import type { Blob, BlobDescription, BlobKey, ContainerKey, Stamp } from '../domain/blob.ts';
import type { Segment } from '../domain/block.ts';
import { refuse } from '../domain/failures.ts';
import type { Blobs, Guard, Listed } from '../domain/storage.ts';
import type { Tags } from '../domain/tags.ts';

type Row = Omit<Blob, 'properties' | 'metadata' | 'tier' | 'tags'> & {
  properties: string;
  metadata: string;
  tier: string | null;
  tags: string;
};

/** Blobs in SQLite; their bytes are in the content store, one or more files each. */
export function sqliteBlobs(db: Database): Blobs {
  const columns = 'id, name, etag, created, modified, size, properties, metadata, tier, tags';
  const container = db.prepare<[ContainerKey], unknown>(
    'SELECT 1 FROM containers WHERE account_id = @accountId AND name = @container',
  );
  const find = db.prepare<[BlobKey], Row>(
    `SELECT ${columns} FROM blobs WHERE account_id = @accountId AND container = @container AND name = @blob`,
  );
  const insert = db.prepare<[BlobKey & Omit<Row, 'id' | 'name'>]>(`
    INSERT INTO blobs (account_id, container, name, etag, created, modified, size, properties, metadata, tier, tags)
    VALUES (@accountId, @container, @blob, @etag, @created, @modified, @size, @properties, @metadata, @tier, @tags)`);
  const update = db.prepare<[Omit<Row, 'name' | 'created'>]>(`
    UPDATE blobs SET etag = @etag, modified = @modified, size = @size, properties = @properties, metadata = @metadata,
                     tier = @tier, tags = @tags WHERE id = @id`);
  const updateTags = db.prepare<[tags: string, id: number]>('UPDATE blobs SET tags = ? WHERE id = ?');
  const remove = db.prepare<[id: number]>('DELETE FROM blobs WHERE id = ?');
  const segments = db.prepare<[id: number], Segment>(
    'SELECT file, size, block_id AS blockId FROM segments WHERE blob_id = ? ORDER BY position',
  );
  const overlapping = db.prepare<
    [id: number, end: number, start: number],
    { file: string; start: number; size: number }
  >('SELECT file, start, size FROM segments WHERE blob_id = ? AND start < ? AND start + size > ? ORDER BY position');
  const addSegment = db.prepare<[Segment & { id: number; position: number; start: number }]>(
    'INSERT INTO segments (blob_id, position, start, size, file, block_id) VALUES (@id, @position, @start, @size, @file, @blockId)',
  );
  const dropSegments = db.prepare<[id: number]>('DELETE FROM segments WHERE blob_id = ?');
  const blockFiles = db.prepare<[BlobKey], { file: string }>(
    'SELECT file FROM blocks WHERE account_id = @accountId AND container = @container AND blob = @blob',
  );
  const dropBlocks = db.prepare<[BlobKey]>(
    'DELETE FROM blocks WHERE account_id = @accountId AND container = @container AND blob = @blob',
  );
  type Span = ContainerKey & { from: string; limit: number };
  const list = db.prepare<[Span], Row>(`
    SELECT ${columns} FROM blobs WHERE account_id = @accountId AND container = @container AND name >= @from
     ORDER BY name LIMIT @limit`);
  const listUncommitted = db.prepare<[Span], { name: string }>(`
    SELECT DISTINCT k.blob AS name FROM blocks k
     WHERE k.account_id = @accountId AND k.container = @container AND k.blob >= @from AND NOT EXISTS (
       SELECT 1 FROM blobs b WHERE b.account_id = k.account_id AND b.container = k.container AND b.name = k.blob)
     ORDER BY k.blob LIMIT @limit`);

  const current = (key: BlobKey): Blob | undefined => {
    const row = find.get(key);
    return row && toBlob(row);
  };
  const guarded = (key: BlobKey, guard: Guard): Blob | undefined => {
    if (!container.get(key)) throw refuse('ContainerNotFound');
    const blob = current(key);
    guard(blob);
    return blob;
  };
  const existing = (key: BlobKey, guard: Guard): Blob => {
    const blob = guarded(key, guard);
    if (!blob) throw refuse('BlobNotFound');
    return blob;
  };
  const filesOf = (key: BlobKey, blob: Blob | undefined): string[] => [
    ...(blob ? segments.all(blob.id).map(({ file }) => file) : []),
    ...blockFiles.all(key).map(({ file }) => file),
  ];

  return {
    find: current,
    pieces: ({ id }, { start, end }) =>
      overlapping.all(id, end, start).map((segment) => ({
        file: segment.file,
        start: Math.max(0, start - segment.start),
        end: Math.min(segment.size, end - segment.start),
      })),
    segments: ({ id }) => segments.all(id),
    put: db.transaction(
      (key: BlobKey, description: BlobDescription & Stamp, content: readonly Segment[], guard: Guard) => {
        const before = guarded(key, guard);
        const old = filesOf(key, before);
        const size = content.reduce((sum, segment) => sum + segment.size, 0);
        const values = { ...toColumns(description), etag: description.etag, modified: description.modified, size };
        let id = before?.id;
        if (id === undefined)
          id = Number(insert.run({ ...key, ...values, created: description.modified }).lastInsertRowid);
        else update.run({ ...values, id });
        dropSegments.run(id);
        dropBlocks.run(key);
        let start = 0;
        content.forEach((segment, position) => {
          addSegment.run({ ...segment, id, position, start });
          start += segment.size;
        });
        const kept = new Set(content.map(({ file }) => file));
        return { blob: found(current(key)), freed: [...new Set(old)].filter((file) => !kept.has(file)) };
      },
    ),
    describe: db.transaction((key: BlobKey, change: (current: Blob) => BlobDescription, stamp: Stamp, guard: Guard) => {
      const before = existing(key, guard);
      update.run({ ...toColumns(change(before)), ...stamp, id: before.id, size: before.size });
      return found(current(key));
    }),
    setTags: db.transaction((key: BlobKey, tags: Tags, guard: Guard) => {
      updateTags.run(JSON.stringify(tags), existing(key, guard).id);
    }),
    remove: db.transaction((key: BlobKey, guard: Guard) => {
      const blob = existing(key, guard);
      const freed = [...new Set(filesOf(key, blob))];
      remove.run(blob.id);
      dropBlocks.run(key);
      return freed;
    }),
    list: (key, from, limit, withUncommitted) => {
      const span = { ...key, from, limit };
      const committed: Listed[] = list.all(span).map((row) => ({ name: row.name, blob: toBlob(row) }));
      if (!withUncommitted) return committed;
      const uncommitted: Listed[] = listUncommitted.all(span).map(({ name }) => ({ name, blob: undefined }));
      // The first `limit` of both together are among the first `limit` of each.
      return [...committed, ...uncommitted].sort(byName).slice(0, limit);
    },
  };
}

const byName = (a: Listed, b: Listed): number => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name));

const toColumns = ({ properties, metadata, tier, tags = [] }: BlobDescription) => ({
  properties: JSON.stringify(properties),
  metadata: JSON.stringify(metadata),
  tier: tier ?? null,
  tags: JSON.stringify(tags),
});

const toBlob = ({ properties, metadata, tier, tags, ...row }: Row): Blob => ({
  ...row,
  properties: JSON.parse(properties),
  metadata: JSON.parse(metadata),
  tier: (tier ?? undefined) as Blob['tier'],
  tags: JSON.parse(tags),
});

/** A row that was written in the same transaction. */
function found(blob: Blob | undefined): Blob {
  if (!blob) throw new Error('a blob vanished inside its own transaction');
  return blob;
}
