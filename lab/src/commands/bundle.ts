import { copyFileSync, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { buildAzImage } from '../docker/az-image.ts';
import { type ComposeModel, composeArgs, readModel } from '../docker/compose.ts';
import { labFileOf } from '../doctor/probe.ts';
import { capture, run } from '../processes.ts';
import { ROOT } from '../root.ts';

const FILE = 'managed-identity-lab.tar.gz';

/**
 * Writes all that the lab needs into one file: its images, docker-compose.yml and the lab file. `load` brings it up where
 * there is no network (`lab/load.mjs`), on a machine of the same architecture.
 *
 *     bundle.json  docker-compose.yml  lab.yaml  images.tar
 *
 * @param file Compressed unless its name ends in `.tar`.
 * @param options.az With the image of the Azure CLI, which is larger than all others together.
 */
export async function bundle(file: string = FILE, { az = false }: { az?: boolean } = {}): Promise<number> {
  const target = resolve(process.env.INIT_CWD ?? process.cwd(), file);
  if (!existsSync(dirname(target)) || statSync(target, { throwIfNoEntry: false })?.isDirectory()) {
    console.error(`${target} cannot be written: it is a directory, or lies in none.`);
    return 1;
  }
  const read = await readModel();
  if ('mistake' in read) {
    console.error(`docker-compose.yml cannot be used: ${read.mistake}`);
    return 1;
  }
  const { images, services } = contentsOf(read.model, { az });
  const built = (await run('docker', composeArgs(['build', ...services]))) || (az ? await buildAzImage() : 0);
  if (built !== 0) return built;

  const directory = mkdtempSync(join(tmpdir(), 'managed-identity-lab-bundle-'));
  try {
    const { stdout } = await capture('docker', ['version', '--format', '{{.Server.Arch}}']);
    writeFileSync(join(directory, 'bundle.json'), JSON.stringify({ architecture: stdout.trim(), images }, null, 2));
    copyFileSync(join(ROOT, 'docker-compose.yml'), join(directory, 'docker-compose.yml'));
    copyFileSync(labFileOf(read.model), join(directory, 'lab.yaml'));
    const saved = await run('docker', ['save', '--output', join(directory, 'images.tar'), ...images]);
    if (saved !== 0) return saved;
    const how = target.endsWith('.tar') ? '-cf' : '-czf';
    const packed = await run('tar', [how, target, '-C', directory, ...CONTENTS]);
    if (packed !== 0) {
      rmSync(target, { force: true }); // half a bundle
      return packed;
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
  const megabytes = Math.round(statSync(target).size / 1e6);
  console.log(
    `${target}: ${megabytes} MB, ${images.length} images\nWhere there is no network: npm run lab -- load <file>`,
  );
  return 0;
}

const CONTENTS = ['bundle.json', 'docker-compose.yml', 'lab.yaml', 'images.tar'];

/** Images of all profiles, and a service of each to build it by. */
export function contentsOf(
  { services }: ComposeModel,
  { az }: { az: boolean },
): { readonly images: string[]; readonly services: string[] } {
  const byImage = new Map<string, string>();
  for (const [service, { image }] of Object.entries(services)) {
    if (image !== undefined && !byImage.has(image)) byImage.set(image, service);
  }
  const images = [...byImage.keys()].filter((image) => az || byImage.get(image) !== 'az');
  // The Azure CLI's is built by itself, and labelled with what it was built from.
  const toBuild = [...byImage.values()].filter((service) => service !== 'az');
  return { images, services: toBuild };
}
