import type { Resource } from '@lab/shared/feed/resources.ts';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  failure,
  GROUP,
  OWNER,
  STRANGER,
  SUBSCRIPTION,
  SUBSCRIPTION_ID,
  startTestArm,
  TENANT,
  type TestArm,
} from '../testing.ts';

const VM = `${GROUP}/providers/Microsoft.Compute/virtualMachines/vm-app01`;
const ID = `${GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-app`;
const SITE = `${GROUP}/providers/Microsoft.Web/sites/func-app01`;
const site: Resource = {
  kind: 'site',
  id: SITE,
  value: {
    ...{ resourceId: SITE, name: 'func-app01', resourceGroup: 'rg-lab', location: 'westeurope', identities: [] },
    tenantId: TENANT,
    subscriptionId: SUBSCRIPTION_ID,
    identityHeaderSha256: '0'.repeat(64),
  },
};

let arm: TestArm;
beforeEach(async () => {
  arm = await startTestArm({ resources: [site] });
  await arm.ask('PUT', ID, { body: { location: 'westeurope', tags: { env: 'lab', team: "o'neil" } } });
  await arm.ask('PUT', VM, { body: { location: 'eastus', identity: { type: 'SystemAssigned' } } });
});
afterEach(() => arm.close());

const names = async (filter: string, as = OWNER): Promise<string[]> => {
  const query = new URLSearchParams({ $filter: filter, 'api-version': '2021-04-01' });
  const { body } = await arm.ask('GET', `${SUBSCRIPTION}/resources`, { query: String(query), as });
  return body.value.map(({ name }: { name: string }) => name);
};

it.each([
  ['', ['vm-app01', 'id-app', 'func-app01']],
  ["resourceType eq 'microsoft.compute/virtualmachines'", ['vm-app01']],
  ["resourceType ne 'Microsoft.Compute/virtualMachines'", ['id-app', 'func-app01']],
  ["name eq 'ID-APP'", ['id-app']],
  ["resourceGroup eq 'rg-lab' and location eq 'eastus'", ['vm-app01']],
  ["resourceGroup eq 'rg-none'", []],
  ["tagName eq 'env' and tagValue eq 'lab'", ['id-app']],
  ["tagName eq 'env' and tagValue eq 'o''neil'", []],
  ["tagname eq 'team' and tagvalue eq 'o''neil'", ['id-app']],
  ["startswith(tagname, 'e')", ['id-app']],
  ["substringof('app01', name)", ['vm-app01', 'func-app01']],
  ["name eq 'id-app' or name eq 'vm-app01'", ['vm-app01', 'id-app']],
  ["name eq 'this and that'", []],
])('lists with the filter %j', async (filter, expected) => {
  expect(await names(filter)).toEqual(expected);
});

it.each(['nonsense', "colour eq 'red'", "name eq 'x", "name like 'x'", "name eq 'x' and"])(
  'refuses the filter %j, and does not ignore it',
  async (filter) => {
    const query = new URLSearchParams({ $filter: filter, 'api-version': '2021-04-01' });
    const refused = await arm.ask('GET', `${SUBSCRIPTION}/resources`, { query: String(query) });
    expect(failure(refused)).toBe('400 InvalidQueryParameterValue');
  },
);

it('lists by system-assigned identity, and says more where it is asked to', async () => {
  const { principalId } = (await arm.ask('GET', VM)).body.identity;
  expect(await names(`identity/principalId eq '${principalId}'`)).toEqual(['vm-app01']);
  const { body } = await arm.ask('GET', `${GROUP}/resources?$expand=createdTime,changedTime,provisioningState`);
  expect(body.value[0]).toMatchObject({ id: VM, identity: { principalId }, provisioningState: 'Succeeded' });
});

it('lists what the caller may read, and nothing else', async () => {
  arm.assign(STRANGER, 'Reader', ID);
  expect(await names('', STRANGER)).toEqual(['id-app']);
  expect(failure(await arm.ask('GET', `${SUBSCRIPTION}/resourceGroups/rg-none/resources`, { as: STRANGER }))).toBe(
    '403 AuthorizationFailed',
  );
});

it('shows the identity of a machine and of a function app at its scope, client id included', async () => {
  await arm.ask('PATCH', SITE, { body: { identity: { type: 'SystemAssigned' } } });
  for (const host of [VM, SITE]) {
    const { principalId } = (await arm.ask('GET', host)).body.identity;
    const { clientId } = arm.resources.find('servicePrincipal', principalId) ?? {};
    const { body } = await arm.ask('GET', `/${host}/providers/Microsoft.ManagedIdentity/identities/default`);
    expect([body.type, body.name]).toEqual(['Microsoft.ManagedIdentity/identities', 'default']);
    expect(body.properties).toMatchObject({ tenantId: TENANT, principalId, clientId });
  }
  await arm.ask('PATCH', VM, { body: { identity: { type: 'None' } } });
  const none = await arm.ask('GET', `${VM}/providers/Microsoft.ManagedIdentity/identities/default`);
  expect(failure(none)).toBe('404 ResourceNotFound');
});

it('shows of a function app what the Azure CLI makes a table of', async () => {
  const { body } = await arm.ask('GET', SITE);
  expect(body).toMatchObject({ name: 'func-app01', location: 'westeurope', kind: 'functionapp,linux' });
  expect(body.properties).toMatchObject({
    state: 'Running',
    resourceGroup: 'rg-lab',
    defaultHostName: 'func-app01.azurewebsites.net',
    serverFarmId: `${GROUP}/providers/Microsoft.Web/serverfarms/consumption`,
  });
});

it('gives identities to a function app as to a machine', async () => {
  arm.assign(STRANGER, 'Contributor', SITE);
  const body = { identity: { type: 'SystemAssigned,UserAssigned', userAssignedIdentities: { [ID]: {} } } };
  expect(failure(await arm.ask('PATCH', SITE, { body, as: STRANGER }))).toBe('403 LinkedAuthorizationFailed');
  const given = await arm.ask('PATCH', SITE, { body });
  expect(given.body.identity.type).toBe('SystemAssigned, UserAssigned');
  expect((await arm.ask('GET', `${GROUP}/providers/Microsoft.Web/sites`)).body.value).toEqual([given.body]);
  await arm.ask('DELETE', ID);
  expect((await arm.ask('GET', SITE)).body.identity.type).toBe('SystemAssigned');
});

it('takes all of a function app, as the Azure CLI sends it, and makes none', async () => {
  const whole = (await arm.ask('GET', SITE)).body;
  const put = (identity: object, as = OWNER) => arm.ask('PUT', SITE, { body: { ...whole, identity }, as });
  arm.assign(STRANGER, 'Reader', SITE);
  expect(failure(await put({ type: 'SystemAssigned' }, STRANGER))).toBe('403 AuthorizationFailed');
  const both = await put({ type: 'SystemAssigned, UserAssigned', userAssignedIdentities: { [ID]: {} } });
  expect(both.body.identity.type).toBe('SystemAssigned, UserAssigned');
  expect((await put({ type: 'SystemAssigned', userAssignedIdentities: null })).body.identity.type).toBe(
    'SystemAssigned',
  );
  expect((await put({ type: 'None' })).body.identity).toBeUndefined();
  expect(failure(await arm.ask('PUT', `${SITE}-new`, { body: whole }))).toBe('404 ResourceNotFound');
});
