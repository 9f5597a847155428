CREATE TABLE signing_keys (
  kid TEXT PRIMARY KEY,
  state TEXT NOT NULL CHECK (state IN ('current', 'next', 'retired')),
  certificate TEXT NOT NULL,
  private_key TEXT, -- forgotten when the key retires: nothing is signed with it again
  created_at INTEGER NOT NULL,
  activated_at INTEGER,
  retired_at INTEGER,
  CHECK ((state = 'retired') = (private_key IS NULL))
) STRICT;
-- There is one of each, whatever happens half-way.
CREATE UNIQUE INDEX one_current_key ON signing_keys (state) WHERE state = 'current';
CREATE UNIQUE INDEX one_next_key ON signing_keys (state) WHERE state = 'next';
