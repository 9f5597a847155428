import { createHash } from 'node:crypto';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { capture } from '../processes.ts';
import { ROOT } from '../root.ts';

const PAGE = join(ROOT, 'services', 'portal', 'page');
/** What the build was made of, beside what it made. */
const NOTE = join(PAGE, 'dist', '.sources');

/**
 * Builds the files of the page, where they are not those of the sources as they are. Images build their own; this is for
 * the embedded lab, the packages and the tests.
 *
 * @throws Error with what the build says.
 */
export async function buildPage(): Promise<'built' | 'up to date'> {
  const sources = fingerprint();
  if (sources === readNote()) return 'up to date';
  const { code, stdout, stderr } = await capture(process.execPath, [VITE, 'build', '--logLevel', 'warn'], {
    cwd: PAGE,
    // Tests have another one, and React would be that of its developers.
    environment: { NODE_ENV: 'production' },
    timeoutMs: 120_000,
  });
  if (code !== 0) throw new Error(`the page could not be built:\n${stdout}${stderr}`);
  writeFileSync(NOTE, sources);
  return 'built';
}

const VITE = join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js');

function fingerprint(): string {
  const hash = createHash('sha256');
  const files = [
    'services/portal/page/**/*.*',
    'docs/workshop/*/handout.md',
    'shared/src/**/*.ts',
    'package-lock.json',
  ].flatMap((pattern) => globSync(pattern, { cwd: ROOT, exclude: ['**/dist', '**/node_modules', '**/*.test.ts'] }));
  for (const file of files.sort())
    hash
      .update(file)
      .update('\0')
      .update(readFileSync(join(ROOT, file)))
      .update('\0');
  return hash.digest('hex');
}

function readNote(): string | undefined {
  try {
    return readFileSync(NOTE, 'utf8');
  } catch {
    return undefined;
  }
}
