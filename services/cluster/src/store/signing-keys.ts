import type { Database } from '@lab/shared/sqlite.ts';
import type { SigningKey, SigningKeys } from '../domain/signing-key.ts';

/** The one that signs and the one before it: what that one has signed is good for another hour. */
const KEPT = 2;

/** Signing keys in SQLite. */
export function sqliteSigningKeys(db: Database): SigningKeys {
  const find = db.prepare<[issuer: string], SigningKey>(
    'SELECT kid, private_key AS privateKey FROM signing_keys WHERE issuer = ? ORDER BY id DESC',
  );
  const insert = db.prepare<[issuer: string, kid: string, privateKey: string]>(
    'INSERT INTO signing_keys (issuer, kid, private_key) VALUES (?, ?, ?)',
  );
  const dropOld = db.prepare<[issuer: string, issuer: string, kept: number]>(`
    DELETE FROM signing_keys WHERE issuer = ? AND id NOT IN (
      SELECT id FROM signing_keys WHERE issuer = ? ORDER BY id DESC LIMIT ?)`);
  return {
    of: (issuer) => find.all(issuer),
    add: db.transaction((issuer: string, { kid, privateKey }: SigningKey) => {
      insert.run(issuer, kid, privateKey);
      dropOld.run(issuer, issuer, KEPT);
    }),
  };
}
