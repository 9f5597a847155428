import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readWiring } from './read-wiring.ts';
import type { WiredPart } from './wiring.ts';

const OWN = readFileSync(new URL('../../../docker-compose.yml', import.meta.url), 'utf8');
const { parts, networks, file } = readWiring(OWN);
const part = (name: string) => parts.find((one) => one.name === name) as WiredPart;
const line = (number: number | undefined) => file[(number ?? 0) - 1]?.trim();

describe("the lab's own wiring", () => {
  it('names each part by the line that begins it, with its machine and what it is started with', () => {
    expect(parts.map((one) => line(one.line))).toEqual(parts.map(({ name }) => `${name}:`));
    expect([part('app').hostname, part('app').profile]).toEqual(['vm-app01', undefined]);
    const { hostname, profile, profileLine } = part('app02');
    expect([hostname, profile, line(profileLine)]).toEqual([
      'vm-app02',
      'vm-app02',
      expect.stringMatching(/^profiles:/),
    ]);
  });

  it('finds the line of each way into a network', () => {
    expect(part('app').networks.map(({ name, address, line: at }) => [name, address, line(at)])).toEqual([
      ['vm', '169.254.169.250', 'vm: { ipv4_address: 169.254.169.250 }'],
      ['azure', undefined, 'azure: { aliases: [vm-app01.internal.cloudapp.net] }'],
    ]);
    for (const { networks: attached } of parts) {
      for (const { name, line: at } of attached) expect(line(at)).toMatch(new RegExp(`^${name}:`));
    }
  });

  it('finds the lines of all of them together', () => {
    const { first, last } = part('app').networksLines ?? { first: 0, last: 0 };
    expect(file.slice(first - 1, last).map((text) => text.trim())).toEqual([
      'networks:',
      'vm: { ipv4_address: 169.254.169.250 }',
      'azure: { aliases: [vm-app01.internal.cloudapp.net] }',
    ]);
    expect([part('pki').networks, part('pki').networksLines]).toEqual([[], undefined]);
  });

  it('says of every network whether anything leads out, by the line that says so', () => {
    expect(networks.filter(({ internal }) => !internal).map(({ name }) => name)).toEqual(['edge']);
    for (const { name, line: at, internal, internalLine } of networks) {
      expect([line(at), line(internalLine)]).toEqual([`${name}:`, internal ? 'internal: true' : undefined]);
    }
  });

  it('leaves an address out that depends on a variable', () => {
    expect(part('dns').networks.find(({ name }) => name === 'azure')).not.toHaveProperty('address');
  });

  it('has the file as it is', () => {
    expect(`${file.join('\n')}\n`).toBe(OWN);
  });
});

it('takes what is merged in from elsewhere, by the line of the part', () => {
  const text = 'x-base: &base\n  networks:\n    a:\nservices:\n  one:\n    <<: *base\nnetworks:\n  a:\n';
  const { parts: [one] = [], networks: [a] = [] } = readWiring(text);
  expect(one).toEqual({ name: 'one', line: 5, networks: [{ name: 'a', line: 5 }] });
  expect(a).toEqual({ name: 'a', internal: false, line: 8 });
});

it('refuses what is no Compose file', () => {
  expect(() => readWiring('[]')).toThrow();
});
