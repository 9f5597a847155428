import type { Resource } from '@managed-identity-lab/client';
import { expect, it } from 'vitest';
import { findMachine, partialLab } from './machine.ts';

const TENANT = { kind: 'tenant', id: 't', tenantId: 't', name: 'contoso' };
const APPS = { kind: 'subscription', id: '/subscriptions/a', subscriptionId: 'a', tenantId: 't', displayName: 'apps' };
const DATA = { kind: 'subscription', id: '/subscriptions/d', subscriptionId: 'd', tenantId: 't', displayName: 'data' };
const RG_APPS = { kind: 'resourceGroup', id: '/subscriptions/a/resourceGroups/rg-apps', name: 'rg-apps' };
const RG_DATA = { kind: 'resourceGroup', id: '/subscriptions/d/resourceGroups/rg-data', name: 'rg-data' };
const VM = {
  kind: 'virtualMachine',
  id: `${RG_APPS.id}/providers/Microsoft.Compute/virtualMachines/vm-app01`,
  name: 'vm-app01',
};
const VAULT = { kind: 'vault', id: '/subscriptions/d/resourcegroups/RG-DATA/providers/x/vaults/kv', name: 'kv-lab' };
const resources: Resource[] = [TENANT, APPS, DATA, RG_DATA, RG_APPS, VM, VAULT];

const inGroup = (group: object, subscription = 'apps') => ({
  tenants: [{ name: 'contoso', subscriptions: [{ name: subscription, resourceGroups: [group] }] }],
});

it('a new machine has an identity of its own, and lies where the lab has machines', () => {
  expect(partialLab(resources, { name: 'vm-test' }, [])).toEqual(
    inGroup({ name: 'rg-apps', virtualMachines: [{ name: 'vm-test', systemAssignedIdentity: true }] }),
  );
});

it('a machine that exists stays as it is', () => {
  expect(partialLab(resources, { name: 'VM-app01' }, [])).toEqual(
    inGroup({ name: 'rg-apps', virtualMachines: [{ name: 'VM-app01' }] }),
  );
});

it('identities that do not exist are made with the machine, which then has none of its own', () => {
  const wanted = { name: 'vm-test', resourceGroup: 'rg-data', userAssignedIdentities: ['id-new'] };
  const machine = { name: 'vm-test', systemAssignedIdentity: false, userAssignedIdentities: ['id-new'] };
  expect(partialLab(resources, wanted, [])).toEqual(
    inGroup({ name: 'rg-data', virtualMachines: [machine], userAssignedIdentities: [{ name: 'id-new' }] }, 'data'),
  );
});

it('a role assignment stands at its scope, for the machine unless it says otherwise', () => {
  const roles = [
    { role: 'Key Vault Secrets User', scope: 'kv-lab' },
    { role: 'Reader', scope: 'rg-apps', principal: 'id-orders' },
    { role: 'Reader', scope: 'data', condition: 'true' },
  ];
  expect(partialLab(resources, { name: 'vm-app01' }, roles)).toEqual({
    tenants: [
      {
        name: 'contoso',
        subscriptions: [
          {
            name: 'apps',
            resourceGroups: [
              {
                name: 'rg-apps',
                virtualMachines: [{ name: 'vm-app01' }],
                roleAssignments: [{ principal: 'id-orders', role: 'Reader' }],
              },
            ],
          },
          {
            name: 'data',
            resourceGroups: [
              {
                name: 'rg-data',
                vaults: [
                  { name: 'kv-lab', roleAssignments: [{ principal: 'vm-app01', role: 'Key Vault Secrets User' }] },
                ],
              },
            ],
            roleAssignments: [{ principal: 'vm-app01', role: 'Reader', condition: 'true' }],
          },
        ],
      },
    ],
  });
});

it.each([
  ['a scope', { name: 'vm-test' }, [{ role: 'Reader', scope: 'kv-none' }], 'no vault, storage account'],
  ['a resource group', { name: 'vm-test', resourceGroup: 'rg-none' }, [], 'It has: rg-data, rg-apps'],
])('%s that the lab does not have is named', (_, wanted, roles, words) => {
  expect(() => partialLab(resources, wanted, roles)).toThrow(words);
});

const labThatAnswers = (machine: Resource) => ({
  state: { resources: async () => resources, apply: async () => ({ added: 1, changed: 0, resources: [machine] }) },
});

it('a machine is where the lab says it is', async () => {
  const lab = labThatAnswers({ ...VM, name: 'vm-test', sourceAddress: '169.254.169.252' });
  const machine = await findMachine(lab, { virtualMachine: 'vm-test' });
  expect(machine).toEqual({ name: 'vm-test', address: '169.254.169.252' });
});

it('a machine that the lab has no place for is refused', async () => {
  const lab = labThatAnswers({ ...VM, name: 'vm-test' });
  await expect(findMachine(lab, { virtualMachine: 'vm-test' })).rejects.toThrow(
    'no place for the virtual machine vm-test',
  );
});
