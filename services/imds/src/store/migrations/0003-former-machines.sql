-- Addresses that were a virtual machine's until it was deleted. The body is what it was, without identities.
CREATE TABLE former_machines (
  source_address TEXT PRIMARY KEY,
  body           TEXT NOT NULL
) STRICT;

-- Certificates whose keys are not signed with any more: assertions that were signed before may still be under way.
CREATE TABLE retired_certificates (
  client_id   TEXT NOT NULL,
  certificate TEXT NOT NULL,
  retired_at  INTEGER NOT NULL
) STRICT;
CREATE INDEX retired_certificates_by_client ON retired_certificates (client_id);
