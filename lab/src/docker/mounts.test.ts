import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { ROOT } from '../root.ts';

type Mount = string | { type: string; source: string; target: string; read_only?: boolean };
type Service = { volumes?: Mount[]; volumes_from?: string[] };

/** `!override` says how Compose merges files: what is below it is read as it stands. */
const ignoring = { resolve: (value: unknown) => value };
const TAGS = [
  { tag: '!reset', ...ignoring },
  { tag: '!override', collection: 'seq' as const, ...ignoring },
];
const servicesIn = (file: string) => {
  const text = readFileSync(join(ROOT, file), 'utf8');
  return (parse(text, { merge: true, customTags: TAGS }) as { services: Record<string, Service> }).services;
};

/** Of the host: all but what the lab's own volume has. */
const ofHost = ({ volumes = [] }: Service) =>
  volumes.filter((mount) =>
    typeof mount === 'string' ? !mount.startsWith('state:') : mount.type !== 'volume' || mount.source !== 'state',
  );

it.each([
  ['docker-compose.yml', ['lab.yaml', 'docker-compose.yml']],
  ['e2e/compose.e2e.yaml', ['slots.yaml']],
  ['services/az/compose.machine.yaml', []],
])(
  'no service of %s has anything of the host but files that it may read, profiles included: no Docker socket',
  (file, files) => {
    const services = Object.entries(servicesIn(file));
    expect(services.flatMap(([name, service]) => ofHost(service).map((mount) => [name, mount]))).toEqual(
      files.map((name) => [
        'pki',
        expect.objectContaining({ type: 'bind', target: `/etc/lab/${name}`, read_only: true }),
      ]),
    );
    // Nor by the way of another one: the Azure CLI in a machine has what the machine has, which is a service of the file above.
    const from = services.flatMap(([name, { volumes_from: others = [] }]) => others.map((other) => [name, other]));
    expect(from).toEqual(
      file.startsWith('services/az/') ? [['az', expect.stringMatching(/^\$\{LAB_AZ_SERVICE\}:ro$/)]] : [],
    );
  },
);

it('the volume of the lab is no directory of the host', () => {
  const { volumes } = parse(readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8')) as { volumes: object };
  expect(volumes).toEqual({ state: {} });
});
