import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const read = (path: string) => JSON.parse(readFileSync(join(ROOT, path), 'utf8'));

it('the copy in the package has what images are built from: the package.json of every workspace', () => {
  const { workspaces } = read('package.json') as { workspaces: string[] };
  const manifests = globSync(
    workspaces.map((pattern) => `${pattern}/package.json`),
    { cwd: ROOT },
  );
  const { copy } = read('packages/testcontainers/package.json') as { copy: Record<string, string> };
  const sources = Object.values(copy);
  const missing = manifests.filter(
    (path) => !sources.some((source) => path === source || path.startsWith(`${source}/`)),
  );
  expect(missing).toEqual([]);
});

it('the copy has everything that the build context is made of', () => {
  const context = readFileSync(join(ROOT, '.dockerignore'), 'utf8').match(/(?<=^!)[^*\n]+$/gm) ?? [];
  const { copy } = read('packages/testcontainers/package.json') as { copy: Record<string, string> };
  // npm publishes no .npmrc, and a lock file needs none to be installed from.
  expect(context.filter((path) => path !== '.npmrc' && copy[`lab/${path}`] !== path)).toEqual([]);
});
