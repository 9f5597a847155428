import type { Database } from '@lab/shared/sqlite.ts';
import type { Deletion, Secret, SecretProperties, SecretStore, SecretVersion } from '../domain/secret.ts';

type DeletionRow = { deletedDate: number | null; scheduledPurgeDate: number | null };
type SecretRow = DeletionRow & { name: string };
type PropertiesRow = Omit<SecretProperties, 'contentType' | 'tags' | 'enabled' | 'notBefore' | 'expires'> & {
  contentType: string | null;
  tags: string;
  enabled: number;
  notBefore: number | null;
  expires: number | null;
};
type VersionRow = PropertiesRow & { value: string };
type Key = { vaultId: string; key: string };

const PROPERTIES = `s.name, v.version, v.content_type AS contentType, v.tags, v.enabled, v.not_before AS notBefore,
  v.expires, v.created, v.updated`;
const DELETION = 's.deleted_date AS deletedDate, s.scheduled_purge_date AS scheduledPurgeDate';
const VERSIONS = 'secret_versions v JOIN secrets s USING (vault_id, key)';
const OF_SECRET = 'v.vault_id = @vaultId AND v.key = @key';
const WITH_LATEST = `secrets s JOIN secret_versions v ON v.sequence =
  (SELECT max(sequence) FROM secret_versions WHERE vault_id = s.vault_id AND key = s.key)`;
const PAGE = 's.vault_id = @vaultId AND s.key > @after ORDER BY s.key LIMIT @limit';

/** Secrets in SQLite, one row per name and one per version. */
export function sqliteSecrets(db: Database): SecretStore {
  const find = db.prepare<[Key], SecretRow>(
    `SELECT name, ${DELETION} FROM secrets s WHERE vault_id = @vaultId AND key = @key`,
  );
  // Not by `created`: two versions set within one second share it.
  const latest = db.prepare<[Key], VersionRow>(
    `SELECT ${PROPERTIES}, v.value FROM ${VERSIONS} WHERE ${OF_SECRET} ORDER BY v.sequence DESC LIMIT 1`,
  );
  const byVersion = db.prepare<[Key & { version: string }], VersionRow>(
    `SELECT ${PROPERTIES}, v.value FROM ${VERSIONS} WHERE ${OF_SECRET} AND v.version = @version`,
  );
  const list = db.prepare<[{ vaultId: string; after: string; limit: number }], PropertiesRow>(
    `SELECT ${PROPERTIES} FROM ${WITH_LATEST} WHERE s.deleted_date IS NULL AND ${PAGE}`,
  );
  const listDeleted = db.prepare<[{ vaultId: string; after: string; limit: number }], PropertiesRow & DeletionRow>(
    `SELECT ${PROPERTIES}, ${DELETION} FROM ${WITH_LATEST} WHERE s.deleted_date IS NOT NULL AND ${PAGE}`,
  );
  const versions = db.prepare<[Key & { after: string; limit: number }], PropertiesRow>(
    `SELECT ${PROPERTIES} FROM ${VERSIONS} WHERE ${OF_SECRET} AND v.version > @after ORDER BY v.version LIMIT @limit`,
  );
  const history = db.prepare<[Key], VersionRow>(
    `SELECT ${PROPERTIES}, v.value FROM ${VERSIONS} WHERE ${OF_SECRET} ORDER BY v.sequence`,
  );
  const addName = db.prepare<[Key & { name: string }]>(
    'INSERT INTO secrets (vault_id, key, name) VALUES (@vaultId, @key, @name) ON CONFLICT DO NOTHING',
  );
  const addVersion = db.prepare<[Key & VersionRow]>(`
    INSERT INTO secret_versions
      (vault_id, key, version, value, content_type, tags, enabled, not_before, expires, created, updated)
    VALUES (@vaultId, @key, @version, @value, @contentType, @tags, @enabled, @notBefore, @expires, @created, @updated)`);
  const update = db.prepare<[Key & PropertiesRow]>(`
    UPDATE secret_versions
       SET content_type = @contentType, tags = @tags, enabled = @enabled, not_before = @notBefore, expires = @expires,
           updated = @updated
     WHERE vault_id = @vaultId AND key = @key AND version = @version`);
  const setDeletion = db.prepare<[Key & DeletionRow]>(`
    UPDATE secrets SET deleted_date = @deletedDate, scheduled_purge_date = @scheduledPurgeDate
     WHERE vault_id = @vaultId AND key = @key`);
  const purge = db.prepare<[Key]>('DELETE FROM secrets WHERE vault_id = @vaultId AND key = @key');
  const purgeAll = db.prepare<[vaultId: string]>('DELETE FROM secrets WHERE vault_id = ?');
  const isAnyOverdue = db.prepare<[now: number], unknown>(
    'SELECT 1 FROM secrets WHERE scheduled_purge_date <= ? LIMIT 1',
  );
  const purgeOverdue = db.prepare<[now: number]>('DELETE FROM secrets WHERE scheduled_purge_date <= ?');
  const add = db.transaction((vaultId: string, ...versions: readonly SecretVersion[]) => {
    for (const version of versions) {
      const key = keyOf(vaultId, version.name);
      addName.run({ ...key, name: version.name });
      addVersion.run({ ...key, ...toRow(version), value: version.value });
    }
  });
  const backupKey = db.prepare<[], { key: Buffer }>('SELECT key FROM backup_key').get()?.key;
  if (!backupKey) throw new Error('the database has no backup key');
  return {
    find: (vaultId, name) => {
      const row = find.get(keyOf(vaultId, name));
      return row && toSecret(row);
    },
    latest: (vaultId, name) => {
      const row = latest.get(keyOf(vaultId, name));
      return row && toVersion(row);
    },
    version: (vaultId, name, version) => {
      const row = byVersion.get({ ...keyOf(vaultId, name), version: version.toLowerCase() });
      return row && toVersion(row);
    },
    list: (vaultId, page) => list.all({ vaultId: vaultId.toLowerCase(), ...page }).map(toProperties),
    listDeleted: (vaultId, page) =>
      listDeleted.all({ vaultId: vaultId.toLowerCase(), ...page }).flatMap((row) => {
        const { deletion } = toSecret(row);
        return deletion ? [{ latest: toProperties(row), deletion }] : [];
      }),
    versions: (vaultId, name, page) => versions.all({ ...keyOf(vaultId, name), ...page }).map(toProperties),
    history: (vaultId, name) => history.all(keyOf(vaultId, name)).map(toVersion),
    add,
    update: (vaultId, properties) => {
      update.run({ ...keyOf(vaultId, properties.name), ...toRow(properties) });
    },
    setDeletion: (vaultId, name, deletion) => {
      const { deletedDate = null, scheduledPurgeDate = null } = deletion ?? {};
      setDeletion.run({ ...keyOf(vaultId, name), deletedDate, scheduledPurgeDate });
    },
    purge: (vaultId, name) => {
      purge.run(keyOf(vaultId, name));
    },
    purgeAll: (vaultId) => {
      purgeAll.run(vaultId.toLowerCase());
    },
    purgeOverdue: (now) => {
      // Asked on every request; it becomes a write, with its flush, only when there is something to do.
      if (isAnyOverdue.get(now)) purgeOverdue.run(now);
    },
    backupKey,
  };
}

const keyOf = (vaultId: string, name: string): Key => ({ vaultId: vaultId.toLowerCase(), key: name.toUpperCase() });

function toSecret({ name, deletedDate, scheduledPurgeDate }: SecretRow): Secret {
  const deletion: Deletion | undefined =
    deletedDate === null || scheduledPurgeDate === null ? undefined : { deletedDate, scheduledPurgeDate };
  return { name, deletion };
}

const toProperties = (row: PropertiesRow): SecretProperties => ({
  name: row.name,
  version: row.version,
  contentType: row.contentType ?? undefined,
  tags: JSON.parse(row.tags),
  enabled: row.enabled === 1,
  notBefore: row.notBefore ?? undefined,
  expires: row.expires ?? undefined,
  created: row.created,
  updated: row.updated,
});

const toVersion = (row: VersionRow): SecretVersion => ({ ...toProperties(row), value: row.value });

const toRow = (properties: SecretProperties): PropertiesRow => ({
  name: properties.name,
  version: properties.version,
  contentType: properties.contentType ?? null,
  tags: JSON.stringify(properties.tags),
  enabled: properties.enabled ? 1 : 0,
  notBefore: properties.notBefore ?? null,
  expires: properties.expires ?? null,
  created: properties.created,
  updated: properties.updated,
});
