import type { Resource } from '@lab/shared/feed/resources.ts';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { failure, GROUP, OWNER, STRANGER, SUBSCRIPTION, startTestArm, TENANT, type TestArm } from '../testing.ts';

const SLOTS = [
  { address: '169.254.169.250', name: 'vm-app01' },
  { address: '169.254.169.251', name: 'vm-app02' },
  { address: '169.254.169.252' },
  { address: '169.254.169.253' },
];
const machines = `${GROUP}/providers/Microsoft.Compute/virtualMachines`;
const identities = `${GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities`;
const VM = `${machines}/vm-app01`;

let arm: TestArm;
beforeEach(async () => {
  arm = await startTestArm({ slots: SLOTS });
});
afterEach(() => arm.close());

const make = (name: string, body: object = {}) =>
  arm.ask('PUT', `${machines}/${name}`, { body: { location: 'westeurope', ...body } });
const makeIdentity = async (name: string): Promise<string> => {
  await arm.ask('PUT', `${identities}/${name}`, { body: { location: 'westeurope' } });
  return `${identities}/${name}`;
};
const patch = (identity: unknown, as = OWNER) => arm.ask('PATCH', VM, { body: { identity }, as });
const machine = () => arm.resources.find('virtualMachine', VM);
const principalsOf = (id: string) => arm.resources.findBy('servicePrincipal', 'resourceId', id);

it('makes, shows, lists and deletes a virtual machine', async () => {
  const made = await make('vm-app01', {
    tags: { env: 'lab' },
    properties: { hardwareProfile: { vmSize: 'Standard_D2s_v5' }, osProfile: { adminPassword: 'hunter2!' } },
  });
  expect(made.status).toBe(201);
  expect(made.body).toMatchObject({
    id: VM,
    name: 'vm-app01',
    type: 'Microsoft.Compute/virtualMachines',
    location: 'westeurope',
    tags: { env: 'lab' },
    properties: { hardwareProfile: { vmSize: 'Standard_D2s_v5' }, provisioningState: 'Succeeded' },
  });
  expect(made.body.identity).toBeUndefined();
  expect(made.text).not.toContain('hunter2');
  expect((await arm.ask('GET', VM.toUpperCase())).body).toEqual(made.body);
  expect((await arm.ask('GET', machines)).body.value).toEqual([made.body]);
  const everywhere = await arm.ask('GET', `${SUBSCRIPTION}/providers/Microsoft.Compute/virtualMachines`);
  expect(everywhere.body.value).toEqual([made.body]);
  const { body } = await arm.ask('GET', `${VM}?$expand=instanceView`);
  expect(body.properties.instanceView.statuses[1].code).toBe('PowerState/running');

  const gone = await arm.ask('DELETE', VM);
  expect(gone.status).toBe(202);
  for (const header of ['azure-asyncoperation', 'location']) {
    const { pathname, search } = new URL(gone.headers[header] ?? '');
    const asked = await arm.ask('GET', `${pathname}${search}`, { query: '' });
    expect([asked.status, asked.body?.status]).toEqual([200, header === 'location' ? undefined : 'Succeeded']);
    expect((await arm.ask('GET', `${pathname}${search}`, { query: '', as: STRANGER })).status).toBe(403);
  }
  expect(failure(await arm.ask('GET', VM))).toBe('404 ResourceNotFound');
  expect((await arm.ask('DELETE', VM)).status).toBe(204);
});

it('lists the machines of a region, and refuses a filter that it would have to pass over', async () => {
  await make('vm-app01');
  await make('vm-north', { location: 'northeurope' });
  const at = (location: string) => `${SUBSCRIPTION}/providers/Microsoft.Compute/locations/${location}/virtualMachines`;
  const listed = await arm.ask('GET', at('NorthEurope'));
  expect(listed.body.value.map(({ name }: { name: string }) => name)).toEqual(['vm-north']);
  expect(failure(await arm.ask('GET', at('atlantis')))).toBe('400 LocationNotAvailableForResourceType');
  for (const list of [at('westeurope'), machines]) {
    const filtered = await arm.ask('GET', `${list}?$filter=%27virtualMachineScaleSet/id%27%20eq%20%27x%27`);
    expect(failure(filtered)).toBe('400 InvalidQueryParameterValue');
  }
});

it('gives a machine the address of the container that plays it, others a free one, and refuses the fifth', async () => {
  for (const name of ['vm-a', 'vm-b', 'vm-app02', 'vm-app01']) expect((await make(name)).status).toBe(201);
  const addressOf = (name: string) => arm.resources.find('virtualMachine', `${machines}/${name}`)?.sourceAddress;
  expect(['vm-app01', 'vm-app02', 'vm-a', 'vm-b'].map(addressOf)).toEqual(SLOTS.map(({ address }) => address));
  const fifth = await make('vm-e');
  expect(failure(fifth)).toBe('409 QuotaExceeded');
  expect(fifth.body.error.message).toContain('Current Limit: 4');
  expect((await make('vm-a')).status).toBe(200);
  await arm.ask('DELETE', `${machines}/vm-b`);
  expect((await make('vm-e')).status).toBe(201);
  expect(addressOf('vm-e')).toBe('169.254.169.253');
});

it('turns the system-assigned identity on, with a service principal of new ids each time, and off', async () => {
  await make('vm-app01');
  const on = await patch({ type: 'SystemAssigned' });
  const { principalId } = on.body.identity;
  expect(on.body.identity).toEqual({ type: 'SystemAssigned', principalId, tenantId: TENANT });
  expect(principalsOf(VM)).toMatchObject([{ principalId, displayName: 'vm-app01', identityType: 'SystemAssigned' }]);
  expect(machine()?.identities).toMatchObject([{ principalId, resourceId: VM }]);
  expect((await patch({ type: 'SystemAssigned' })).body.identity.principalId).toBe(principalId);

  const [{ clientId } = { clientId: '' }] = principalsOf(VM);
  arm.resources.put({
    kind: 'identityCertificates',
    id: `${clientId}/imds`,
    value: { clientId, certificates: ['PEM'] },
  });
  const role = arm.assign(principalId, 'Reader', SUBSCRIPTION);
  expect((await patch({ type: 'None', userAssignedIdentities: null })).body.identity).toBeUndefined();
  expect(principalsOf(VM)).toEqual([]);
  expect(arm.resources.find('identityCertificates', `${clientId}/imds`)).toBeUndefined();
  expect(arm.resources.find('roleAssignment', role)).toBeDefined();

  const again = (await patch({ type: 'systemassigned' })).body.identity.principalId;
  expect(again).not.toBe(principalId);
  expect(principalsOf(VM)[0]?.clientId).not.toBe(clientId);
});

it('deletes the service principal with the machine, and leaves its role assignments elsewhere', async () => {
  const made = await make('vm-app01', { identity: { type: 'SystemAssigned' } });
  const role = arm.assign(made.body.identity.principalId, 'Reader', SUBSCRIPTION);
  const below = arm.assign(OWNER, 'Reader', VM);
  await arm.ask('DELETE', VM);
  expect(principalsOf(VM)).toEqual([]);
  expect(arm.resources.find('roleAssignment', role)).toBeDefined();
  expect(arm.resources.find('roleAssignment', below)).toBeUndefined();
});

it('assigns user-assigned identities, merges what PATCH names, and takes away what it says is null', async () => {
  await make('vm-app01');
  const [one, two] = [await makeIdentity('id-one'), await makeIdentity('id-two')];
  const inLowerCase = one.replace('resourceGroups', 'resourcegroups');
  const first = await patch({ type: 'SystemAssigned,UserAssigned', userAssignedIdentities: { [inLowerCase]: {} } });
  expect(first.body.identity.type).toBe('SystemAssigned, UserAssigned');
  const { clientId, principalId } = principalsOf(one)[0] ?? {};
  expect(first.body.identity.userAssignedIdentities).toEqual({ [one]: { principalId, clientId } });
  const own = first.body.identity.principalId;

  const more = await patch({ type: 'SystemAssigned, UserAssigned', userAssignedIdentities: { [two]: {} } });
  expect(Object.keys(more.body.identity.userAssignedIdentities)).toEqual([one, two]);
  expect(more.body.identity.principalId).toBe(own);
  const kept = await patch({ type: 'SystemAssigned, UserAssigned' });
  expect(Object.keys(kept.body.identity.userAssignedIdentities)).toEqual([one, two]);

  const fewer = await patch({ type: 'UserAssigned', userAssignedIdentities: { [one.toLowerCase()]: null } });
  expect(fewer.body.identity.type).toBe('UserAssigned');
  expect(Object.keys(fewer.body.identity.userAssignedIdentities)).toEqual([two]);
  expect(principalsOf(VM)).toEqual([]);
  expect(principalsOf(one)).toHaveLength(1);
  expect((await patch({ type: 'SystemAssigned' })).body.identity.userAssignedIdentities).toBeUndefined();
});

it('replaces with PUT what its map names, and keeps all identities where the body has none', async () => {
  const [one, two] = [await makeIdentity('id-one'), await makeIdentity('id-two')];
  await make('vm-app01', { identity: { type: 'UserAssigned', userAssignedIdentities: { [one]: {} } } });
  const put = await make('vm-app01', { identity: { type: 'UserAssigned', userAssignedIdentities: { [two]: {} } } });
  expect(Object.keys(put.body.identity.userAssignedIdentities)).toEqual([two]);
  expect(Object.keys((await make('vm-app01')).body.identity.userAssignedIdentities)).toEqual([two]);
});

it('takes a deleted identity from the machines that had it', async () => {
  const one = await makeIdentity('id-one');
  await make('vm-app01', { identity: { type: 'UserAssigned', userAssignedIdentities: { [one]: {} } } });
  await arm.ask('DELETE', one);
  expect((await arm.ask('GET', VM)).body.identity).toBeUndefined();
  expect(machine()?.identities).toEqual([]);
});

it('refuses to assign an identity that the caller may not assign, and says nothing about whether it exists', async () => {
  await make('vm-app01');
  const one = await makeIdentity('id-one');
  arm.assign(STRANGER, 'Contributor', VM);
  for (const id of [one, `${identities}/id-none`]) {
    const refused = await patch({ type: 'UserAssigned', userAssignedIdentities: { [id]: {} } }, STRANGER);
    expect(failure(refused)).toBe('403 LinkedAuthorizationFailed');
    expect(refused.body.error.message).toBe(
      `The client '22222222-2222-4222-8222-222222222222' with object id '${STRANGER}' has permission to perform action 'Microsoft.Compute/virtualMachines/write' on scope '${VM}'; however, it does not have permission to perform action(s) 'Microsoft.ManagedIdentity/userAssignedIdentities/assign/action' on the linked scope(s) '${id}' (respectively) or the linked scope(s) are invalid.`,
    );
  }
  const put = await arm.ask('PUT', VM, {
    as: STRANGER,
    body: { location: 'westeurope', identity: { type: 'UserAssigned', userAssignedIdentities: { [one]: {} } } },
  });
  expect(failure(put)).toBe('403 LinkedAuthorizationFailed');
  expect(machine()?.identities).toEqual([]);
  arm.assign(STRANGER, 'Managed Identity Operator', one);
  expect((await patch({ type: 'UserAssigned', userAssignedIdentities: { [one]: {} } }, STRANGER)).status).toBe(200);
});

it("refuses another tenant's identity, whatever the caller's roles", async () => {
  await make('vm-app01');
  const foreign =
    '/subscriptions/55555555-5555-4555-8555-555555555556/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-foreign';
  const value: Resource = {
    kind: 'userAssignedIdentity',
    id: foreign,
    value: {
      ...{ resourceId: foreign, name: 'id-foreign', resourceGroup: 'rg', location: 'westeurope' },
      tenantId: '11111111-1111-4111-8111-111111111112',
      subscriptionId: '55555555-5555-4555-8555-555555555556',
      principalId: 'f3b1a6a0-0000-4000-8000-000000000001',
      clientId: 'f3b1a6a0-0000-4000-8000-000000000002',
    },
  };
  arm.resources.put(value);
  arm.assign(OWNER, 'Owner', foreign);
  expect(failure(await patch({ type: 'UserAssigned', userAssignedIdentities: { [foreign]: {} } }))).toBe(
    '403 LinkedAuthorizationFailed',
  );
});

it.each([
  ['no type that there is', { type: 'Managed' }, 'InvalidRequestContent'],
  ['None and another', { type: 'None,SystemAssigned' }, 'InvalidRequestContent'],
  ['no identity where one is said to be', { type: 'UserAssigned' }, 'MissingIdentityIds'],
  ['no id', { type: 'UserAssigned', userAssignedIdentities: { id: {} } }, 'LinkedInvalidPropertyId'],
  [
    "another resource's id",
    { type: 'UserAssigned', userAssignedIdentities: { [VM]: {} } },
    'InvalidUserAssignedIdentity',
  ],
  [
    'an identity that is not there',
    { type: 'UserAssigned', userAssignedIdentities: { [`${identities}/id-none`]: {} } },
    'FailedIdentityOperation',
  ],
  [
    'identities that its type leaves out',
    { type: 'SystemAssigned', userAssignedIdentities: { [`${identities}/id-one`]: {} } },
    'InvalidRequestContent',
  ],
  ['a list', [], 'InvalidRequestContent'],
])('refuses an identity with %s, and changes nothing', async (_, identity, code) => {
  await make('vm-app01', { identity: { type: 'SystemAssigned' } });
  const before = machine();
  expect(failure(await patch(identity))).toBe(`400 ${code}`);
  expect(machine()).toEqual(before);
  expect(principalsOf(VM)).toHaveLength(1);
});

it('refuses a change that was made of another version', async () => {
  const made = await make('vm-app01');
  const etag = made.headers.etag ?? '';
  expect((await arm.ask('PATCH', VM, { body: { tags: {} }, headers: { 'if-match': etag } })).status).toBe(200);
  const stale = await arm.ask('PATCH', VM, { body: { tags: {} }, headers: { 'if-match': etag } });
  expect(failure(stale)).toBe('412 PreconditionFailed');
  const taken = await arm.ask('PUT', VM, { body: { location: 'westeurope' }, headers: { 'if-none-match': '*' } });
  expect(failure(taken)).toBe('412 PreconditionFailed');
});

it('refuses another location, a name that no machine may have, and a group that is not there', async () => {
  await make('vm-app01');
  expect(failure(await make('vm-app01', { location: 'eastus' }))).toBe('409 PropertyChangeNotAllowed');
  expect(failure(await make('vm-'))).toBe('400 InvalidParameter');
  const elsewhere = VM.replace('rg-lab', 'rg-none');
  expect(failure(await arm.ask('PUT', elsewhere, { body: { location: 'westeurope' } }))).toBe(
    '404 ResourceGroupNotFound',
  );
});
