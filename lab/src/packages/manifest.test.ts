import { expect, it } from 'vitest';
import { publishedManifest } from './manifest.ts';
import { Manifest, type Workspace } from './workspaces.ts';

const workspace = (directory: string, manifest: object): Workspace => ({
  directory,
  manifest: Manifest.parse({ version: '1.2.3', ...manifest }),
});

const all = [
  workspace('shared', { name: '@lab/shared', dependencies: { vitest: '^5.0.0', commander: '^15.0.0' } }),
  workspace('packages/client', { name: '@managed-identity-lab/client' }),
];

/** What is published of a package whose code imports these, and whose types need those. */
function publish(manifest: object, imported: readonly string[], types: readonly string[] = []) {
  const made = workspace('packages/made', {
    name: 'made',
    private: true,
    exports: { '.': './src/index.ts' },
    ...manifest,
  });
  const bundle = { entries: { '.': 'index.js' }, imported: new Set(imported) };
  return publishedManifest(made, { bundle, types: new Set(types), all });
}

it('points to what was built, and leaves out what concerns this repository only', () => {
  const published = publish({ devDependencies: { '@lab/shared': '*' }, copy: { a: 'b' } }, []);
  expect(published).toEqual({
    name: 'made',
    version: '1.2.3',
    exports: { '.': { types: './lib/index.d.ts', default: './lib/index.js' }, './package.json': './package.json' },
  });
});

it('depends on what the private code that was taken in imports, at its range', () => {
  expect(publish({}, ['commander'])).toMatchObject({ dependencies: { commander: '^15.0.0' } });
});

it('depends on the very version of another package of the same build', () => {
  const name = '@managed-identity-lab/client';
  expect(publish({ dependencies: { [name]: '*' } }, [name])).toMatchObject({ dependencies: { [name]: '1.2.3' } });
});

it.each([
  ['code that imports what nobody depends on', {}, ['left-pad'], [], "its code imports 'left-pad'"],
  ['types that its users would not have', {}, ['better-sqlite3'], ['better-sqlite3'], "its types need those of 'bet"],
  ['a dependency that nothing imports', { dependencies: { yaml: '^2.0.0' } }, [], [], "it depends on 'yaml'"],
  ['a private dependency', { dependencies: { '@lab/shared': '*' } }, [], [], "it depends on '@lab/shared'"],
])('refuses %s', (_, manifest, imported, types, words) => {
  expect(() => publish(manifest, imported, types)).toThrow(words);
});

it('takes the types of a package from the one that has them', () => {
  const dependencies = { express: '^5.0.0', '@types/express': '^5.0.0' };
  expect(publish({ dependencies }, ['express'], ['express'])).toMatchObject({ dependencies });
  expect(publish({ dependencies: { yaml: '^2.0.0' } }, ['yaml'], ['yaml'])).toMatchObject({ name: 'made' });
});
