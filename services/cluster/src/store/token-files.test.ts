import { lstatSync, readdirSync, readFileSync, readlinkSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryDirectory } from '../testing.ts';
import { tokenFiles } from './token-files.ts';

it('keeps one path to the token, a link that is swapped whole, and one version besides for who is just reading it', () => {
  const root = temporaryDirectory();
  const files = tokenFiles(root);
  const directory = join(root, 'pod-app01');
  const path = join(directory, 'azure-identity-token');
  files.write('pod-app01', 'first');
  const before = lstatSync(path).ino;
  symlinkSync('..nowhere', join(directory, '..data_tmp')); // left behind by a process that was killed
  const firstVersion = readlinkSync(join(directory, '..data'));
  files.write('pod-app01', 'between');
  expect(readFileSync(join(directory, firstVersion, 'azure-identity-token'), 'utf8')).toBe('first');
  const version = readlinkSync(join(directory, '..data'));
  files.write('pod-app01', 'second');
  expect(readFileSync(path, 'utf8')).toBe('second');
  expect(lstatSync(path).ino).toBe(before);
  expect(readlinkSync(path)).toBe('..data/azure-identity-token');
  expect(readdirSync(directory).sort()).toEqual(
    [readlinkSync(join(directory, '..data')), version, '..data', 'azure-identity-token'].sort(),
  );
});

it('lets everybody in the pod read the token, and nobody but the cluster write it', () => {
  const root = temporaryDirectory();
  tokenFiles(root).write('pod-app01', 'token');
  const modes = ['.', '..data', 'azure-identity-token'].map(
    (name) => statSync(join(root, 'pod-app01', name)).mode & 0o777,
  );
  expect(modes).toEqual([0o755, 0o755, 0o644]);
});

it.each(['../entra', 'a/b', '..', ''])('writes to no directory called %j', (pod) => {
  expect(() => tokenFiles(temporaryDirectory()).write(pod, 'token')).toThrow('no name of a directory');
});

it('takes away the tokens of pods that have gone, and leaves their directories, which are mounted', () => {
  const root = temporaryDirectory();
  const files = tokenFiles(root);
  files.write('pod-app01', 'token');
  files.write('pod-app02', 'token');
  files.keepOnly(['pod-app02']);
  expect(readdirSync(join(root, 'pod-app01'))).toEqual([]);
  expect(readFileSync(join(root, 'pod-app02', 'azure-identity-token'), 'utf8')).toBe('token');
});
