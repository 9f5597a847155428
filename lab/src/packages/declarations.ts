import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { capture } from '../processes.ts';
import { ROOT } from '../root.ts';
import { isOfNode, isPrivate, packageOf, sourceRootOf, type Workspace, workspaces } from './workspaces.ts';

/** What the compiler wrote, in the layout of the repository, and what it could not write, by file. */
export type Declarations = { readonly directory: string; readonly errors: ReadonlyMap<string, string> };

/** Declarations of all sources, so that a package can have of them what its own reach. */
export async function emitDeclarations(directory: string): Promise<Declarations> {
  const compiler = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
  const project = ['-p', join(ROOT, 'tsconfig.build.json'), '--outDir', directory];
  const { stdout } = await capture(process.execPath, [compiler, ...project], { timeoutMs: 120_000 });
  const errors = stdout.matchAll(/^(\S+\.ts)\(\d+,\d+\): (error .*)$/gm);
  return { directory, errors: new Map(Array.from(errors, ([, file = '', error = '']) => [file, error])) };
}

/**
 * Writes the types of a package below `lib`: the declarations that its exports reach, private ones among them, each beside
 * its JavaScript.
 *
 * @returns names of the packages whose types they need.
 * @throws Error with the compiler's words where it could not write one of them.
 */
export function writeDeclarations(
  workspace: Workspace,
  { directory: emitted, errors }: Declarations,
  lib: string,
): Set<string> {
  const { directory, manifest } = workspace;
  const places = new Map(workspaces().map((other) => [other.manifest.name, other.directory]));
  const sourceRoot = sourceRootOf(workspace);
  const needed = new Set<string>();
  const seen = new Set<string>();

  const write = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    if (errors.has(file)) throw new Error(`${manifest.name}: ${file}: ${errors.get(file)}`);
    const text = readFileSync(join(emitted, file.replace(/\.ts$/, '.d.ts')), 'utf8');
    const rewritten = text.replaceAll(SPECIFIER, (whole, before: string, specifier: string) => {
      const target = fileOf(specifier, file);
      if (target === undefined) {
        if (!isOfNode(specifier)) needed.add(packageOf(specifier));
        return whole;
      }
      write(target);
      const path = posix.relative(posix.dirname(file), target).replace(/\.ts$/, '.js');
      return `${before}'${path.startsWith('.') ? path : `./${path}`}'`;
    });
    const written = join(lib, posix.relative(sourceRoot, file).replace(/\.ts$/, '.d.ts'));
    mkdirSync(dirname(written), { recursive: true });
    writeFileSync(written, rewritten);
  };

  /** The source that a specifier means; undefined for what is installed. */
  const fileOf = (specifier: string, from: string): string | undefined => {
    if (specifier.startsWith('.')) return posix.join(posix.dirname(from), specifier);
    if (!isPrivate(specifier)) return undefined;
    const name = packageOf(specifier);
    return posix.join(places.get(name) ?? '', 'src', specifier.slice(name.length + 1));
  };

  for (const file of Object.values(manifest.exports)) write(posix.join(directory, file));
  return needed;
}

/** `import … from '…'`, `export … from '…'`, `import '…'`, `import('…')`. */
const SPECIFIER = /(\bfrom |\bimport |\bimport\()["']([^"']+)["']/g;

/** Whether a package comes with types of its own: it says where, they lie beside its `main`, or it is built here. */
export function hasTypes(name: string): boolean {
  if (workspaces().some(({ manifest }) => manifest.name === name)) return true;
  const directory = join(ROOT, 'node_modules', name);
  try {
    const text = readFileSync(join(directory, 'package.json'), 'utf8');
    const { main = 'index.js' } = JSON.parse(text) as { main?: string };
    return (
      /"(types|typings)":|\.d\.[cm]?ts"/.test(text) ||
      existsSync(join(directory, main.replace(/\.([cm]?)js$/, '.d.$1ts')))
    );
  } catch {
    return false;
  }
}
