import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { ROOT } from '../root.ts';
import { filesBeside } from './files-beside.ts';
import { isOfNode, isPrivate, packageOf, sourceRootOf, type Workspace } from './workspaces.ts';

/** The JavaScript of a package. */
export type Bundle = {
  /** Paths below `lib`, by the keys of `exports`. */
  readonly entries: Readonly<Record<string, string>>;
  /** Names of the packages that it imports. */
  readonly imported: ReadonlySet<string>;
};

/**
 * Writes the package's modules below `lib`, one for each source file that is reached, without types. The private packages
 * of this repository are taken in; whatever else is imported stays a dependency.
 */
export async function bundle(workspace: Workspace, lib: string): Promise<Bundle> {
  const { directory, manifest } = workspace;
  const sourceRoot = join(ROOT, sourceRootOf(workspace));
  const imported = new Set<string>();
  const build = await rolldown({
    input: Object.values(manifest.exports).map((file) => join(ROOT, directory, file)),
    cwd: ROOT,
    platform: 'node',
    tsconfig: false,
    // A dependency of the package is the business of npm, whatever it lies in this repository.
    external: (specifier) => isBare(specifier) && !isPrivate(specifier),
    plugins: [filesBeside(sourceRoot, lib)],
    logLevel: 'silent',
    onLog: (level, log) => {
      if (level === 'warn') throw new Error(`${manifest.name}: ${log.message}`);
    },
  });
  try {
    const { output } = await build.write({
      dir: lib,
      format: 'esm',
      preserveModules: true,
      preserveModulesRoot: sourceRoot,
      entryFileNames: '[name].js',
    });
    const entries: Record<string, string> = {};
    for (const chunk of output) {
      if (chunk.type !== 'chunk') continue;
      for (const specifier of [...chunk.imports, ...chunk.dynamicImports]) {
        if (isBare(specifier) && !isOfNode(specifier) && !output.some(({ fileName }) => fileName === specifier)) {
          imported.add(packageOf(specifier));
        }
      }
      for (const [key, file] of Object.entries(manifest.exports)) {
        if (chunk.facadeModuleId === join(ROOT, directory, file)) entries[key] = chunk.fileName;
      }
    }
    return { entries, imported };
  } finally {
    await build.close();
  }
}

/** Neither a path nor a module that the bundler made up. */
const isBare = (specifier: string): boolean => !/^[./\0]|^[A-Za-z]:[\\/]/.test(specifier);
