import type { Database } from '@lab/shared/sqlite.ts';
import type { BlobKey } from '../domain/blob.ts';
import { MAX_UNCOMMITTED_BLOCKS, type Segment } from '../domain/block.ts';
import { refuse } from '../domain/failures.ts';
import type { Blocks } from '../domain/storage.ts';

/** Blocks that were put and are in no blob yet. */
export function sqliteBlocks(db: Database): Blocks {
  const where = 'account_id = @accountId AND container = @container AND blob = @blob';
  const container = db.prepare<[BlobKey], unknown>(
    'SELECT 1 FROM containers WHERE account_id = @accountId AND name = @container',
  );
  const any = db.prepare<[BlobKey], { id: string }>(`SELECT block_id AS id FROM blocks WHERE ${where} LIMIT 1`);
  const count = db.prepare<[BlobKey], { n: number }>(`SELECT count(*) AS n FROM blocks WHERE ${where}`);
  const one = db.prepare<[BlobKey & { blockId: string }], { file: string }>(
    `SELECT file FROM blocks WHERE ${where} AND block_id = @blockId`,
  );
  const insert = db.prepare<[BlobKey & Segment & { created: number }]>(
    'INSERT OR REPLACE INTO blocks VALUES (@accountId, @container, @blob, @blockId, @size, @file, @created)',
  );
  const list = db.prepare<[BlobKey], Segment & { blockId: string }>(
    `SELECT block_id AS blockId, size, file FROM blocks WHERE ${where} ORDER BY rowid`,
  );
  const old = db.prepare<[created: number], { file: string }>('SELECT file FROM blocks WHERE created < ?');
  const dropOld = db.prepare<[created: number]>('DELETE FROM blocks WHERE created < ?');
  const files = db.prepare<[], { file: string }>('SELECT file FROM segments UNION SELECT file FROM blocks');
  const lengthOf = (id: string): number => Buffer.from(id, 'base64').length;
  return {
    add: db.transaction((key: BlobKey, block: Segment & { readonly blockId: string }, created: number) => {
      if (!container.get(key)) throw refuse('ContainerNotFound');
      const other = any.get(key);
      if (other && lengthOf(other.id) !== lengthOf(block.blockId)) throw refuse('InvalidBlobOrBlock');
      const replaced = one.get({ ...key, blockId: block.blockId });
      if (!replaced && (count.get(key)?.n ?? 0) >= MAX_UNCOMMITTED_BLOCKS) throw refuse('BlockCountExceedsLimit');
      insert.run({ ...key, ...block, created });
      return replaced ? [replaced.file] : [];
    }),
    list: (key) => list.all(key),
    removeOlderThan: db.transaction((created: number) => {
      const freed = old.all(created).map(({ file }) => file);
      dropOld.run(created);
      return freed;
    }),
    allFiles: () => new Set(files.all().map(({ file }) => file)),
  };
}
