-- Keys that sign tokens of service accounts, per issuer. The newest one signs.
CREATE TABLE signing_keys (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  issuer      TEXT NOT NULL,
  kid         TEXT NOT NULL,
  private_key TEXT NOT NULL
) STRICT;
CREATE INDEX signing_keys_by_issuer ON signing_keys (issuer);
