-- One row per vault or account that exists. Ids are lower case: ARM ids have no case.
CREATE TABLE names (
  id   TEXT PRIMARY KEY,
  host TEXT NOT NULL
) STRICT;
CREATE INDEX names_by_host ON names (host);
