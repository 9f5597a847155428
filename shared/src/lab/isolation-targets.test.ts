import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ISOLATION_TARGETS, type IsolationTarget, isInLab, urlOfTarget } from './isolation-targets.ts';
import { readWiring } from './read-wiring.ts';

const { parts, networks } = readWiring(readFileSync(new URL('../../../docker-compose.yml', import.meta.url), 'utf8'));
const NAMES = {
  tenant: '72f988bf-86f1-41af-91ab-2d7cd011db47',
  subscription: '00000000-0000-0000-0000-000000000001',
  resourceGroup: 'rg-data',
  vault: 'kv-lab',
  secret: 'ConnectionString',
  otherVault: 'kv-fabrikam',
  otherSecret: 'Recipe',
  account: 'stlab',
};
const target = (id: string) => ISOLATION_TARGETS.find((one) => one.id === id) as IsolationTarget;

it('every target is of the topology: a service that is on the network on which it is reached', () => {
  for (const { id, part, network, url } of ISOLATION_TARGETS) {
    expect([id, networks.some(({ name }) => name === network)]).toEqual([id, true]);
    if (url === undefined) continue;
    const attached = parts.find(({ name }) => name === part)?.networks.map(({ name }) => name);
    expect([id, attached]).toEqual([id, expect.arrayContaining([network])]);
  }
});

it('every target has an id of its own', () => {
  expect(new Set(ISOLATION_TARGETS.map(({ id }) => id)).size).toBe(ISOLATION_TARGETS.length);
});

it('an address is made of the names of the lab', () => {
  expect(urlOfTarget(target('keyvault-token'), NAMES)).toBe(
    'https://kv-lab.vault.azure.net/secrets/ConnectionString?api-version=7.4',
  );
  expect(ISOLATION_TARGETS.filter((one) => !isInLab(one, NAMES))).toEqual([]);
});

it('what the lab has nothing of is no target', () => {
  expect(ISOLATION_TARGETS.filter((one) => !isInLab(one, {})).map(({ id }) => id)).toEqual([
    ...['entra', 'keyvault', 'keyvault-other-name', 'blob'],
    ...['vault-token', 'keyvault-token', 'other-vault-token', 'blob-token'],
    ...['control-keyvault', 'control-blob'],
  ]);
});

it.each(['evil.example/', 'evil.example#', 'a@evil.example/?', '..', '', 'KV-LAB', 'x'.repeat(100)])(
  'no name leads to another host: %j',
  (vault) => {
    expect(urlOfTarget(target('keyvault'), { ...NAMES, vault })).toBeUndefined();
  },
);

it.each(['..', 'a/b', 'a?b', '%2e%2e', ''])('no name leads to another path: %j', (name) => {
  expect(urlOfTarget(target('keyvault'), { ...NAMES, secret: name })).toBeUndefined();
  expect(urlOfTarget(target('vault-token'), { ...NAMES, resourceGroup: name })).toBeUndefined();
  expect(urlOfTarget(target('vault-token'), { ...NAMES, subscription: name })).toBeUndefined();
});
