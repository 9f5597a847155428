import { expect, it } from 'vitest';
import type { ComposeModel, ComposeProject } from './compose.ts';
import type { Ended, Engine } from './engine.ts';
import { type Images, neededImages, overrideWith, provideImages } from './images.ts';

const model: ComposeModel = {
  networks: {},
  services: {
    pki: { image: 'managed-identity-lab/pki' },
    imds: { image: 'managed-identity-lab/imds' },
    appservice: { image: 'managed-identity-lab/imds', profiles: ['func-app01'] },
    app: { image: 'managed-identity-lab/app' },
    outsider: { image: 'managed-identity-lab/app' },
    az: { image: 'managed-identity-lab/az', profiles: ['az'] },
  },
};
const DIGEST = `sha256:${'a'.repeat(64)}`;
const pinned = { pki: `registry.example/lab/pki@${DIGEST}`, app: `registry.example/lab/app@${DIGEST}` };

it('only what the profiles start is needed, each image once', () => {
  expect(neededImages(model, [])).toEqual(['pki', 'imds', 'app']);
  expect(neededImages(model, ['az'])).toEqual(['pki', 'imds', 'app', 'az']);
});

it('every service takes the image that its image was exchanged for', () => {
  expect(overrideWith(model, { app: 'x/app', imds: 'x/imds' })).toEqual({
    services: {
      imds: { image: 'x/imds' },
      appservice: { image: 'x/imds' },
      app: { image: 'x/app' },
      outsider: { image: 'x/app' },
    },
  });
});

const well: Ended = { code: 0, stdout: '', stderr: '' };
const failed: Ended = { code: 1, stdout: '', stderr: 'no route to host' };

/** An engine with these images, and a registry that answers or does not. */
function world({ there = [], registry = false }: { there?: readonly string[]; registry?: boolean }) {
  const asked: string[] = [];
  const docker: Engine['docker'] = async ([first = '', ...rest]) => {
    if (first === 'image') return there.includes(rest.at(-1) ?? '') ? well : failed;
    asked.push(`pull ${rest.at(-1)}`);
    return registry ? well : failed;
  };
  const projectWith = (images: Images): ComposeProject => ({
    name: 'lab',
    model: async () => ({
      networks: {},
      services: Object.fromEntries(Object.entries(images).map(([service, image]) => [service, { image }])),
    }),
    run: async (args) => {
      asked.push(args.slice(2).join(' '));
      return well;
    },
  });
  const engine = { docker } as Engine;
  const provide = (files: { version?: string; pinned?: Images }, given?: string) =>
    provideImages({
      engine,
      files: { directory: '/lab', version: files.version, pinned: files.pinned ?? {} },
      needed: ['pki', 'app'],
      given,
      projectWith,
    });
  return { asked, provide };
}

it('images that the release pinned are pulled by their digests', async () => {
  const { asked, provide } = world({ registry: true });
  expect(await provide({ version: '1.0.0', pinned })).toEqual(pinned);
  expect(asked).toEqual([`pull ${pinned.pki}`, `pull ${pinned.app}`]);
});

it('pinned images that are there are not asked for again', async () => {
  const { asked, provide } = world({ there: Object.values(pinned) });
  await provide({ version: '1.0.0', pinned });
  expect(asked).toEqual([]);
});

it('images that cannot be pulled are built from the copy in the package, under its version', async () => {
  const { asked, provide } = world({});
  const images = await provide({ version: '1.0.0', pinned });
  expect(images).toEqual({ pki: 'managed-identity-lab/pki:1.0.0', app: 'managed-identity-lab/app:1.0.0' });
  expect(asked.at(-1)).toBe('build pki app');
});

it('images that were built for this version are not built again', async () => {
  const there = ['managed-identity-lab/pki:1.0.0', 'managed-identity-lab/app:1.0.0'];
  const { asked, provide } = world({ there });
  await provide({ version: '1.0.0' });
  expect(asked).toEqual([]);
});

it('images of a checkout are built each time, because its files change', async () => {
  const { asked, provide } = world({ there: ['managed-identity-lab/pki', 'managed-identity-lab/app'] });
  expect(await provide({})).toEqual({ pki: 'managed-identity-lab/pki', app: 'managed-identity-lab/app' });
  expect(asked).toEqual(['build pki app']);
});

it('images that are given are neither pulled nor built, and named where they are missing', async () => {
  const { asked, provide } = world({ there: ['mirror/pki'], registry: true });
  await expect(provide({ version: '1.0.0', pinned }, 'mirror')).rejects.toThrow('not there: mirror/app');
  expect(asked).toEqual([]);
});
