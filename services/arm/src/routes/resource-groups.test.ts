import type { ResourceOf } from '@lab/shared/feed/resources.ts';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  FOREIGN_SUBSCRIPTION,
  failure,
  GROUP,
  OWNER,
  STRANGER,
  SUBSCRIPTION,
  startTestArm,
  type TestArm,
} from '../testing.ts';

let arm: TestArm;
beforeEach(async () => {
  arm = await startTestArm();
});
afterEach(() => arm.close());

const groups = `${SUBSCRIPTION}/resourceGroups`;

it('leaves a group to whose it is, whoever writes it', async () => {
  const known = arm.resources.find('resourceGroup', GROUP) as ResourceOf<'resourceGroup'>;
  const participant = { name: 'ana', machine: 'vm-app01', principalId: OWNER, clientId: OWNER };
  arm.resources.put({ kind: 'resourceGroup', id: GROUP, value: { ...known, participant } });
  const body = { location: known.location, tags: { participant: 'ben' }, participant: { name: 'ben' } };
  for (const method of ['PUT', 'PATCH']) {
    expect([method, (await arm.ask(method, GROUP, { body })).status]).toEqual([method, 200]);
    expect(arm.resources.find('resourceGroup', GROUP)?.participant).toEqual(participant);
  }
});

it('makes, shows, changes and lists a resource group', async () => {
  const made = await arm.ask('PUT', `${groups}/rg-new`, { body: { location: 'West Europe', tags: { env: 'lab' } } });
  expect([made.status, made.body]).toEqual([
    201,
    {
      id: `${groups}/rg-new`,
      name: 'rg-new',
      type: 'Microsoft.Resources/resourceGroups',
      location: 'westeurope',
      tags: { env: 'lab' },
      properties: { provisioningState: 'Succeeded' },
    },
  ]);
  expect((await arm.ask('GET', `${SUBSCRIPTION}/resourcegroups/RG-NEW`)).body).toEqual(made.body);
  expect((await arm.ask('PUT', `${groups}/rg-new`, { body: { location: 'westeurope' } })).status).toBe(200);
  expect((await arm.ask('PATCH', `${groups}/rg-new`, { body: { tags: { a: 'b' } } })).body.tags).toEqual({ a: 'b' });
  const { body } = await arm.ask('GET', groups);
  expect(body.value.map(({ name }: { name: string }) => name)).toEqual(['rg-lab', 'rg-new']);
});

it('gives a long list in pages', async () => {
  for (const name of ['rg-b', 'rg-a']) await arm.ask('PUT', `${groups}/${name}`, { body: { location: 'westeurope' } });
  const first = (await arm.ask('GET', `${groups}?$top=2`)).body;
  expect(first.value.map(({ name }: { name: string }) => name)).toEqual(['rg-a', 'rg-b']);
  const { pathname, search, origin } = new URL(first.nextLink);
  expect(origin).toBe('https://management.azure.com');
  const second = (await arm.ask('GET', `${pathname}${search}`, { query: '' })).body;
  expect(second.value.map(({ name }: { name: string }) => name)).toEqual(['rg-lab']);
  expect(second.nextLink).toBeUndefined();
});

it('shows those of a list that a role is for, and refuses a list of which nothing is', async () => {
  await arm.ask('PUT', `${groups}/rg-new`, { body: { location: 'westeurope' } });
  expect(failure(await arm.ask('GET', groups, { as: STRANGER }))).toBe('403 AuthorizationFailed');
  arm.assign(STRANGER, 'Reader', GROUP);
  const { body } = await arm.ask('GET', groups, { as: STRANGER });
  expect(body.value.map(({ name }: { name: string }) => name)).toEqual(['rg-lab']);
});

it('refuses before it says what exists', async () => {
  const missing = await arm.ask('GET', `${groups}/rg-none`, { as: STRANGER });
  expect(failure(missing)).toBe('403 AuthorizationFailed');
  expect(missing.body.error.message).toBe(
    `The client '22222222-2222-4222-8222-222222222222' with object id '${STRANGER}' does not have authorization to perform action 'Microsoft.Resources/subscriptions/resourceGroups/read' over scope '${groups}/rg-none' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
  );
  expect(failure(await arm.ask('GET', `${groups}/rg-none`))).toBe('404 ResourceGroupNotFound');
});

it('shows nothing of another tenant, whatever its roles say', async () => {
  arm.assign(OWNER, 'Owner', FOREIGN_SUBSCRIPTION);
  expect(failure(await arm.ask('GET', `${FOREIGN_SUBSCRIPTION}/resourceGroups`))).toBe(
    '401 InvalidAuthenticationTokenTenant',
  );
  const nowhere = '/subscriptions/55555555-5555-4555-8555-555555555559/resourceGroups';
  expect(failure(await arm.ask('GET', nowhere))).toBe('404 SubscriptionNotFound');
});

it('tells by HEAD whether a group exists', async () => {
  expect((await arm.ask('HEAD', GROUP)).status).toBe(204);
  expect((await arm.ask('HEAD', `${groups}/rg-none`)).status).toBe(404);
  expect((await arm.ask('HEAD', GROUP, { as: STRANGER })).status).toBe(403);
});

it.each([
  ['no body', undefined, 'InvalidRequestContent'],
  ['no JSON', '{', 'InvalidRequestContent'],
  ['a deep body', `{"location":${'['.repeat(100_000)}`, 'InvalidRequestContent'],
  ['no location', '{}', 'InvalidRequestContent'],
  ['a location that is nowhere', '{"location":"atlantis"}', 'LocationNotAvailableForResourceGroup'],
  ['tags that are no text', '{"location":"westeurope","tags":{"a":1}}', 'InvalidRequestContent'],
])('refuses a group with %s', async (_, rawBody, code) => {
  const answer = await arm.ask('PUT', `${groups}/rg-new`, rawBody === undefined ? {} : { rawBody });
  expect(failure(answer)).toBe(`400 ${code}`);
});

it('refuses a name that no group may have, and another location for one that exists', async () => {
  const body = { location: 'westeurope' };
  expect(failure(await arm.ask('PUT', `${groups}/rg.`, { body }))).toBe('400 InvalidParameter');
  expect(failure(await arm.ask('PUT', `${groups}/${'r'.repeat(91)}`, { body }))).toBe('400 InvalidParameter');
  expect(failure(await arm.ask('PUT', GROUP, { body: { location: 'eastus' } }))).toBe(
    '409 InvalidResourceGroupLocation',
  );
});

it('takes with a deleted group what lies in it and what was assigned there', async () => {
  const clientId = 'f3b1a6a0-0000-4000-8000-000000000002';
  const principalId = 'f3b1a6a0-0000-4000-8000-000000000001';
  const resourceId = `${GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-app`;
  const identity: ResourceOf<'userAssignedIdentity'> = {
    ...{ resourceId, principalId, clientId, name: 'id-app', resourceGroup: 'rg-lab', location: 'westeurope' },
    tenantId: '11111111-1111-4111-8111-111111111111',
    subscriptionId: '55555555-5555-4555-8555-555555555555',
  };
  arm.resources.put({ kind: 'userAssignedIdentity', id: resourceId, value: identity });
  arm.resources.put({
    kind: 'servicePrincipal',
    id: principalId,
    value: { ...identity, displayName: 'id-app', identityType: 'UserAssigned' },
  });
  const below = arm.assign(principalId, 'Reader', resourceId);
  const above = arm.assign(principalId, 'Reader', SUBSCRIPTION);

  const answer = await arm.ask('DELETE', GROUP);
  expect([answer.status, answer.text]).toEqual([202, '']);
  const { pathname, search } = new URL(answer.headers.location ?? '');
  expect((await arm.ask('GET', `${pathname}${search}`, { query: '' })).status).toBe(200);
  expect((await arm.ask('GET', `${pathname}${search}`, { query: '', as: STRANGER })).status).toBe(403);

  expect(failure(await arm.ask('GET', GROUP))).toBe('404 ResourceGroupNotFound');
  expect(arm.resources.find('userAssignedIdentity', resourceId)).toBeUndefined();
  expect(arm.resources.find('servicePrincipal', principalId)).toBeUndefined();
  expect(arm.resources.find('roleAssignment', below)).toBeUndefined();
  expect(arm.resources.find('roleAssignment', above)).toBeDefined();
});
