import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import type { ComposeModel } from '../docker/compose.ts';
import { ROOT } from '../root.ts';
import { bakeArguments, imagesToRelease, pinnedBy } from './release-images.ts';

const service = (image: string) => ({ image: `managed-identity-lab/${image}`, profiles: [], ports: [], volumes: [] });
const model: ComposeModel = {
  name: 'lab',
  networks: {},
  services: { imds: service('imds'), appservice: service('imds'), app: service('app'), outsider: service('app') },
};
const release = { registry: 'registry.example/lab', version: '1.2.3' };
const digest = (digit: string) => `sha256:${digit.repeat(64)}`;

it('every image is built once, for both architectures, and pushed under the version', () => {
  expect(bakeArguments(model, release, 'metadata.json').join(' ')).toBe(
    'buildx bake --file docker-compose.yml --push --metadata-file metadata.json --set *.platform=linux/amd64,linux/arm64' +
      ' --set imds.tags=registry.example/lab/imds:1.2.3 --set app.tags=registry.example/lab/app:1.2.3 imds app',
  );
});

it('the package pins each image by the digest that was pushed', () => {
  const metadata = {
    'buildx.build.provenance': {},
    imds: { 'containerimage.digest': digest('a') },
    app: { 'containerimage.digest': digest('b') },
  };
  expect(pinnedBy(metadata, model, release)).toEqual({
    imds: `registry.example/lab/imds@${digest('a')}`,
    app: `registry.example/lab/app@${digest('b')}`,
  });
});

it('a release without one of the images is none', () => {
  const metadata = { imds: { 'containerimage.digest': digest('a') }, app: {} };
  expect(() => pinnedBy(metadata, model, release)).toThrow('not pushed: app');
});

it('every image of docker-compose.yml is released', () => {
  const file = readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8');
  const { services } = parse(file, { merge: true }) as Pick<ComposeModel, 'services'>;
  const names = [...imagesToRelease({ ...model, services }).values()];
  const images = Object.values(services).map(({ image = '' }) => image.replace('managed-identity-lab/', ''));
  expect(new Set(names)).toEqual(new Set(images));
});

it('the release workflow names no registry: the repository it runs in does', () => {
  const workflow = readFileSync(join(ROOT, '.github/workflows/release.yml'), 'utf8');
  const { jobs } = parse(workflow) as {
    jobs: Record<string, { steps: { run?: string; with?: { registry?: string } }[] }>;
  };
  const steps = Object.values(jobs).flatMap((job) => job.steps);
  const login = steps.find((step) => step.with?.registry !== undefined);
  expect(login?.with?.registry).toMatch(/^\$\{\{ vars\.IMAGE_REGISTRY \}\}$/);
  expect(steps.some((step) => step.run?.includes('publish-images "$IMAGE_REGISTRY/'))).toBe(true);
});
