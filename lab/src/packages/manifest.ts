import type { Bundle } from './bundle.ts';
import { hasTypes } from './declarations.ts';
import { isPrivate, type Workspace } from './workspaces.ts';

type Json = Readonly<Record<string, unknown>>;
type Ranges = Readonly<Record<string, string>>;

/**
 * The package.json that is published: `exports` point to what was built, nothing of this repository is left in it, and its
 * dependencies are those that its code imports, no more and no less. What private code imports has the range that the
 * private package gives it.
 *
 * @param types Names of the packages whose types the declarations need.
 * @param all Every workspace of the repository.
 * @throws Error that names what its users would lack, or would get for nothing.
 */
export function publishedManifest(
  { manifest }: Workspace,
  { bundle, types, all }: { bundle: Bundle; types: ReadonlySet<string>; all: readonly Workspace[] },
): Json {
  const { name, dependencies: own, peerDependencies, devDependencies: _, copy: __, private: ___, ...rest } = manifest;
  const dependencies = withTakenIn(own, peerDependencies, bundle, all);
  const declared = { ...dependencies, ...peerDependencies };
  const wrong = [
    ...[...bundle.imported]
      .filter((imported) => !declared[imported])
      .map((imported) => `its code imports '${imported}', which is nobody's dependency`),
    ...[...types]
      .filter((imported) => !(declared[imported] && hasTypes(imported)) && !declared[`@types/${imported}`])
      .map((imported) => `its types need those of '${imported}', which do not come with its dependencies`),
    ...Object.keys(declared)
      .filter((dependency) => !bundle.imported.has(dependency) && !types.has(dependency.replace('@types/', '')))
      .map((dependency) => `it depends on '${dependency}', which nothing imports`),
  ];
  if (wrong.length > 0) throw new Error(`${name}: ${wrong.join('; ')}`);
  return {
    name,
    ...rest,
    exports: Object.fromEntries([
      ...Object.entries(bundle.entries).map(([key, file]) => [
        key,
        { types: `./lib/${file.replace(/\.js$/, '.d.ts')}`, default: `./lib/${file}` },
      ]),
      ['./package.json', './package.json'],
    ]),
    ...(Object.keys(dependencies).length > 0 && { dependencies: pinned(dependencies, all) }),
    ...(Object.keys(peerDependencies).length > 0 && { peerDependencies }),
  };
}

/** Its own dependencies, and those of the private packages that came in. */
function withTakenIn(own: Ranges, peers: Ranges, { imported }: Bundle, all: readonly Workspace[]): Ranges {
  const taken: Record<string, string> = {};
  for (const name of [...imported].sort()) {
    if (own[name] || peers[name]) continue;
    const range = all.find(({ manifest }) => isPrivate(manifest.name) && manifest.dependencies[name])?.manifest
      .dependencies[name];
    if (range) taken[name] = range;
  }
  return { ...own, ...taken };
}

/** Packages of one build fit together, and no promise is made for others. */
const pinned = (dependencies: Ranges, all: readonly Workspace[]): Ranges => {
  const versions = new Map(all.map(({ manifest }) => [manifest.name, manifest.version]));
  return Object.fromEntries(Object.entries(dependencies).map(([name, range]) => [name, versions.get(name) ?? range]));
};
