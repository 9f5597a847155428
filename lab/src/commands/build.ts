import { relative } from 'node:path';
import { distOf } from '../packages/workspaces.ts';
import { ROOT } from '../root.ts';

/** Builds the packages that people install. Publishing them is then `npm publish` of each directory. */
export async function build(): Promise<number> {
  // Only here: no other command needs the bundler.
  const { buildPackages } = await import('../packages/build.ts');
  for (const workspace of await buildPackages()) {
    console.log(`${workspace.manifest.name} ${workspace.manifest.version}: ${relative(ROOT, distOf(workspace))}`);
  }
  return 0;
}
