-- One row per resource that exists or has existed; value is null where it was deleted. The revision is that of the last
-- change: what a follower has not seen yet are the rows with a greater one than its own.
CREATE TABLE resources (
  kind     TEXT NOT NULL,
  key      TEXT NOT NULL, -- the id in lower case
  id       TEXT NOT NULL,
  value    TEXT,
  revision INTEGER NOT NULL UNIQUE,
  PRIMARY KEY (kind, key)
) STRICT;

-- What the lab file declared when it was last applied. Compared with the file, never with the resources.
CREATE TABLE lab_entries (
  kind   TEXT NOT NULL,
  key    TEXT NOT NULL,
  digest TEXT NOT NULL,
  PRIMARY KEY (kind, key)
) STRICT;

CREATE TABLE lifetime (only_row INTEGER PRIMARY KEY CHECK (only_row = 1), epoch TEXT NOT NULL, applied_lab INTEGER NOT NULL) STRICT;
