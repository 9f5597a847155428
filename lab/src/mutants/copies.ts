/**
 * Private copies of the checkout for mutants to live in: whatever becomes of the run, the checkout stays as it is, and
 * whoever edits it meanwhile is not disturbed.
 */
import { copyFile, cp, lstat, mkdir, readdir, readlink, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { capture } from '../processes.ts';
import { ROOT } from '../root.ts';

/**
 * Copies what git knows of, and what it could: the files as they are now, committed or not. Packages are linked.
 * @param directories Where to; they are made. All of them get the same state. @throws Error without git.
 */
export async function copyCheckout([first, ...others]: readonly string[]): Promise<void> {
  if (first === undefined) return;
  const listed = await capture('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard']);
  if (listed.code !== 0) throw new Error(`git has to say which files there are: ${listed.stderr.trim()}`);
  for (const path of new Set(listed.stdout.split('\0'))) {
    if (path !== '') await copyIfThere(join(ROOT, path), join(first, path));
  }
  await linkPackages(first);
  for (const other of others) await cp(first, other, { recursive: true, verbatimSymlinks: true });
}

async function copyIfThere(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await copyFile(from, to).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error; // deleted, and not committed yet
  });
}

/** The scopes of the workspaces' own packages: in the copy these have to lead to the copy. */
const OWN = ['@lab', '@managed-identity-lab'];

async function linkPackages(copy: string): Promise<void> {
  const packages = join(ROOT, 'node_modules');
  await mkdir(join(copy, 'node_modules'), { recursive: true });
  for (const { name } of await readdir(packages, { withFileTypes: true })) {
    const isTheirs = !OWN.includes(name) && !name.startsWith('.');
    if (isTheirs) await link(join(packages, name), join(copy, 'node_modules', name));
  }
  for (const scope of OWN) {
    await mkdir(join(copy, 'node_modules', scope), { recursive: true });
    for (const name of await readdir(join(packages, scope))) {
      const workspace = relative(ROOT, join(packages, scope, await readlink(join(packages, scope, name))));
      await link(join('..', '..', workspace), join(copy, 'node_modules', scope, name));
      const nested = join(workspace, 'node_modules');
      if (await lstat(join(ROOT, nested)).catch(() => undefined)) await link(join(ROOT, nested), join(copy, nested));
    }
  }
}

/** A junction where Windows would want a right for a link; elsewhere the word means nothing. */
const link = (target: string, path: string) => symlink(target, path, 'junction');
