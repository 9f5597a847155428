import { globSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../../..');
const ownFiles = globSync('services/app/src/**/*.ts', { cwd: ROOT }).filter((file) => !file.endsWith('.test.ts'));
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const importsOf = (file: string) => [...read(file).matchAll(/from '([^']+)'/g)].map(([, from = '']) => from);

/** Files of `shared` that the workload runs: they come into its image one by one. */
const taken = ownFiles.flatMap((file) =>
  importsOf(file)
    .filter((from) => from.includes('/shared/'))
    .map((from) => relative(ROOT, resolve(ROOT, file, '..', from))),
);

it('a workload imports nothing by a package of the lab: its image has none', () => {
  expect(ownFiles.filter((file) => importsOf(file).some((from) => from.startsWith('@lab/')))).toEqual([]);
});

it('the image of a workload has the files of the lab that it runs, and they need no other', () => {
  const [, kept = ''] = /find shared -type f ([^&]*) -delete/.exec(read('services/Dockerfile')) ?? [];
  const paths = [...kept.matchAll(/! -path (\S+)/g)].map(([, path]) => path);
  expect(paths.toSorted()).toEqual(taken.toSorted());
  const needed = taken.flatMap((file) =>
    importsOf(file).map((from) => relative(ROOT, resolve(ROOT, file, '..', from))),
  );
  expect(needed.filter((file) => !taken.includes(file))).toEqual([]);
});
