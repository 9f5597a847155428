import type { Database } from '@lab/shared/sqlite.ts';
import { type IdentityKey, type IdentityKeys, RETIRED_SECONDS } from '../domain/identity-key.ts';

export type IdentityKeyStore = IdentityKeys & {
  /** Deletes the keys of all identities but these. */
  keepOnly(clientIds: readonly string[]): void;
};

const COLUMNS = `id, client_id AS clientId, certificate, private_key AS privateKey, not_before AS notBefore,
  not_after AS notAfter, confirmed_in AS confirmedIn`;

/** Key pairs of managed identities in SQLite. */
export function sqliteIdentityKeys(db: Database): IdentityKeyStore {
  const find = db.prepare<[clientId: string], IdentityKey>(
    `SELECT ${COLUMNS} FROM identity_keys WHERE client_id = ? ORDER BY id`,
  );
  const insert = db.prepare<[Omit<IdentityKey, 'id' | 'confirmedIn'>]>(`
    INSERT INTO identity_keys (client_id, certificate, private_key, not_before, not_after)
    VALUES (@clientId, @certificate, @privateKey, @notBefore, @notAfter)`);
  const markConfirmed = db.prepare<[epoch: string, id: number]>(
    'UPDATE identity_keys SET confirmed_in = ? WHERE id = ?',
  );
  const dropOlder = db.prepare<[clientId: string, id: number]>(
    'DELETE FROM identity_keys WHERE client_id = ? AND id < ?',
  );
  const retire = db.prepare<[now: number, clientId: string, id: number]>(`
    INSERT INTO retired_certificates (client_id, certificate, retired_at)
    SELECT client_id, certificate, ? FROM identity_keys
     WHERE client_id = ? AND id < ? AND confirmed_in IS NOT NULL ORDER BY id`);
  const retired = db
    .prepare<[clientId: string, since: number], string>(
      'SELECT certificate FROM retired_certificates WHERE client_id = ? AND retired_at >= ? ORDER BY rowid',
    )
    .pluck();
  const dropRetired = db.prepare<[clientId: string, before: number]>(
    'DELETE FROM retired_certificates WHERE client_id = ? AND retired_at < ?',
  );
  const dropOthersRetired = db.prepare<[clientIds: string]>(
    'DELETE FROM retired_certificates WHERE client_id NOT IN (SELECT value FROM json_each(?))',
  );
  const dropOthers = db.prepare<[clientIds: string]>(
    'DELETE FROM identity_keys WHERE client_id NOT IN (SELECT value FROM json_each(?))',
  );
  const confirm = db.transaction((key: IdentityKey, epoch: string, now: number) => {
    markConfirmed.run(epoch, key.id);
    dropRetired.run(key.clientId, now - RETIRED_SECONDS);
    retire.run(now, key.clientId, key.id);
    dropOlder.run(key.clientId, key.id);
  });
  return {
    of: (clientId) => find.all(clientId),
    add: (key) => {
      insert.run(key);
    },
    confirm: (key, epoch, now) => confirm(key, epoch, now),
    retired: (clientId, since) => retired.all(clientId, since),
    keepOnly: (clientIds) => {
      dropOthers.run(JSON.stringify(clientIds));
      dropOthersRetired.run(JSON.stringify(clientIds));
    },
  };
}
