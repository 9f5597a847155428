import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { findLabFiles, pinnedImages } from './lab-files.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'package-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const DIGEST = `sha256:${'0'.repeat(64)}`;

/** Writes files below the package; `{}` where they are JSON. */
function write(files: Record<string, string>): string {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return join(root, 'lib', 'src');
}

it('in a checkout it is the checkout', () => {
  const { directory, version, pinned } = findLabFiles();
  expect(directory).toBe(join(import.meta.dirname, '..', '..', '..'));
  expect([version, pinned]).toEqual([undefined, {}]);
});

it('in a package it is the copy, with the version and the pinned images', () => {
  const images = { pki: `registry.example/pki@${DIGEST}` };
  const start = write({
    'package.json': '{"version":"1.2.3"}',
    'images.json': JSON.stringify(images),
    'lab/docker-compose.yml': '',
    'lib/src/x': '',
  });
  expect(findLabFiles(start)).toEqual({ directory: join(root, 'lab'), version: '1.2.3', pinned: images });
});

it('a package without the copy says so', () => {
  const start = write({ 'package.json': '{}', 'lib/src/x': '' });
  expect(() => findLabFiles(start)).toThrow('the package is incomplete');
});

it.each(['registry.example/pki:1.0.0', 'registry.example/pki', `registry.example/pki@${DIGEST.slice(0, -1)}`])(
  'an image is pinned by its whole digest: %s is refused',
  (reference) => {
    expect(() => pinnedImages({ pki: reference })).toThrow('does not name pki by its digest');
  },
);
