/**
 * Where the lab's images come from: those that somebody names, those that this version of the package pins by digest, or
 * built from the lab's files where these cannot be pulled.
 */
import { log } from 'testcontainers';
import type { ComposeModel, ComposeProject } from './compose.ts';
import type { Engine } from './engine.ts';
import type { LabFiles } from './lab-files.ts';

/** Reference by the image's short name: `pki` → `…/pki@sha256:…`. */
export type Images = LabFiles['pinned'];

const PREFIX = 'managed-identity-lab/';

/** Short names of the images that a lab with these profiles needs, in the order of the file. */
export function neededImages(model: ComposeModel, profiles: readonly string[]): string[] {
  const images = Object.values(model.services)
    .filter((service) => !service.profiles?.length || service.profiles.some((profile) => profiles.includes(profile)))
    .flatMap(({ image }) => (image?.startsWith(PREFIX) ? image.slice(PREFIX.length) : []));
  return [...new Set(images)];
}

/** What makes Compose take these images. It builds nothing then, and pulls nothing: they are there. */
export function overrideWith(model: ComposeModel, images: Images): object {
  const services = Object.entries(model.services).flatMap(([service, { image }]) => {
    const reference = image?.startsWith(PREFIX) ? images[image.slice(PREFIX.length)] : undefined;
    return reference === undefined ? [] : [[service, { image: reference }]];
  });
  return { services: Object.fromEntries(services) };
}

export type ImageRequest = {
  readonly engine: Engine;
  readonly files: LabFiles;
  readonly needed: readonly string[];
  /** `given/{name}` are there, or it fails. */
  readonly given: string | undefined;
  /** The lab with these images; used for building. */
  readonly projectWith: (images: Images) => ComposeProject;
};

/**
 * Sees to it that all images are there. Nothing is asked of a registry for images that are there already.
 * @throws Error with what Docker said, when they can be had in no way.
 */
export async function provideImages(request: ImageRequest): Promise<Images> {
  const { engine, needed, given, files } = request;
  const { pinned } = files;
  if (given !== undefined) {
    const images = named(needed, (name) => `${given}/${name}`);
    const missing = await missingOf(engine, images);
    if (missing.length === 0) return images;
    throw new Error(`These images are not there: ${missing.join(', ')}`);
  }
  if (needed.every((name) => pinned[name] !== undefined)) {
    const images = named(needed, (name) => pinned[name] ?? '');
    const refused = await pull(engine, await missingOf(engine, images));
    if (refused === undefined) return images;
    log.warn(`The lab's images cannot be pulled and are built instead: ${refused}`);
  }
  const tag = files.version === undefined ? '' : `:${files.version}`;
  const images = named(needed, (name) => `${PREFIX}${name}${tag}`);
  // Files of a checkout change under one name: Docker's cache decides what there is to do.
  if (tag !== '' && (await missingOf(engine, images)).length === 0) return images;
  await build(request, images);
  return images;
}

const named = (names: readonly string[], reference: (name: string) => string): Images =>
  Object.fromEntries(names.map((name) => [name, reference(name)]));

async function missingOf({ docker }: Engine, images: Images): Promise<string[]> {
  const references = Object.values(images);
  const found = await Promise.all(references.map((reference) => docker(['image', 'inspect', reference])));
  return references.filter((_, i) => found[i]?.code !== 0);
}

/** @returns what Docker said about the first that could not be pulled. */
async function pull({ docker }: Engine, references: readonly string[]): Promise<string | undefined> {
  for (const reference of references) {
    const { code, stderr } = await docker(['pull', '--quiet', reference]);
    if (code !== 0) return stderr.trim();
  }
  return undefined;
}

async function build({ projectWith, needed }: ImageRequest, images: Images): Promise<void> {
  const project = projectWith(images);
  const model = await project.model();
  const wanted = new Set(needed.map((name) => images[name]));
  const built = new Set<string>();
  const services = Object.entries(model.services).flatMap(([service, { image = '' }]) => {
    if (!wanted.has(image) || built.has(image)) return [];
    built.add(image);
    return [service];
  });
  const { code, stdout, stderr } = await project.run(['--profile', '*', 'build', ...services]);
  if (code !== 0) throw new Error(`The lab's images could not be built:\n${`${stdout}${stderr}`.trim().slice(-4000)}`);
}
