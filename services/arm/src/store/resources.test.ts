import type { Resource } from '@lab/shared/feed/resources.ts';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Resources } from '../domain/resources.ts';
import { openArmDatabase } from './database.ts';
import { withPolicy } from './policy.ts';
import { sqliteResources } from './resources.ts';

const SUB = '/subscriptions/55555555-5555-4555-8555-555555555555';
const group = (name: string): Resource => {
  const resourceId = `${SUB}/resourceGroups/${name}`;
  const subscriptionId = SUB.split('/')[2] ?? '';
  return { kind: 'resourceGroup', id: resourceId, value: { resourceId, name, subscriptionId, location: 'westeurope' } };
};
const PRINCIPAL = '33333333-3333-4333-8333-333333333333';
const READER = 'acdd72a7-3385-48ef-bd42-f606fba81ae7';
const assignment = (n: number, principalId = PRINCIPAL): Resource => {
  const id = `${SUB}/providers/Microsoft.Authorization/roleAssignments/00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
  const value = { id, scope: SUB, principalId, principalType: 'ServicePrincipal', roleDefinitionId: READER } as const;
  return { kind: 'roleAssignment', id, value };
};
const reader: Resource = {
  kind: 'roleDefinition',
  id: READER,
  value: {
    ...{ id: READER, roleName: 'Reader', description: '', actions: ['*/read'], notActions: [] },
    ...{ dataActions: [], notDataActions: [] },
  },
};

describe('what lies in a place', () => {
  let resources: Resources;
  const within = (place: string, page = {}) =>
    resources.within('resourceGroup', place, page).map(({ value }) => value.name);
  beforeEach(() => {
    resources = sqliteResources(openArmDatabase(':memory:'));
    for (const name of ['rg', 'rg-1', 'RG.2', 'rg10', 'a']) resources.put(group(name));
  });

  it('is found segment by segment, whatever the case', () => {
    expect(within(SUB.toUpperCase())).toEqual(['a', 'rg', 'rg-1', 'RG.2', 'rg10']);
    expect(within(`${SUB}/resourceGroups/RG`)).toEqual(['rg']);
    expect(within('/')).toHaveLength(5);
    expect(within(`${SUB}/resourceGroups/r`)).toEqual([]);
  });

  it('comes in parts', () => {
    expect(within(SUB, { limit: 2 })).toEqual(['a', 'rg']);
    expect(within(SUB, { after: `${SUB}/resourceGroups/RG`, limit: 2 })).toEqual(['rg-1', 'RG.2']);
  });

  it('is told to followers under one spelling of its id, also when it was removed in between', () => {
    resources.remove('resourceGroup', group('rg').id);
    resources.put({ ...group('RG'), id: `${SUB}/resourceGroups/RG` } as Resource);
    const told = resources.changedSince(5, ['resourceGroup'], 10).map(({ id }) => id);
    expect(told).toEqual([group('rg').id]);
  });

  it('is not what has been removed', () => {
    resources.remove('resourceGroup', `${SUB}/RESOURCEGROUPS/rg-1`);
    expect(within(SUB)).toEqual(['a', 'rg', 'RG.2', 'rg10']);
    expect(resources.entry('resourceGroup', `${SUB}/resourceGroups/rg-1`)).toBeUndefined();
  });
});

describe('the policy that Resource Manager decides by', () => {
  const rolesOf = ({ policy }: ReturnType<typeof withPolicy>) =>
    policy.ofPrincipals([PRINCIPAL]).roleAssignments.map(({ id }) => id);

  it('changes in the transaction that changes a role assignment', () => {
    const db = openArmDatabase(':memory:');
    const lab = withPolicy(sqliteResources(db), db);
    lab.resources.put(reader);
    lab.resources.put(assignment(1));
    expect(rolesOf(lab)).toEqual([assignment(1).id]);
    const failing = () =>
      lab.resources.transaction(() => {
        lab.resources.put(assignment(2));
        lab.resources.remove('roleAssignment', assignment(1).id);
        throw new Error('in the middle');
      });
    expect(failing).toThrow('in the middle');
    expect(rolesOf(lab)).toEqual([assignment(1).id]);
    lab.resources.put({ ...assignment(1), id: assignment(1).id.toUpperCase() } as Resource);
    expect(rolesOf(lab)).toEqual([assignment(1).id]);
    lab.resources.remove('roleAssignment', assignment(1).id.toUpperCase());
    expect(rolesOf(lab)).toEqual([]);
  });

  it('is made of what a database from before it holds', () => {
    const db = openArmDatabase(':memory:');
    const before = sqliteResources(db);
    for (const resource of [reader, ...Array.from({ length: 1_500 }, (_, n) => assignment(n))]) before.put(resource);
    expect(rolesOf(withPolicy(before, db))).toHaveLength(1_500);
  });
});

it('starts and answers at once with 100,000 role assignments', { timeout: 60_000 }, () => {
  const db = openArmDatabase(':memory:');
  const { resources } = withPolicy(sqliteResources(db), db);
  resources.transaction(() => {
    resources.put(reader);
    for (let n = 0; n < 100_000; n += 1)
      resources.put(assignment(n, `33333333-3333-4333-8333-${String(n % 10_000).padStart(12, '0')}`));
  });
  const started = performance.now();
  const again = withPolicy(sqliteResources(db), db);
  again.policy.ofPrincipals([PRINCIPAL]);
  again.resources.put(assignment(1));
  again.resources.findBy('roleAssignment', 'principalId', '33333333-3333-4333-8333-000000000007');
  again.resources.within('roleAssignment', SUB, { limit: 100 });
  expect(performance.now() - started).toBeLessThan(500);

  const asked = performance.now();
  for (let n = 0; n < 200; n += 1)
    again.resources.changedSince(again.resources.revision() - 1, ['roleAssignment'], 1_000);
  expect((performance.now() - asked) / 200).toBeLessThan(2);
});
