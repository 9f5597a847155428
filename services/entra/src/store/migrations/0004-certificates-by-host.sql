-- A user-assigned identity has certificates of each service that hosts it: rows belong to an entry of the feed.
CREATE TABLE certificates_by_entry (
  entry TEXT NOT NULL, -- id in the feed, {client id}/{service}
  client_id TEXT NOT NULL,
  position INTEGER NOT NULL,
  certificate TEXT NOT NULL,
  sha1 BLOB NOT NULL,
  sha256 BLOB NOT NULL,
  PRIMARY KEY (entry, position)
) STRICT;
INSERT INTO certificates_by_entry SELECT client_id, client_id, position, certificate, sha1, sha256 FROM certificates;
DROP TABLE certificates;
ALTER TABLE certificates_by_entry RENAME TO certificates;
CREATE INDEX certificates_by_client ON certificates (client_id);
