import type { Database } from '../sqlite.ts';
import type { Cursor } from './follow.ts';

export type CursorStore = { get(): Cursor | undefined; set(cursor: Cursor): void };

/** The follower's cursor, one row, in the follower's own database so that it can be written with what it stands for. */
export function sqliteCursor(db: Database): CursorStore {
  db.exec(
    'CREATE TABLE IF NOT EXISTS feed_cursor (only_row INTEGER PRIMARY KEY CHECK (only_row = 1), epoch TEXT NOT NULL, revision INTEGER NOT NULL) STRICT',
  );
  const get = db.prepare<[], Cursor>('SELECT epoch, revision FROM feed_cursor');
  const set = db.prepare<[Cursor]>(
    'INSERT OR REPLACE INTO feed_cursor (only_row, epoch, revision) VALUES (1, @epoch, @revision)',
  );
  return {
    get: () => get.get(),
    set: (cursor) => {
      set.run({ epoch: cursor.epoch, revision: cursor.revision });
    },
  };
}
