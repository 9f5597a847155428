import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { capture, run } from '../processes.ts';
import { ROOT } from '../root.ts';
import { composeArgs } from './compose.ts';

const SOURCES = join(ROOT, 'services', 'az');

/** What its label says of the sources of the image. */
export const azSources = (): string => checksumOf(SOURCES);

/**
 * Builds the image of the Azure CLI where there is none yet, or one of other sources: `npm start` leaves it out, because it
 * is large and most labs never use it. Looking takes milliseconds; the image carries a checksum of what it was built from.
 * @returns the exit code of the build, 0 when there was nothing to do.
 */
export async function buildAzImage(): Promise<number> {
  const sources = azSources();
  const label = '{{index .Config.Labels "lab.sources"}}';
  const { code, stdout } = await capture('docker', ['image', 'inspect', 'managed-identity-lab/az', '--format', label]);
  if (code === 0 && stdout.trim() === sources) return 0;
  console.error(
    'Building the image of the Azure CLI from the packages of Debian. It takes a minute and 1.2 GB, the first time only …',
  );
  // Standard output is for what az has to say.
  return run('docker', composeArgs(['build', 'az']), { environment: { LAB_AZ_SOURCES: sources }, output: 'stderr' });
}

/** A checksum of the names and contents of all files in a directory. */
export function checksumOf(directory: string): string {
  const hash = createHash('sha256');
  const files = globSync('**/*', { cwd: directory, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const path of files.map(({ parentPath, name }) => join(parentPath, name)).sort()) {
    hash
      .update(`${path.slice(directory.length)}\0`)
      .update(readFileSync(path))
      .update('\0');
  }
  return hash.digest('hex');
}
