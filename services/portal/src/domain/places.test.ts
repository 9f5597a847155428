import { expect, it } from 'vitest';
import { virtualMachine } from '../testing/fake-lab.ts';
import { labPlaces } from './places.ts';
import type { Workload } from './workloads.ts';

const SUBSCRIPTION = '55555555-5555-4555-8555-555555555555';
const TENANT = '11111111-1111-4111-8111-111111111111';
const GROUP = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-ana`;
const participant = { name: 'ana', machine: 'vm-app03', principalId: 'operator', clientId: 'operator-client' };
const group = { name: 'rg-ana', resourceId: GROUP, subscriptionId: SUBSCRIPTION };

const RESOURCES = [
  { kind: 'tenant', id: TENANT, tenantId: TENANT, name: 'contoso' },
  {
    kind: 'subscription',
    id: `/subscriptions/${SUBSCRIPTION}`,
    subscriptionId: SUBSCRIPTION,
    tenantId: TENANT,
    displayName: 'apps',
  },
  { kind: 'resourceGroup', id: GROUP, ...group, participant },
  { kind: 'resourceGroup', id: `${GROUP}2`, ...group, name: 'rg-ana2', resourceId: `${GROUP}2` },
  { kind: 'servicePrincipal', id: 'p1', principalId: 'p1', clientId: 'c1', resourceId: `${GROUP}/providers/x/vm` },
  { kind: 'servicePrincipal', id: 'p2', principalId: 'p2', clientId: 'c2', resourceId: `${GROUP}2/providers/x/vm` },
  { kind: 'vault', id: `${GROUP.toUpperCase()}/providers/y/kv-ana`, host: 'kv-ana.vault.azure.net' },
  { kind: 'vault', id: `${GROUP}2/providers/y/kv-other`, host: 'kv-other.vault.azure.net' },
  { kind: 'storageAccount', id: `${GROUP}/providers/z/stana`, host: 'stana.blob.core.windows.net' },
];
const WORKLOADS: Workload[] = [
  virtualMachine('app03'),
  virtualMachine('app01'),
  { ...virtualMachine('outsider'), machine: 'outsider', kind: 'outsider' },
];

function place({ resources = async () => RESOURCES }: { resources?: () => Promise<typeof RESOURCES> } = {}) {
  let time = 0;
  let asked = 0;
  const counted = async () => {
    asked += 1;
    return resources();
  };
  const places = labPlaces({ resources: counted, workloads: { list: async () => WORKLOADS }, now: () => time });
  return { places, asked: () => asked, wait: (ms: number) => (time += ms) };
}

it('are the resource groups that are somebody’s, with what lies in them and their machine', async () => {
  const { places } = place();
  const [ana, ...others] = await places.all();
  expect(others).toEqual([]);
  expect(ana).toEqual({
    participant: 'ana',
    tenantId: TENANT,
    tenant: 'contoso',
    subscriptionId: SUBSCRIPTION,
    subscription: 'apps',
    resourceGroup: 'rg-ana',
    resourceGroupId: GROUP,
    machine: 'vm-app03',
    workloads: new Set(['app03', 'outsider']),
    operatorId: 'operator',
    principals: new Set(['operator', 'operator-client', 'p1', 'c1']),
    hosts: new Set(['kv-ana.vault.azure.net', 'stana.blob.core.windows.net']),
  });
  expect(await places.find('ana')).toBe(ana);
  expect(await places.find('Ana')).toBeUndefined();
});

it('are asked for once in a while, however many want to know', async () => {
  const { places, asked, wait } = place();
  await Promise.all([places.find('ana'), places.find('ben'), places.all()]);
  expect(places.lately('ana')).toBeDefined();
  expect(asked()).toBe(1);
  wait(1_000);
  await places.all();
  expect(asked()).toBe(2);
});

it('stay as they were while Resource Manager cannot be asked', async () => {
  let isDown = true;
  const { places, wait } = place({
    resources: async () => {
      if (isDown) throw new Error('down');
      return RESOURCES;
    },
  });
  await expect(places.all()).rejects.toThrow('down');
  isDown = false;
  expect(await places.all()).toHaveLength(1);
  isDown = true;
  wait(5_000);
  expect(await places.find('ana')).toBeDefined();
});
