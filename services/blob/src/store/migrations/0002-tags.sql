-- Blob index tags: pairs of key and value, JSON.
ALTER TABLE blobs ADD COLUMN tags TEXT NOT NULL DEFAULT '[]';
