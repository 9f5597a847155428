-- What Resource Manager says about each vault. Ids are lower case: ARM ids have no case.
CREATE TABLE vaults (
  id   TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  host TEXT NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE INDEX vaults_by_host ON vaults (host);
CREATE INDEX vaults_by_name ON vaults (name);

-- One row per name that is taken. Not bound to `vaults`: when the lab is described anew, its secrets stay.
CREATE TABLE secrets (
  vault_id             TEXT NOT NULL,
  key                  TEXT NOT NULL, -- upper-case name: lists are in this order
  name                 TEXT NOT NULL, -- as first created
  deleted_date         INTEGER,
  scheduled_purge_date INTEGER,
  PRIMARY KEY (vault_id, key)
) STRICT;
CREATE INDEX secrets_to_purge ON secrets (scheduled_purge_date) WHERE scheduled_purge_date IS NOT NULL;

CREATE TABLE secret_versions (
  sequence     INTEGER PRIMARY KEY AUTOINCREMENT, -- order of creation: two versions may share a second
  vault_id     TEXT NOT NULL,
  key          TEXT NOT NULL,
  version      TEXT NOT NULL,
  value        TEXT NOT NULL,
  content_type TEXT,
  tags         TEXT NOT NULL,
  enabled      INTEGER NOT NULL,
  not_before   INTEGER,
  expires      INTEGER,
  created      INTEGER NOT NULL,
  updated      INTEGER NOT NULL,
  UNIQUE (vault_id, key, version),
  FOREIGN KEY (vault_id, key) REFERENCES secrets (vault_id, key) ON DELETE CASCADE
) STRICT;
CREATE INDEX secret_versions_in_order ON secret_versions (vault_id, key, sequence);

-- What the lab's file last declared, as a digest: the same content is not set twice.
CREATE TABLE declared_secrets (
  id     TEXT PRIMARY KEY,
  digest TEXT NOT NULL
) STRICT;

-- What backups are sealed with.
CREATE TABLE backup_key (
  only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
  key      BLOB NOT NULL
) STRICT;
INSERT INTO backup_key (only_row, key) VALUES (1, randomblob(32));
