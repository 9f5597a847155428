-- Virtual machines as arm's feed last said, whole, as JSON. The id is the ARM id in lower case.
CREATE TABLE virtual_machines (
  id   TEXT PRIMARY KEY,
  body TEXT NOT NULL
) STRICT;

-- Key pairs of managed identities, oldest first. The private key exists here only.
CREATE TABLE identity_keys (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  client_id    TEXT NOT NULL,
  certificate  TEXT NOT NULL,
  private_key  TEXT NOT NULL,
  not_before   INTEGER NOT NULL,
  not_after    INTEGER NOT NULL,
  confirmed_in TEXT -- the epoch of arm's database in which entra was known to have the certificate
) STRICT;
CREATE INDEX identity_keys_by_client ON identity_keys (client_id);
