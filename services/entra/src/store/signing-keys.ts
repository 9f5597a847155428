import type { Database } from '@lab/shared/sqlite.ts';
import type { SigningKeys } from '../domain/key-ring.ts';
import type { GeneratedKey, PublishedKey } from '../domain/signing-key.ts';

type NewRow = GeneratedKey & { state: 'current' | 'next'; activatedAt: number | null };

/** Signing keys in SQLite. Each change is one transaction: killed at any point, there is one current key and one next. */
export function sqliteSigningKeys(db: Database): SigningKeys {
  const current = db.prepare<[], { kid: string; privateKey: string; activatedAt: number }>(`
    SELECT kid, private_key AS privateKey, activated_at AS activatedAt FROM signing_keys WHERE state = 'current'`);
  const next = db.prepare<[], { kid: string }>(`SELECT kid FROM signing_keys WHERE state = 'next'`);
  const published = db.prepare<[retiredAfter: number], PublishedKey>(`
    SELECT kid, certificate FROM signing_keys WHERE state <> 'retired' OR retired_at > ?
     ORDER BY CASE state WHEN 'current' THEN 0 WHEN 'next' THEN 1 ELSE 2 END, retired_at DESC`);
  const insert = db.prepare<[NewRow]>(`
    INSERT INTO signing_keys (kid, state, certificate, private_key, created_at, activated_at)
    VALUES (@kid, @state, @certificate, @privateKey, @createdAt, @activatedAt)`);
  const retire = db.prepare<[now: number]>(`
    UPDATE signing_keys SET state = 'retired', retired_at = ?, private_key = NULL WHERE state = 'current'`);
  const activate = db.prepare<[now: number]>(`
    UPDATE signing_keys SET state = 'current', activated_at = ? WHERE state = 'next'`);
  const forget = db.prepare<[retiredBefore: number]>(
    `DELETE FROM signing_keys WHERE state = 'retired' AND retired_at <= ?`,
  );
  return {
    findCurrent: () => current.get(),
    findNextKid: () => next.get()?.kid,
    published: (retiredAfter) => published.all(retiredAfter),
    install: db.transaction((keys, now) => {
      if (keys.current) insert.run({ ...keys.current, state: 'current', activatedAt: now });
      if (keys.next) insert.run({ ...keys.next, state: 'next', activatedAt: null });
    }),
    rotate: db.transaction((newNext, now, retiredBefore) => {
      retire.run(now);
      activate.run(now);
      insert.run({ ...newNext, state: 'next', activatedAt: null });
      forget.run(retiredBefore);
    }),
  };
}
