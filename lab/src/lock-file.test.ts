import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from './root.ts';

type Entry = { version?: string; optionalDependencies?: Record<string, string> };
const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
  packages: Record<string, Entry>;
};

/** npm looks for a dependency beside the package that wants it, and then further and further out. */
const lockedVersion = (wantedBy: string, name: string): string | undefined => {
  for (let from = wantedBy; ; from = from.slice(0, Math.max(0, from.lastIndexOf('/node_modules/')))) {
    const found = packages[`${from === '' ? '' : `${from}/`}node_modules/${name}`];
    if (found || from === '') return found?.version;
  }
};

// `npm install` leaves out a platform's package that its registry does not have, and `npm ci` then refuses the whole file.
it('the lock file has the packages of all platforms, so that npm ci takes it', () => {
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.entries(optionalDependencies)
      // A platform's package is wanted in one version, that of the package that it belongs to.
      .filter(([name, wanted]) => {
        const locked = lockedVersion(path, name);
        return locked === undefined || (/^\d/.test(wanted) && locked !== wanted);
      })
      .map(([name, wanted]) => `${name} ${wanted}, wanted by ${path}`),
  );
  expect(missing).toEqual([]);
});
