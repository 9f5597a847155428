-- Whose tokens a user-assigned identity accepts in place of its own credential; followed from arm.
CREATE TABLE federated_credentials (
  id TEXT PRIMARY KEY, -- ARM id, lower case
  client_id TEXT NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE INDEX federated_credentials_by_client ON federated_credentials (client_id);

-- What follows is made through Graph, besides the applications that the lab declares. All ids are lower case.
CREATE TABLE applications (
  object_id TEXT PRIMARY KEY,
  client_id TEXT NOT NULL UNIQUE,
  tenant_id TEXT NOT NULL,
  declared INTEGER NOT NULL, -- 1: followed from arm
  body TEXT NOT NULL
) STRICT;
CREATE INDEX applications_by_tenant ON applications (tenant_id, object_id);

CREATE TABLE identifier_uris (
  tenant_id TEXT NOT NULL,
  uri TEXT NOT NULL, -- lower case, without trailing slash
  object_id TEXT NOT NULL REFERENCES applications ON DELETE CASCADE,
  PRIMARY KEY (tenant_id, uri)
) STRICT;

CREATE TABLE application_principals (
  principal_id TEXT PRIMARY KEY,
  client_id TEXT NOT NULL UNIQUE REFERENCES applications (client_id) ON DELETE CASCADE,
  tenant_id TEXT NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE INDEX application_principals_by_tenant ON application_principals (tenant_id, principal_id);

-- The owner is an application or a service principal: both can have credentials.
CREATE TABLE secrets (
  owner_id TEXT NOT NULL,
  key_id TEXT NOT NULL,
  sha256 BLOB NOT NULL, -- of the secret, which is nowhere
  declared INTEGER NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (owner_id, key_id)
) STRICT;

CREATE TABLE key_credentials (
  owner_id TEXT NOT NULL,
  position INTEGER NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (owner_id, position)
) STRICT;

CREATE TABLE application_federated_credentials (
  object_id TEXT NOT NULL REFERENCES applications ON DELETE CASCADE,
  id TEXT NOT NULL,
  name TEXT NOT NULL, -- lower case
  body TEXT NOT NULL,
  PRIMARY KEY (object_id, id),
  UNIQUE (object_id, name)
) STRICT;

CREATE TABLE app_role_assignments (
  id TEXT PRIMARY KEY,
  tenant_id TEXT NOT NULL,
  principal_id TEXT NOT NULL,
  resource_id TEXT NOT NULL,
  app_role_id TEXT NOT NULL,
  declared INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  UNIQUE (principal_id, resource_id, app_role_id)
) STRICT;
CREATE INDEX app_role_assignments_by_resource ON app_role_assignments (resource_id);
