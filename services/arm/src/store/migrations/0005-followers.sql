-- Who has ever followed: after a restart they are expected back in a moment.
CREATE TABLE followers (peer TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
