import { expect, it } from 'vitest';
import type { Place } from '../place.ts';
import { targetNames } from './target-names.ts';

const CONTOSO = '72f988bf-86f1-41af-91ab-2d7cd011db47';
const vaultId = (name: string) =>
  `/subscriptions/1/resourceGroups/rg-${name}/providers/Microsoft.KeyVault/vaults/${name}`;
const vault = (name: string, tenantId: string, more: object = {}) => ({
  kind: 'vault',
  id: vaultId(name),
  name,
  tenantId,
  ...more,
});
const secret = (of: string, name: string) => ({
  kind: 'secret',
  id: `${vaultId(of)}/secrets/${name}`,
  vaultId: vaultId(of).toUpperCase(),
  name,
});
const namesOf = (resources: { kind: string; id: string }[], place?: Place) =>
  targetNames({ resources: async (kind) => resources.filter((one) => one.kind === kind) }, place);

it('asks for what there is in the tenant of the first virtual machine, and in another', async () => {
  const names = await namesOf([
    { kind: 'virtualMachine', id: 'vm', ...{ tenantId: CONTOSO } },
    vault('kv-other', 'f'),
    vault('kv-gone', CONTOSO, { deletedAt: 1 }),
    vault('kv-empty', CONTOSO),
    vault('kv-lab', CONTOSO),
    secret('kv-gone', 'old'),
    secret('kv-lab', 'ConnectionString'),
    secret('kv-other', 'Recipe'),
    { kind: 'storageAccount', id: 'a', ...{ tenantId: 'f', name: 'stother' } },
    { kind: 'storageAccount', id: 'b', ...{ tenantId: CONTOSO, name: 'stlab' } },
  ]);
  expect(names).toEqual({
    tenant: CONTOSO,
    subscription: '1',
    resourceGroup: 'rg-kv-lab',
    vault: 'kv-lab',
    secret: 'ConnectionString',
    otherVault: 'kv-other',
    otherSecret: 'Recipe',
    account: 'stlab',
  });
});

it('a participant asks for what is theirs, and learns no name of another', async () => {
  const place = {
    tenantId: CONTOSO,
    resourceGroupId: '/subscriptions/1/resourceGroups/rg-kv-ana',
    principals: new Set(),
  };
  const all = [vault('kv-lab', CONTOSO), secret('kv-lab', 'a'), vault('kv-ana', CONTOSO), secret('kv-ana', 'b')];
  const names = await namesOf([...all, vault('kv-other', 'f'), secret('kv-other', 'c')], place as unknown as Place);
  const [subscription, resourceGroup] = ['1', 'rg-kv-ana'];
  expect(names).toEqual({ tenant: CONTOSO, subscription, resourceGroup, vault: 'kv-ana', secret: 'b' });
});

it('leaves out what there is not', async () => {
  expect(await namesOf([])).toEqual({});
  expect(await namesOf([vault('kv-lab', CONTOSO)])).toEqual({ tenant: CONTOSO });
});
