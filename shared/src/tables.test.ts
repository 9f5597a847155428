import Sqlite from 'better-sqlite3';
import { beforeEach, expect, it } from 'vitest';
import type { Database } from './sqlite.ts';
import { type Tables, tablesOf } from './tables.ts';

const A = '11111111-1111-4111-8111-111111111111';
const B = '22222222-2222-4222-8222-222222222222';

let db: Database;
let tables: Tables;
beforeEach(() => {
  db = new Sqlite(':memory:');
  db.pragma('foreign_keys = ON');
  db.exec(`
    CREATE TABLE owners (id INTEGER PRIMARY KEY, key BLOB) STRICT;
    CREATE TABLE things (owner INTEGER NOT NULL REFERENCES owners (id), name TEXT NOT NULL) STRICT;
    CREATE TABLE others (name TEXT) STRICT`);
  tables = tablesOf(db, ['owners', 'things']);
  db.exec(
    `INSERT INTO owners VALUES (1, x'00ff'); INSERT INTO things VALUES (1, 'first'); INSERT INTO others VALUES ('x')`,
  );
});

const names = () => db.prepare('SELECT name FROM things ORDER BY name').pluck().all();

it('brings back what there was when the copy was made, to the byte, and leaves other tables alone', () => {
  tables.copy(A, []);
  db.exec(`UPDATE things SET name = 'second'; INSERT INTO owners VALUES (2, NULL); DELETE FROM others`);
  expect(tables.bringBack(A)).toBe(true);
  expect([names(), db.prepare('SELECT id, key FROM owners').all()]).toEqual([
    ['first'],
    [{ id: 1, key: Buffer.from([0, 255]) }],
  ]);
  expect(db.prepare('SELECT count(*) FROM others').pluck().get()).toBe(0);
});

it('brings back a copy as often as it is asked to, and says that there is none where there is none', () => {
  tables.copy(A, []);
  for (let n = 0; n < 2; n += 1) expect(tables.bringBack(A)).toBe(true);
  expect(tables.bringBack(B)).toBe(false);
  expect(names()).toEqual(['first']);
});

it('forgets everything of its own', () => {
  tables.clear();
  expect([names(), db.prepare('SELECT count(*) FROM others').pluck().get()]).toEqual([[], 1]);
});

it('keeps the copies that it is told to keep, and no others', () => {
  tables.copy(A, []);
  tables.copy(B, [A]);
  expect([tables.bringBack(A), tables.bringBack(B)]).toEqual([true, true]);
  tables.keepOnly([B]);
  expect([tables.bringBack(A), tables.bringBack(B)]).toEqual([false, true]);
});

it('brings back a copy of before a column was added', () => {
  tables.copy(A, []);
  db.exec(`ALTER TABLE things ADD COLUMN tags TEXT NOT NULL DEFAULT '[]'`);
  tables.bringBack(A);
  expect(db.prepare('SELECT name, tags FROM things').all()).toEqual([{ name: 'first', tags: '[]' }]);
});

it('knows what the copies hold', () => {
  tables.copy(A, []);
  db.exec(`UPDATE things SET name = 'second'`);
  tables.copy(B, [A]);
  expect([...tables.copied('things', 'name')].sort()).toEqual(['first', 'second']);
});

it('takes nothing for an id that is none', () => {
  for (const id of ['"; DROP TABLE things; --', '', '..']) expect(() => tables.copy(id, [])).toThrow('a GUID');
});

it('does all of a copy or nothing, in a transaction', () => {
  const failing = db.transaction(() => {
    tables.copy(A, []);
    throw new Error('in the middle');
  });
  expect(() => failing()).toThrow('in the middle');
  expect(tables.bringBack(A)).toBe(false);
});
