import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
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
      `case "$*" in "network ls"*) printf '${ids}\\n';; "network inspect"*) cat '${directory}/networks.json';;
        *"config --profiles") printf 'vm-app02\\npod-app01\\n';; esac`,
    );
  }

  function bundle(files: Record<string, string>): string {
    const content = join(directory, 'content');
    mkdirSync(content);
    for (const [name, text] of Object.entries(files)) writeFileSync(join(content, name), text);
    const file = join(directory, 'lab.tar.gz');
    execFileSync('tar', ['-czf', file, '-C', content, ...Object.keys(files)]);
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
      `docker load --quiet --input ${unpacked}.new/images.tar`,
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

  it('refuses a machine that the lab does not have', () => {
    const { status, stderr, asked } = load(wholeBundle(), '--profile', 'vm-app2');
    expect([status, stderr]).toEqual([1, 'The lab has no profile vm-app2. It has: vm-app02, pod-app01\n']);
    expect(asked.some((line) => line.includes(' up '))).toBe(false);
  });

  it('keeps the bundle that a lab may run from, where another file is none', () => {
    expect(load(wholeBundle()).status).toBe(0);
    rmSync(join(directory, 'content'), { recursive: true });
    expect(load(bundle({ 'a.txt': '' })).status).toBe(1);
    const kept = readdirSync(join(checkout, '.lab', 'bundle')).sort();
    expect(kept).toEqual(['bundle.json', 'docker-compose.yml', 'lab.yaml']);
    expect(readdirSync(join(checkout, '.lab'))).toEqual(['bundle']);
  });

  it('unpacks a lab file that `pki`, which is another user, can read, whatever the umask', () => {
    const before = process.umask(0o077);
    const { status } = load(wholeBundle());
    process.umask(before);
    expect(status).toBe(0);
    expect(statSync(join(checkout, '.lab', 'bundle', 'lab.yaml')).mode & 0o777).toBe(0o644);
  });

  /** An archive in whose entries somebody lies: `tar` itself makes none. */
  function hostile(entries: readonly { name: string; type: '0' | '1' | '2'; link?: string; text?: string }[]): string {
    const blocks = entries.flatMap(({ name, type, link = '', text = '' }) => {
      const header = Buffer.alloc(512);
      header.write(name, 0);
      header.write('0000777\0' + '0000000\0'.repeat(2), 100);
      header.write(`${text.length.toString(8).padStart(11, '0')}\0`, 124);
      header.write(`00000000000\0        ${type}`, 136);
      header.write(link, 157);
      header.write('ustar\u000000', 257);
      const sum = header.reduce((total, byte) => total + byte, 0);
      header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
      const content = Buffer.alloc(Math.ceil(text.length / 512) * 512);
      content.write(text);
      return [header, content];
    });
    const file = join(directory, 'hostile.tar');
    writeFileSync(file, Buffer.concat([...blocks, Buffer.alloc(1024)]));
    return file;
  }

  const honest = [
    { name: 'bundle.json', type: '0', text: '{"architecture":"amd64"}' },
    { name: 'docker-compose.yml', type: '0', text: 'services: {}' },
    { name: 'images.tar', type: '0', text: '-' },
  ] as const;

  it.each([
    ['that climbs out', [{ name: '../outside', type: '0', text: 'x' }]],
    ['at an absolute path', [{ name: '/ABSOLUTE', type: '0', text: 'x' }]],
    ['besides those of a bundle', [{ name: '.env', type: '0', text: 'LAB_PORT=0' }]],
  ] as const)('leaves a file %s where it is', (_, extra) => {
    const named = extra.map((entry) => ({
      ...entry,
      name: entry.name.replace('ABSOLUTE', join(directory, 'outside')),
    }));
    const file = hostile([...honest, { name: 'lab.yaml', type: '0', text: 'tenants: []' }, ...named]);
    expect(load(file).status).toBe(0);
    expect(existsSync(join(checkout, '.lab', 'outside')) || existsSync(join(directory, 'outside'))).toBe(false);
    expect(existsSync(join(checkout, '.lab', 'bundle', '.env'))).toBe(false);
  });

  it.each([
    ['a link out of it', [{ name: 'lab.yaml', type: '2', link: '/etc/passwd' }]],
    ['two names for one file', [{ name: 'lab.yaml', type: '1', link: 'docker-compose.yml' }]],
    [
      'a directory that is a link',
      [
        { name: 'lab.yaml', type: '2', link: '..' },
        { name: 'lab.yaml/outside', type: '0', text: 'x' },
      ],
    ],
  ] as const)('refuses a bundle with %s, before Docker is told of it', (_, entries) => {
    const { status, stderr, asked } = load(hostile([...honest, ...entries]));
    expect([status, stderr]).toEqual([1, expect.stringContaining('is no bundle of the lab')]);
    expect(asked.some((line) => line.startsWith('docker load') || line.includes(' up '))).toBe(false);
    expect(existsSync(join(checkout, '.lab', 'outside'))).toBe(false);
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
