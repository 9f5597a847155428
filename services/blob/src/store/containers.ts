import type { Database } from '@lab/shared/sqlite.ts';
import type { Container, ContainerKey } from '../domain/blob.ts';
import { refuse } from '../domain/failures.ts';
import type { Containers } from '../domain/storage.ts';

type Row = Omit<Container, 'metadata'> & { readonly metadata: string };

export function sqliteContainers(db: Database): Containers {
  const columns = 'name, etag, modified, metadata';
  const find = db.prepare<[accountId: string, name: string], Row>(
    `SELECT ${columns} FROM containers WHERE account_id = ? AND name = ?`,
  );
  const list = db.prepare<[accountId: string, from: string, limit: number], Row>(
    `SELECT ${columns} FROM containers WHERE account_id = ? AND name >= ? ORDER BY name LIMIT ?`,
  );
  const names = db.prepare<[accountId: string], { name: string }>('SELECT name FROM containers WHERE account_id = ?');
  const insert = db.prepare<[accountId: string, name: string, etag: string, modified: number, metadata: string]>(
    'INSERT INTO containers VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const update = db.prepare<[etag: string, modified: number, metadata: string, accountId: string, name: string]>(
    'UPDATE containers SET etag = ?, modified = ?, metadata = ? WHERE account_id = ? AND name = ?',
  );
  const files = db.prepare<[ContainerKey], { file: string }>(`
    SELECT s.file FROM segments s JOIN blobs b ON b.id = s.blob_id
     WHERE b.account_id = @accountId AND b.container = @container
     UNION SELECT file FROM blocks WHERE account_id = @accountId AND container = @container`);
  const remove = db.prepare<[accountId: string, name: string]>(
    'DELETE FROM containers WHERE account_id = ? AND name = ?',
  );
  const removeWithFiles = db.transaction((key: ContainerKey): string[] => {
    const freed = files.all(key).map(({ file }) => file);
    remove.run(key.accountId, key.container);
    return freed;
  });
  return {
    find: ({ accountId, container }) => toContainer(find.get(accountId, container)),
    create: ({ accountId, container }, { etag, modified, metadata }) => {
      const { changes } = insert.run(accountId, container, etag, modified, JSON.stringify(metadata));
      if (changes === 0) throw refuse('ContainerAlreadyExists');
    },
    setMetadata: ({ accountId, container }, { etag, modified, metadata }) => {
      update.run(etag, modified, JSON.stringify(metadata), accountId, container);
    },
    remove: removeWithFiles,
    removeAll: db.transaction((accountId: string) =>
      names.all(accountId).flatMap(({ name }) => removeWithFiles({ accountId, container: name })),
    ),
    list: (accountId, from, limit) => list.all(accountId, from, limit).map((row) => toContainer(row)),
  };
}

function toContainer(row: Row): Container;
function toContainer(row: Row | undefined): Container | undefined;
function toContainer(row: Row | undefined): Container | undefined {
  return row && { ...row, metadata: JSON.parse(row.metadata) };
}
