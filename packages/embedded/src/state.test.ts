import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openState, type State } from './state.ts';

const NOW = 1_790_000_000;
const YEAR = 365 * 86_400;
const ONE = '/subscriptions/a/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm-one';

let parent: string;
let open: State[] = [];
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'state-'));
});
afterEach(() => {
  for (const state of open.splice(0)) state.close();
  rmSync(parent, { recursive: true });
});
const opened = (directory?: string, now = NOW): State => {
  const state = openState(directory, now);
  open.push(state);
  return state;
};
const closed = (state: State) => {
  open = open.filter((other) => other !== state);
  state.close();
};
const secretsOf = ({ secrets, machineSecret, apiToken }: State) => ({
  operator: secrets.operator('tenant').value,
  header: secrets.identityHeader('func'),
  machine: machineSecret(ONE),
  apiToken,
});

it('gives each machine a secret of its own, of the form that App Service has, and the same one for either case', () => {
  const { machineSecret } = opened();
  expect(machineSecret(ONE)).toMatch(/^[0-9A-F]{32}$/);
  expect(machineSecret(ONE.toUpperCase())).toBe(machineSecret(ONE));
  expect(machineSecret(`${ONE}-b`)).not.toBe(machineSecret(ONE));
});

describe('in memory', () => {
  it('has no secret of another lab, and keeps nothing when it ends', () => {
    const [one, two] = [opened(), opened()];
    for (const [name, value] of Object.entries(secretsOf(one)))
      expect(Object.entries(secretsOf(two))).not.toContainEqual([name, value]);
    expect(one.databaseOf('arm')).toBe(':memory:');
    one.certificates.write('pki/ca.key', 'secret', 0o600);
    expect(one.certificates.read('pki/ca.key')).toBe('secret');
    expect(readdirSync(one.directory)).toEqual([]);
    closed(one);
    expect(existsSync(one.directory)).toBe(false);
  });
});

describe('in a directory', () => {
  it.each(['{"mine":1}', 'not JSON'])('leaves alone what is not of a lab, and says so: %s', (content) => {
    const file = join(parent, 'secrets.json');
    writeFileSync(file, content);
    for (const _ of ['first', 'again']) {
      expect(() => openState(parent, NOW)).toThrow(
        `${file} was not written by a lab. Give this lab a directory of its own.`,
      );
    }
    expect(readFileSync(file, 'utf8')).toBe(content);
  });

  it('has the secrets of the lab before, those that were made while it ran too', () => {
    const directory = join(parent, 'new', 'lab');
    const first = opened(directory);
    expect(first.isContinued).toBe(false);
    const secrets = secretsOf(first);
    closed(first);
    const second = opened(directory, NOW + YEAR);
    expect(second.isContinued).toBe(true);
    expect(secretsOf(second)).toEqual(secrets);
  });

  it('makes a secret of an operator anew before it ends', () => {
    const directory = join(parent, 'lab');
    const first = opened(directory);
    const { operator, header } = secretsOf(first);
    closed(first);
    const later = secretsOf(opened(directory, NOW + 12 * YEAR - 86_400));
    expect(later.operator).not.toBe(operator);
    expect(later.header).toBe(header);
  });

  // Windows has no such modes.
  it.skipIf(process.platform === 'win32')('lets nobody else read it', () => {
    const directory = join(parent, 'lab');
    opened(directory).databaseOf('arm');
    const modes = [directory, join(directory, 'arm'), join(directory, 'secrets.json')].map(
      (path) => statSync(path).mode & 0o777,
    );
    expect(modes).toEqual([0o700, 0o700, 0o600]);
  });

  it('is refused while another lab uses it, and free when that has ended', () => {
    const directory = join(parent, 'lab');
    const first = opened(directory);
    expect(() => openState(directory, NOW)).toThrow(
      `Another lab is using ${directory}. Close it, or give this one another directory.`,
    );
    closed(first);
    opened(directory);
  });

  it('is let go of where what it holds cannot be used', () => {
    const directory = join(parent, 'lab');
    closed(opened(directory));
    const path = join(directory, 'secrets.json');
    const good = readFileSync(path, 'utf8');
    writeFileSync(path, '{}');
    expect(() => openState(directory, NOW)).toThrow();
    writeFileSync(path, good);
    expect(opened(directory).isContinued).toBe(true);
  });
});
