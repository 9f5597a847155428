import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { placeFile } from './place-file.ts';

type Named = { name: string };
type Group = Named & {
  participant?: { name: string; machine: string };
  vaults?: (Named & { roleAssignments: unknown[] })[];
};
type File = { tenants: (Named & { subscriptions: (Named & { resourceGroups: Group[] })[]; applications?: unknown })[] };
const WORKSHOP = new URL('../../../../lab.workshop.yaml', import.meta.url);
const groupsOf = ({ tenants }: File): Group[] =>
  tenants.flatMap(({ subscriptions }) => subscriptions.flatMap(({ resourceGroups }) => resourceGroups));

it('is what lab.workshop.yaml gives to each of its participants', () => {
  const places = groupsOf(parse(readFileSync(WORKSHOP, 'utf8')) as File).filter(({ participant }) => participant);
  expect(places.map(({ participant }) => participant?.name)).toEqual(['p1', 'p2', 'p3', 'p4']);
  for (const place of places) {
    const { name = '', machine = '' } = place.participant ?? {};
    const [own] = groupsOf(placeFile({ participant: name, machine, tenant: 'contoso' }, {}) as File);
    expect(own).toEqual(place);
  }
});

it('lets the machine use what the sample program asks for, each place named once', () => {
  const at = { subscription: 'contoso-data', resourceGroup: 'rg-data' };
  const shared = {
    vault: { ...at, name: 'kv-lab' },
    account: { ...at, name: 'stlab' },
    api: { name: 'orders-api', role: 'Orders.Read' },
  };
  const { tenants } = placeFile({ participant: 'ana', machine: 'vm-app03', tenant: 'contoso' }, shared) as File;
  expect(tenants[0]?.subscriptions.slice(1)).toEqual([
    {
      name: 'contoso-data',
      resourceGroups: [
        {
          name: 'rg-data',
          vaults: [{ name: 'kv-lab', roleAssignments: [{ principal: 'vm-app03', role: 'Key Vault Secrets User' }] }],
          storageAccounts: [
            { name: 'stlab', roleAssignments: [{ principal: 'vm-app03', role: 'Storage Blob Data Contributor' }] },
          ],
        },
      ],
    },
  ]);
  expect(tenants[0]?.applications).toEqual([
    { name: 'orders-api', appRoleAssignments: [{ principal: 'vm-app03', role: 'Orders.Read' }] },
  ]);
});
