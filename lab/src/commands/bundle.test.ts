import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ComposeModel } from '../docker/compose.ts';
import { ROOT } from '../root.ts';
import { contentsOf } from './bundle.ts';

const service = (image: string) => ({ image, profiles: [], ports: [], volumes: [] });
const model: ComposeModel = {
  name: 'lab',
  networks: {},
  services: {
    imds: service('lab/imds'),
    appservice: service('lab/imds'),
    app: service('lab/app'),
    az: service('lab/az'),
  },
};

it('a bundle holds every image once, and that of the Azure CLI when it is asked for', () => {
  expect(contentsOf(model, { az: false })).toEqual({ images: ['lab/imds', 'lab/app'], services: ['imds', 'app'] });
  expect(contentsOf(model, { az: true })).toEqual({
    images: ['lab/imds', 'lab/app', 'lab/az'],
    services: ['imds', 'app'],
  });
});

describe('load', () => {
  let directory: string;
  let checkout: string;

  /** A checkout without packages, and a `docker` and an `npm` that write down what they are asked. */
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'load-'));
    checkout = join(directory, 'checkout');
    for (const file of ['package.json', 'lab/run.mjs', 'lab/load.mjs']) cpSync(join(ROOT, file), join(checkout, file));
    program('npm', 'exit 1');
    program('npx', 'exit 1');
    networks([]);
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  function program(name: string, script: string): void {
    const file = join(directory, 'bin', name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `#!/bin/sh\necho "${name} $*" >>'${directory}/log'\n${script}\n`);
    chmodSync(file, 0o755);
  }

  function networks(inspected: readonly object[]): void {
    writeFileSync(join(directory, 'networks.json'), JSON.stringify(inspected));
    const ids = inspected.map((_, i) => `id${i}`).join('\\n');
    program(
      'docker',
      `case "$1 $2" in "network ls") printf '${ids}\\n';; "network inspect") cat '${directory}/networks.json';; esac`,
    );
  }

  function bundle(files: Record<string, string>): string {
    const content = join(directory, 'content');
    mkdirSync(content);
    for (const [name, text] of Object.entries(files)) writeFileSync(join(content, name), text);
    const file = join(directory, 'lab.tar.gz');
    execFileSync('tar', ['-czf', file, '-C', content, '.']);
    return file;
  }

  const wholeBundle = () =>
    bundle({
      'bundle.json': '{"architecture":"amd64"}',
      'docker-compose.yml': '',
      'lab.yaml': 'tenants: []',
      'images.tar': '',
    });

  function load(...args: string[]) {
    const env = { PATH: [join(directory, 'bin'), dirname(process.execPath), '/usr/bin', '/bin'].join(delimiter) };
    const ended = spawnSync(process.execPath, [join(checkout, 'lab', 'run.mjs'), 'load', ...args], {
      env,
      encoding: 'utf8',
    });
    const log = join(directory, 'log');
    return { ...ended, asked: existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : [] };
  }

  it('brings the lab up without installing, building or pulling anything', () => {
    const { status, stdout, asked } = load(wholeBundle());
    const unpacked = join(checkout, '.lab', 'bundle');
    expect([status, stdout]).toEqual([0, expect.stringContaining('The lab is up: http://localhost:8080')]);
    expect(asked).toEqual([
      'docker network ls --quiet --no-trunc',
      `docker load --quiet --input ${unpacked}/images.tar`,
      `docker compose --project-directory ${unpacked} --file ${unpacked}/docker-compose.yml up --detach --wait --no-build --pull never`,
    ]);
    expect(existsSync(join(unpacked, 'images.tar'))).toBe(false);
  });

  it('starts further machines when it is asked to', () => {
    const { asked } = load(wholeBundle(), '--profile', 'vm-app02', 'pod-app01');
    expect(asked.at(-1)).toContain('--profile vm-app02 --profile pod-app01 up');
  });

  it('refuses a second lab on the engine as doctor does, before anything is loaded', () => {
    networks([
      {
        Name: 'old_vm',
        Labels: { 'com.docker.compose.project': 'old' },
        IPAM: { Config: [{ Subnet: '169.254.169.248/29' }] },
      },
    ]);
    const { status, stderr, asked } = load(wholeBundle());
    expect(status).toBe(1);
    expect(stderr).toContain(
      "The network old_vm of the Compose project old holds 169.254.169.248/29, where the lab's network vm has to be (169.254.169.248/29).\n  → docker compose -p old down --remove-orphans",
    );
    expect(asked.some((line) => line.startsWith('docker load'))).toBe(false);
  });

  it.each([
    ['another archive', () => bundle({ 'a.txt': '' }), 'is no bundle of the lab'],
    ['a file that is not there', () => join(directory, 'none.tar.gz'), 'There is no file'],
    ['no file', () => '--profile', 'Usage: npm run lab -- load'],
  ])('refuses %s', (_, file, words) => {
    const { status, stderr } = load(file());
    expect([status, stderr]).toEqual([1, expect.stringContaining(words)]);
  });
});
