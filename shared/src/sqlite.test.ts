import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openDatabase } from './sqlite.ts';

it('needs no place for temporary files: in the containers there is none', () => {
  const directory = mkdtempSync(join(tmpdir(), 'sqlite-'));
  const db = openDatabase(':memory:', directory);
  expect(db.pragma('temp_store', { simple: true })).toBe(2); // MEMORY
  db.close();
  rmSync(directory, { recursive: true });
});
