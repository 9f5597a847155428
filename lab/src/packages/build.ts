import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buildPage } from '../page/build-page.ts';
import { ROOT } from '../root.ts';
import { bundle } from './bundle.ts';
import { emitDeclarations, writeDeclarations } from './declarations.ts';
import { publishedManifest } from './manifest.ts';
import { distOf, packages, type Workspace, workspaces } from './workspaces.ts';

/**
 * Builds the packages that people install: `packages/<name>/dist` is what `npm pack` takes.
 *
 *     package.json  README.md  LICENSE
 *     lib/           JavaScript, the types beside it, and the files that it reads
 *
 * @returns the packages that were built.
 * @throws Error that says what a package lacks.
 */
export async function buildPackages(): Promise<Workspace[]> {
  await buildPage();
  const built = packages();
  const all = workspaces();
  const emitted = mkdtempSync(join(tmpdir(), 'managed-identity-lab-types-'));
  try {
    const declarations = await emitDeclarations(emitted);
    for (const workspace of built) {
      const dist = distOf(workspace);
      const lib = join(dist, 'lib');
      rmSync(dist, { recursive: true, force: true });
      mkdirSync(lib, { recursive: true });
      const code = await bundle(workspace, lib);
      const types = writeDeclarations(workspace, declarations, lib);
      const manifest = publishedManifest(workspace, { bundle: code, types, all });
      writeFileSync(join(dist, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
      cpSync(join(ROOT, workspace.directory, 'README.md'), join(dist, 'README.md'));
      cpSync(join(ROOT, 'LICENSE'), join(dist, 'LICENSE'));
      for (const [target, source] of Object.entries(workspace.manifest.copy)) {
        mkdirSync(dirname(join(dist, target)), { recursive: true });
        cpSync(join(ROOT, source), join(dist, target), { recursive: true, filter: comesAlong });
      }
    }
  } finally {
    rmSync(emitted, { recursive: true, force: true });
  }
  return built;
}

/** Of a directory that is copied: not what is installed or built there, and nothing that tests alone need. */
const comesAlong = (path: string): boolean =>
  !/[\\/](node_modules|dist|testing|testing\.ts|fake-[\w-]+\.ts)$|\.test\.ts$/.test(path);
