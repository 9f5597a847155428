import { describe, expect, it } from 'vitest';
import { ANA } from '../testing/fake-places.ts';
import { sceneOf } from './scene.ts';

describe('the scene of a participant', () => {
  const inGroup = (kind: string, name: string, group = ANA.resourceGroupId) => ({
    ...{ kind, id: `${group}/providers/x/${kind}s/${name}`, name },
  });

  it('is what lies in their group', () => {
    const resources = [
      inGroup('vault', 'kv-lab', `${ANA.resourceGroupId}2`),
      inGroup('vault', 'kv-ana-orders'),
      inGroup('vault', 'kv-of-ana'),
      inGroup('storageAccount', 'stofana'),
      inGroup('userAssignedIdentity', 'id-of-ana'),
    ];
    const { tenant, subscription, resourceGroup } = ANA;
    expect(sceneOf(ANA, resources)).toMatchObject({
      ...{ machine: ANA.machine, vault: 'kv-of-ana', newVault: 'kv-ana-orders', account: 'stofana' },
      ...{ identity: 'id-of-ana', data: { tenant, subscription, resourceGroup } },
    });
  });

  it('has names for what they deleted', () => {
    expect(sceneOf(ANA, [])).toMatchObject({ vault: 'kv-ana', account: 'stana', identity: 'id-ana' });
  });
});
