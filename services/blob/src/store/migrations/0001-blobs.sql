-- Data outlives what is known about accounts: it refers to them by ARM id, in lower case, and by no foreign key.
CREATE TABLE accounts (
  id   TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  host TEXT NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE INDEX accounts_by_name ON accounts (name);
CREATE INDEX accounts_by_host ON accounts (host);

CREATE TABLE containers (
  account_id TEXT NOT NULL,
  name       TEXT NOT NULL,
  etag       TEXT NOT NULL,
  modified   INTEGER NOT NULL,
  metadata   TEXT NOT NULL,
  PRIMARY KEY (account_id, name)
) STRICT;

CREATE TABLE blobs (
  id         INTEGER PRIMARY KEY,
  account_id TEXT NOT NULL,
  container  TEXT NOT NULL,
  name       TEXT NOT NULL,
  etag       TEXT NOT NULL,
  created    INTEGER NOT NULL,
  modified   INTEGER NOT NULL,
  size       INTEGER NOT NULL,
  properties TEXT NOT NULL,
  metadata   TEXT NOT NULL,
  tier       TEXT,
  UNIQUE (account_id, container, name),
  FOREIGN KEY (account_id, container) REFERENCES containers (account_id, name) ON DELETE CASCADE
) STRICT;

-- The content of a blob, in order. The same file may come twice, in one blob only.
CREATE TABLE segments (
  blob_id  INTEGER NOT NULL REFERENCES blobs (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  start    INTEGER NOT NULL,
  size     INTEGER NOT NULL,
  file     TEXT NOT NULL,
  block_id TEXT,
  PRIMARY KEY (blob_id, position)
) STRICT, WITHOUT ROWID;

-- Uncommitted blocks; the blob need not exist.
CREATE TABLE blocks (
  account_id TEXT NOT NULL,
  container  TEXT NOT NULL,
  blob       TEXT NOT NULL,
  block_id   TEXT NOT NULL,
  size       INTEGER NOT NULL,
  file       TEXT NOT NULL,
  created    INTEGER NOT NULL,
  PRIMARY KEY (account_id, container, blob, block_id),
  FOREIGN KEY (account_id, container) REFERENCES containers (account_id, name) ON DELETE CASCADE
) STRICT;
