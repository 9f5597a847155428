import { type Kind, RESOURCE, type Resource } from '@lab/shared/feed/resources.ts';
import { expect, it } from 'vitest';
import { GROUP, startTestArm, TENANT } from '../testing.ts';
import { turnsOf } from './turns.ts';

it('lets one go alone after the other, also after one that failed, and those who write wait', async () => {
  const turns = turnsOf(() => 'epoch');
  const order: string[] = [];
  const first = turns.alone(async () => {
    await Promise.resolve();
    order.push('first');
    throw new Error('failed');
  });
  const second = turns.alone(async () => order.push('second'));
  const writing = Promise.resolve(turns.mine()).then(() => order.push('a write'));
  await Promise.allSettled([first, second, writing]);
  expect(order).toEqual(['first', 'second', 'a write']);
  expect(turns.mine()).toBeUndefined();
});

it('has who writes wait for those too who came while it waited', async () => {
  const turns = turnsOf(() => 'epoch');
  const { promise: copied, resolve: copy } = Promise.withResolvers<void>();
  const order: string[] = [];
  const first = turns.alone(async () => order.push('first'));
  const writing = Promise.resolve(turns.mine()).then(() => order.push('a write'));
  const second = turns.alone(() => copied.then(() => order.push('second')));
  await first;
  await new Promise(setImmediate);
  copy();
  await Promise.all([writing, second]);
  expect(order).toEqual(['first', 'second', 'a write']);
});

it('writes nothing in a new life for a request that was let in by the roles of another', async () => {
  const principal = '99999999-9999-4999-8999-999999999999';
  let began = false;
  const arm = await startTestArm({
    // The directory is asked after the caller was let in, and before the role assignment is written.
    entra: async () => {
      const { resources } = arm;
      resources.transaction(() => {
        const all = resources.changedSince(0, Object.keys(RESOURCE) as Kind[], 1_000_000);
        resources.begin({ by: 'reset' });
        for (const resource of all) if (resource.kind !== 'roleAssignment') resources.put(resource as Resource);
      });
      began = true;
      const body = { principalId: principal, clientId: principal, tenantId: TENANT, displayName: 'x' };
      return { status: 200, body };
    },
  });
  const name = '77777777-7777-4777-8777-777777777777';
  const properties = {
    roleDefinitionId: '/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7',
    principalId: principal,
    principalType: 'ServicePrincipal',
  };
  const path = `${GROUP}/providers/Microsoft.Authorization/roleAssignments/${name}`;
  const { status } = await arm.ask('PUT', path, { body: { properties }, query: 'api-version=2022-04-01' });
  expect([began, status]).toEqual([true, 503]);
  expect(arm.resources.all('roleAssignment')).toEqual([]);
  await arm.close();
});
