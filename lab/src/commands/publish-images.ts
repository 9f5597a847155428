import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { azSources } from '../docker/az-image.ts';
import { readModel } from '../docker/compose.ts';
import { bakeArguments, pinnedBy } from '../packages/release-images.ts';
import { distOf, packages } from '../packages/workspaces.ts';
import { run } from '../processes.ts';

const MODULE = '@managed-identity-lab/testcontainers';

/**
 * Builds the images for all architectures, pushes them, and writes their digests into the Testcontainers package that
 * `npm run build` has made. For the release workflow: it needs a builder for both architectures, and to be signed in.
 *
 * @param registry Such as `registry.example/owner/managed-identity-lab`.
 * @param options.tag Of the release: `v` and the version of the packages.
 */
export async function publishImages(registry: string, { tag }: { tag?: string }): Promise<number> {
  const workspace = packages().find(({ manifest }) => manifest.name === MODULE);
  if (!workspace) throw new Error(`there is no package ${MODULE}`);
  const { version } = workspace.manifest;
  if (tag !== undefined && tag !== `v${version}`) {
    console.error(`The release is called ${tag}, and the packages have the version ${version}.`);
    return 1;
  }
  const read = await readModel();
  if ('mistake' in read) {
    console.error(read.mistake);
    return 1;
  }
  const release = { registry: registry.replace(/\/$/, ''), version };
  const directory = mkdtempSync(join(tmpdir(), 'managed-identity-lab-release-'));
  try {
    const metadata = join(directory, 'metadata.json');
    const environment = { LAB_AZ_SOURCES: azSources() };
    const code = await run('docker', bakeArguments(read.model, release, metadata), { environment });
    if (code !== 0) return code;
    const pinned = pinnedBy(JSON.parse(readFileSync(metadata, 'utf8')), read.model, release);
    writeFileSync(join(distOf(workspace), 'images.json'), `${JSON.stringify(pinned, null, 2)}\n`);
    for (const reference of Object.values(pinned)) console.log(reference);
    return 0;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
