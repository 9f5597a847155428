import {
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buildPackages } from '@lab/lab/packages/build.ts';
import { distOf } from '@lab/lab/packages/workspaces.ts';
import { capture } from '@lab/lab/processes.ts';
import { ROOT } from '@lab/lab/root.ts';

/** A directory where the packages were installed from their tarballs. */
export type Installed = { readonly directory: string; remove(): void };

/** Where the examples are projects of their own, as a reader copies them. */
const EXAMPLES = join(ROOT, 'examples', 'tests');

/**
 * Builds and packs the packages and installs them in a directory outside of the repository, with everything that the
 * examples need, as a user would: from the tarballs and the registry.
 */
export async function installPackages(): Promise<Installed> {
  // Some systems have a link for their temporary directory, and paths are compared.
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'managed-identity-lab-packages-')));
  const remove = () => rmSync(directory, { recursive: true, force: true });
  try {
    const tarballs: Record<string, string> = {};
    // What users of a package have installed themselves, such as the SDKs that the sample program is written with.
    const peers: Record<string, string> = {};
    mkdirSync(join(directory, 'tarballs'));
    for (const workspace of await buildPackages()) {
      const packed = await npm(
        ['pack', '--json', '--pack-destination', join(directory, 'tarballs')],
        distOf(workspace),
      );
      Object.assign(peers, withoutSpans(workspace.manifest.peerDependencies));
      tarballs[workspace.manifest.name] = join(directory, 'tarballs', fileNameIn(packed));
    }
    copyExamples(directory);
    writeFileSync(
      join(directory, 'package.json'),
      JSON.stringify({
        private: true,
        type: 'module',
        workspaces: globSync('*/package.json', { cwd: directory }).map((file) => dirname(file)),
        // Where the examples ask for a version of them, these are what npm finds first.
        devDependencies: {
          ...Object.fromEntries(Object.entries(tarballs).map(([name, file]) => [name, `file:${file}`])),
          ...peers,
          ...versionsHere(['@types/node']),
        },
      }),
    );
    await npm(
      ['install', '--prefer-offline', '--ignore-scripts', '--no-package-lock', '--no-audit', '--no-fund'],
      directory,
    );
    return { directory, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

/** Few want spans: everybody else has to do without the packages that make them. */
const withoutSpans = (peers: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(peers).filter(([name]) => !name.startsWith('@opentelemetry/')));

/** Without what a reader's own runs may have left in them. */
function copyExamples(directory: string): void {
  for (const name of readdirSync(EXAMPLES, { withFileTypes: true })) {
    if (!name.isDirectory()) continue;
    const isKept = (path: string) => !path.split(/[\\/]/).includes('node_modules');
    cpSync(join(EXAMPLES, name.name), join(directory, name.name), { recursive: true, filter: isKept });
  }
}

/** The ranges that this repository has for its own development. */
function versionsHere(names: readonly string[]): Record<string, string> {
  const { devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  return Object.fromEntries(names.map((name) => [name, devDependencies[name]]));
}

async function npm(args: readonly string[], cwd: string): Promise<string> {
  const file = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const { code, stdout, stderr } = await capture(file, args, { cwd, timeoutMs: 300_000 });
  if (code !== 0) throw new Error(`npm ${args[0]} in ${cwd} ended with ${code}:\n${stderr}`);
  return stdout;
}

/** npm 10 and 11 answer with a list, later ones with an object by the package's name. */
function fileNameIn(packed: string): string {
  const answer = JSON.parse(packed) as Record<string, { filename: string }>;
  const [first] = Object.values(answer);
  if (!first) throw new Error('npm pack named no file');
  return first.filename;
}
