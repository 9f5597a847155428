import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { checksumOf } from './az-image.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sources-'));
  mkdirSync(join(directory, 'repairs'));
  writeFileSync(join(directory, 'Dockerfile'), 'FROM debian');
  writeFileSync(join(directory, 'repairs', 'a.py'), 'a = 1');
});
afterEach(() => rmSync(directory, { recursive: true }));

it('is the same for the same files, wherever they are', () => {
  const first = checksumOf(directory);
  const moved = `${directory}-moved`;
  renameSync(directory, moved);
  directory = moved;
  expect(checksumOf(moved)).toBe(first);
});

it.each([
  ['another content', () => writeFileSync(join(directory, 'repairs', 'a.py'), 'a = 2')],
  ['another name', () => renameSync(join(directory, 'repairs', 'a.py'), join(directory, 'repairs', 'b.py'))],
  ['one file more', () => writeFileSync(join(directory, 'repairs', 'b.py'), '')],
])('is another one with %s', (_, change) => {
  const first = checksumOf(directory);
  change();
  expect(checksumOf(directory)).not.toBe(first);
});
