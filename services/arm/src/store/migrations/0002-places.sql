-- What is asked for by value. Lists by place use the primary key: ids below a place are neighbours.
CREATE INDEX principals_by_client ON resources (lower(json_extract(value, '$.clientId')))
  WHERE kind = 'servicePrincipal' AND value IS NOT NULL;
CREATE INDEX principals_by_resource ON resources (lower(json_extract(value, '$.resourceId')))
  WHERE kind = 'servicePrincipal' AND value IS NOT NULL;
CREATE INDEX applications_by_principal ON resources (lower(json_extract(value, '$.principalId')))
  WHERE kind = 'application' AND value IS NOT NULL;
CREATE INDEX assignments_by_principal ON resources (lower(json_extract(value, '$.principalId')))
  WHERE kind = 'roleAssignment' AND value IS NOT NULL;
CREATE INDEX assignments_by_role ON resources (lower(json_extract(value, '$.roleDefinitionId')))
  WHERE kind = 'roleAssignment' AND value IS NOT NULL;

-- What was begun and is asked for later: Azure-AsyncOperation, Location.
CREATE TABLE operations (
  id              TEXT PRIMARY KEY,
  subscription_id TEXT NOT NULL,
  started_by      TEXT NOT NULL, -- object id
  started_at      INTEGER NOT NULL,
  status          INTEGER NOT NULL, -- of the answer that `Location` leads to
  body            TEXT
) STRICT;
