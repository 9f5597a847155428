import { basename } from 'node:path';
import { z } from 'zod';
import type { ComposeModel } from '../docker/compose.ts';

/** Where a release puts its images: `{registry}/{name}`, under its version. */
export type Release = { readonly registry: string; readonly version: string };

/** Those that a release is for. */
const PLATFORMS = ['linux/amd64', 'linux/arm64'];

/** A service of each image, to build it by, and the image's short name. */
export const imagesToRelease = ({ services }: ComposeModel): ReadonlyMap<string, string> => {
  const byName = new Map<string, string>();
  for (const [service, { image }] of Object.entries(services)) {
    if (image !== undefined && !byName.has(basename(image))) byName.set(basename(image), service);
  }
  return new Map([...byName].map(([name, service]) => [service, name]));
};

/**
 * What builds all images for all platforms and pushes them. Bake reads docker-compose.yml itself, so that a release is
 * built as everybody builds.
 */
export function bakeArguments(model: ComposeModel, { registry, version }: Release, metadataFile: string): string[] {
  const images = [...imagesToRelease(model)];
  return [
    ...['buildx', 'bake', '--file', 'docker-compose.yml', '--push', '--metadata-file', metadataFile],
    ...['--set', `*.platform=${PLATFORMS.join(',')}`],
    ...images.flatMap(([service, name]) => ['--set', `${service}.tags=${registry}/${name}:${version}`]),
    ...images.map(([service]) => service),
  ];
}

const Metadata = z.record(z.string(), z.looseObject({ 'containerimage.digest': z.string().optional() }));

/**
 * What the Testcontainers package pins: each image by the digest of its index, which is for all platforms.
 *
 * @param metadata What bake wrote.
 * @throws Error that names the images that were not pushed.
 */
export function pinnedBy(metadata: unknown, model: ComposeModel, { registry }: Release): Record<string, string> {
  const pushed = Metadata.parse(metadata);
  const images = [...imagesToRelease(model)].map(([service, name]) => {
    const digest = pushed[service]?.['containerimage.digest'];
    return [name, digest !== undefined && /^sha256:[0-9a-f]{64}$/.test(digest) ? `${registry}/${name}@${digest}` : ''];
  });
  const missing = images.filter(([, reference]) => reference === '').map(([name]) => name);
  if (missing.length > 0) throw new Error(`not pushed: ${missing.join(', ')}`);
  return Object.fromEntries(images);
}
