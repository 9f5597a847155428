import { afterEach, beforeEach, expect, it } from 'vitest';
import { failure, GROUP, SUBSCRIPTION, startTestArm, TENANT, type TestArm } from '../testing.ts';

const TYPE = 'Microsoft.ManagedIdentity/userAssignedIdentities';
const ID = `${GROUP}/providers/${TYPE}/id-app`;

let arm: TestArm;
beforeEach(async () => {
  arm = await startTestArm();
});
afterEach(() => arm.close());

const make = (id = ID, body: object = { location: 'westeurope' }) => arm.ask('PUT', id, { body });

it('makes, shows, changes and lists an identity with a service principal of its own', async () => {
  const made = await make();
  const { principalId, clientId } = made.body.properties;
  expect([made.status, made.body]).toEqual([
    201,
    {
      id: ID.replace('resourceGroups', 'resourcegroups'),
      name: 'id-app',
      type: TYPE,
      location: 'westeurope',
      tags: {},
      properties: { isolationScope: 'None', tenantId: TENANT, principalId, clientId },
    },
  ]);
  expect(arm.resources.find('servicePrincipal', principalId)).toMatchObject({ clientId, resourceId: ID });
  const again = await make(ID, { location: 'West Europe', tags: { a: 'b' } });
  expect([again.status, again.body.properties, again.body.tags]).toEqual([200, made.body.properties, { a: 'b' }]);
  expect((await arm.ask('PATCH', ID, { body: { tags: {} } })).body.tags).toEqual({});
  for (const scope of [GROUP, SUBSCRIPTION]) {
    expect((await arm.ask('GET', `${scope}/providers/${TYPE}`)).body.value).toEqual([made.body]);
  }
  expect((await arm.ask('GET', ID)).body).toEqual(made.body);
});

it('gives new ids to an identity that is made again, and leaves the role assignments of the old one', async () => {
  const { principalId } = (await make()).body.properties;
  const role = arm.assign(principalId, 'Reader', SUBSCRIPTION);
  expect([(await arm.ask('DELETE', ID)).status, (await arm.ask('DELETE', ID)).status]).toEqual([200, 204]);
  expect(arm.resources.find('servicePrincipal', principalId)).toBeUndefined();
  expect(arm.resources.find('roleAssignment', role)).toBeDefined();
  expect(failure(await arm.ask('GET', ID))).toBe('404 ResourceNotFound');
  const again = (await make()).body.properties;
  expect(again.principalId).not.toBe(principalId);
});

it.each(['ab', '-abc', 'a'.repeat(129), 'a.b.c'])('refuses the name %j', async (name) => {
  expect(failure(await make(`${GROUP}/providers/${TYPE}/${name}`))).toBe('400 InvalidParameter');
});

it('refuses another location than the one it has', async () => {
  await make();
  expect(failure(await make(ID, { location: 'eastus' }))).toBe('409 InvalidResourceLocation');
});

it('names the resources that have it', async () => {
  await make();
  const vm = `${GROUP}/providers/Microsoft.Compute/virtualMachines/vm-app01`;
  const identity = { type: 'UserAssigned', userAssignedIdentities: { [ID]: {} } };
  await arm.ask('PUT', vm, { body: { location: 'westeurope', identity } });
  const { body } = await arm.ask('POST', `${ID}/listAssociatedResources`);
  expect([body.totalCount, body.value[0].id]).toEqual([1, vm]);
});
