-- What a life of the lab began with, as JSON: a reset, a snapshot. Null where the database was new. Followers have what a
-- snapshot seeded up to this revision in copies of their own.
ALTER TABLE lifetime ADD COLUMN begun TEXT;
ALTER TABLE lifetime ADD COLUMN seeded_up_to INTEGER NOT NULL DEFAULT 0;

CREATE TABLE snapshots (
  name     TEXT PRIMARY KEY,
  id       TEXT NOT NULL UNIQUE, -- of the copies
  taken_at INTEGER NOT NULL -- the system's time, epoch seconds
) STRICT;
