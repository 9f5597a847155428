import { globSync, readFileSync } from 'node:fs';
import { dirname, join, posix, sep } from 'node:path';
import { z } from 'zod';
import { ROOT } from '../root.ts';

const Names = z.record(z.string(), z.string()).default({});

export const Manifest = z.looseObject({
  name: z.string(),
  version: z.string(),
  exports: Names,
  dependencies: Names,
  peerDependencies: Names,
  devDependencies: Names,
  /** Files and directories of the repository that come along, by where they lie in the package. */
  copy: Names,
});
export type Manifest = z.infer<typeof Manifest>;

/** A workspace: where it lies below the root, with slashes, and what its package.json says. */
export type Workspace = { readonly directory: string; readonly manifest: Manifest };

/** All of them, by the patterns of the root's package.json. */
export function workspaces(): Workspace[] {
  const { workspaces } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { workspaces: string[] };
  const files = globSync(
    workspaces.map((pattern) => `${pattern}/package.json`),
    { cwd: ROOT },
  );
  return files.sort().map((file) => ({
    directory: dirname(file).split(sep).join(posix.sep),
    manifest: Manifest.parse(JSON.parse(readFileSync(join(ROOT, file), 'utf8'))),
  }));
}

/** Those that people install. */
export const packages = (): Workspace[] => workspaces().filter(({ directory }) => directory.startsWith('packages/'));

/** Where the finished package lies, as `npm pack` takes it. */
export const distOf = ({ directory }: Workspace): string => join(ROOT, directory, 'dist');

/** `@scope/name/path` and `name/path` are of the packages `@scope/name` and `name`. */
export const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

/** What only this repository knows: it is taken into the packages, and nobody can install it. */
export const isPrivate = (specifier: string): boolean => specifier.startsWith('@lab/');

/** Modules of Node itself. */
export const isOfNode = (specifier: string): boolean => specifier.startsWith('node:');

/**
 * What of the repository's tree the package keeps, below `lib`. A package that takes private code in has the whole tree, so
 * that a file finds what lies beside it where it found it before; one that does not has its own sources only.
 */
export const sourceRootOf = ({ directory, manifest }: Workspace): string =>
  Object.keys(manifest.devDependencies).some(isPrivate) ? '.' : `${directory}/src`;
