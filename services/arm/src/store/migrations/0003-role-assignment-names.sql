-- Names of role assignments are GUIDs, and found whatever scope they are at.
CREATE INDEX assignments_by_name ON resources (substr(key, -36))
  WHERE kind = 'roleAssignment' AND value IS NOT NULL;
