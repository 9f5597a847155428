import type { Peer } from '@lab/shared/fabric/peers.ts';
import type { Database } from '@lab/shared/sqlite.ts';
import type { Followers } from '../domain/feed.ts';

/** Who has ever followed, in SQLite. */
export function sqliteFollowers(db: Database): Followers {
  const all = db.prepare<[], Peer>('SELECT peer FROM followers').pluck();
  const add = db.prepare<[Peer]>('INSERT OR IGNORE INTO followers VALUES (?)');
  return {
    all: () => all.all(),
    add: (peer) => {
      add.run(peer);
    },
  };
}
