CREATE TABLE tenants (
  tenant_id TEXT PRIMARY KEY, -- lower case, as all ids and domains here
  domain TEXT NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE INDEX tenants_by_domain ON tenants (domain);

CREATE TABLE service_principals (
  principal_id TEXT PRIMARY KEY,
  tenant_id TEXT NOT NULL,
  client_id TEXT NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE INDEX service_principals_by_client ON service_principals (client_id, tenant_id);

CREATE TABLE certificates (
  client_id TEXT NOT NULL,
  position INTEGER NOT NULL,
  certificate TEXT NOT NULL,
  sha1 BLOB NOT NULL,
  sha256 BLOB NOT NULL,
  PRIMARY KEY (client_id, position)
) STRICT;
