import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Where the lab's own files are: what Compose starts, and what images are built from. */
export type LabFiles = {
  readonly directory: string;
  /** Tag of images that are built from them. Undefined: a checkout, whose files change under one version. */
  readonly version: string | undefined;
  /** Image reference by short name, pinned by the release of this package. */
  readonly pinned: Readonly<Record<string, string>>;
};

/**
 * The copy that the published package carries beside its package.json, or the checkout that this file lies in.
 * @param start A directory inside of the package.
 */
export function findLabFiles(start: string = import.meta.dirname): LabFiles {
  const root = packageRoot(start);
  const copy = join(root, 'lab');
  if (existsSync(join(copy, 'docker-compose.yml'))) {
    const { version } = readJson(join(root, 'package.json')) as { version: string };
    const images = join(root, 'images.json');
    return { directory: copy, version, pinned: existsSync(images) ? pinnedImages(readJson(images)) : {} };
  }
  const checkout = dirname(dirname(root));
  if (existsSync(join(checkout, 'docker-compose.yml'))) return { directory: checkout, version: undefined, pinned: {} };
  throw new Error(`the package is incomplete: there is no docker-compose.yml in ${copy}`);
}

/** @throws Error unless each image is named by its digest: a tag can be moved. */
export function pinnedImages(images: unknown): Readonly<Record<string, string>> {
  const pinned = images as Readonly<Record<string, string>>;
  const loose = Object.entries(pinned).find(([, reference]) => !/^[^@\s]+@sha256:[0-9a-f]{64}$/.test(reference));
  if (loose) throw new Error(`images.json does not name ${loose[0]} by its digest`);
  return pinned;
}

function packageRoot(directory: string): string {
  if (existsSync(join(directory, 'package.json'))) return directory;
  const parent = dirname(directory);
  if (parent === directory) throw new Error('the package is incomplete: it has no package.json');
  return packageRoot(parent);
}

const readJson = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));
