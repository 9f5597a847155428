import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { labFileJsonSchema } from './lab-file.ts';
import { loadLab } from './load-lab.ts';
import { resolveLab } from './resolve-lab.ts';
import { secretsFrom } from './secrets.ts';
import { readTopology } from './topology.ts';

const root = new URL('../../../', import.meta.url);
const text = (name: string) => readFileSync(new URL(name, root), 'utf8');
const topology = readTopology(text('docker-compose.yml'));
const secrets = secretsFrom({ operators: new Map(), identityHeaders: new Map() }, 1_700_000_000);
const resolveAll = (yaml: string) => resolveLab(loadLab(yaml), topology, secrets);
const resolve = (yaml: string) => resolveAll(yaml).resources;

const withVault = (rest: string) => `tenants:
  - name: contoso
    subscriptions:
      - name: s1
        resourceGroups:
          - name: rg1
${rest}`;

it('accepts the lab file and the topology that the project comes with', () => {
  const kinds = resolve(text('lab.yaml')).map(({ kind }) => kind);
  expect(kinds.filter((kind) => kind === 'tenant')).toHaveLength(2);
  expect(kinds.filter((kind) => kind === 'vault')).toHaveLength(2);
});

it('gives the same ids every time', () => {
  expect(resolve(text('lab.yaml'))).toEqual(resolve(text('lab.yaml')));
  expect(resolve(text('lab.yaml')).find(({ kind }) => kind === 'tenant')?.id).toBe(
    'a93ae60a-4be8-5fd6-9168-a883069ac35f',
  );
});

it('has a JSON Schema that is up to date, for editors', () => {
  expect(JSON.parse(text('lab.schema.json'))).toEqual(labFileJsonSchema());
});

it.each([
  ['a tab', 'tenants:\n\t- name: x', /^lab\.yaml:2: /],
  ['an unknown word', 'tenants:\n  - name: contoso\n    subscription: []', /^lab\.yaml:3: tenants\.0\.subscription: /],
  ['a wrong type', 'tenants:\n  - name: contoso\n    subscriptions: 7', /^lab\.yaml:3: tenants\.0\.subscriptions: /],
  ['nothing', '', /^lab\.yaml:1: tenants: /],
  ['the same key twice', 'tenants: []\ntenants: []', /^lab\.yaml:2: /],
])('names the line of %s', (_, yaml, message) => expect(() => loadLab(yaml)).toThrow(message));

it.each([
  [
    'a virtual machine',
    '            virtualMachines:\n              - name: vm-else',
    /lab\.yaml:8: .*vm-else has no place in the topology/,
  ],
])('refuses %s that has no name in the topology', (_, yaml, message) =>
  expect(() => resolve(withVault(yaml))).toThrow(message),
);

it('refuses a role assignment of a principal or role that nobody knows', () => {
  const yaml = withVault(`            vaults:
              - name: kv-lab
                roleAssignments:
                  - { principal: nobody, role: King }`);
  expect(() => resolve(yaml)).toThrow(/no identity called nobody[\s\S]*no built-in role called King/);
});

it('refuses an identity of another tenant', () => {
  const yaml = `tenants:
  - name: contoso
    subscriptions: [{ name: s1, resourceGroups: [{ name: rg1, userAssignedIdentities: [{ name: id-one }] }] }]
  - name: fabrikam
    subscriptions: [{ name: s1, resourceGroups: [{ name: rg1, virtualMachines: [{ name: vm-app01, userAssignedIdentities: [id-one] }] }] }]`;
  expect(() => resolve(yaml)).toThrow(/no user-assigned identity called id-one/);
});

it('finds the directories of the state that services mount, so that a further machine needs no code', () => {
  const further = `services:
  app07:
    volumes:
      - { type: volume, source: state, target: /run/agent, volume: { subpath: agents/app07 } }
      - { type: volume, source: other, target: /x, volume: { subpath: elsewhere } }
      - { type: volume, source: state, target: /y, volume: { subpath: ../outside } }`;
  const { stateDirectories } = readTopology(text('docker-compose.yml'), further);
  expect(stateDirectories).toContain('agents/app');
  expect(stateDirectories).toContain('agents/app07');
  expect(stateDirectories.filter((path) => /elsewhere|\.\./.test(path))).toEqual([]);
});
