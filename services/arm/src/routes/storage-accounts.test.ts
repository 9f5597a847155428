import type { Resource } from '@lab/shared/feed/resources.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  FOREIGN_SUBSCRIPTION,
  FOREIGNER,
  failure,
  GROUP,
  STRANGER,
  SUBSCRIPTION,
  startTestArm,
  TENANT,
  type TestArm,
} from '../testing.ts';

const PROVIDER = 'providers/Microsoft.Storage';
const ACCOUNTS = `${GROUP}/${PROVIDER}/storageAccounts`;

let arm: TestArm;
beforeEach(async () => {
  arm = await startTestArm();
});
afterEach(() => arm.close());

const account = (properties: object = {}, more: object = {}) => ({
  sku: { name: 'Standard_LRS' },
  kind: 'StorageV2',
  location: 'westeurope',
  properties,
  ...more,
});
const put = (name: string, properties: object = {}, more: object = {}) =>
  arm.ask('PUT', `${ACCOUNTS}/${name}`, { body: account(properties, more) });
const stored = (name = 'stnew') => arm.resources.find('storageAccount', `${ACCOUNTS}/${name}`);
const names = ({ body }: { body: { value: { name: string }[] } }) => body.value.map(({ name }) => name);

describe('a storage account', () => {
  it('is made as the CLI asks for one, with 200 and no operation to wait for', async () => {
    const encryption = { services: { blob: {} }, keySource: 'Microsoft.Storage' };
    const made = await put('stnew', { encryption }, { tags: { env: 'lab' } });
    expect(made.status).toBe(200);
    expect(made.body).toMatchObject({
      id: `${ACCOUNTS}/stnew`,
      name: 'stnew',
      type: 'Microsoft.Storage/storageAccounts',
      kind: 'StorageV2',
      location: 'westeurope',
      sku: { name: 'Standard_LRS', tier: 'Standard' },
      tags: { env: 'lab' },
      properties: {
        accessTier: 'Hot',
        allowSharedKeyAccess: false,
        encryption,
        primaryEndpoints: { blob: 'https://stnew.blob.core.windows.net/' },
        primaryLocation: 'westeurope',
        provisioningState: 'Succeeded',
        statusOfPrimary: 'available',
        creationTime: expect.stringMatching(/^\d{4}-.*Z$/),
      },
    });
    expect(stored()).toMatchObject({ host: 'stnew.blob.core.windows.net', tenantId: TENANT });
    expect((await arm.ask('GET', `${ACCOUNTS}/stnew`)).body).toEqual(made.body);
  });

  it('takes back what it showed, and keeps what a change does not name', async () => {
    const { body } = await put('stnew', { accessTier: 'cool' }, { sku: { name: 'standard_grs' } });
    expect((await arm.ask('PUT', `${ACCOUNTS}/stnew`, { body })).body).toEqual(body);
    const changed = await arm.ask('PATCH', `${ACCOUNTS}/stnew`, { body: { tags: { a: 'b' } } });
    expect(changed.body).toEqual({ ...body, tags: { a: 'b' } });
    expect(changed.body).toMatchObject({ sku: { name: 'Standard_GRS' }, properties: { accessTier: 'Cool' } });
  });

  it('of the lab file is shown with defaults', async () => {
    const resourceId = `${ACCOUNTS}/stlab`;
    const host = 'stlab.blob.core.windows.net';
    const value = { resourceId, name: 'stlab', host, tenantId: TENANT, location: 'westeurope' };
    arm.resources.put({ kind: 'storageAccount', id: resourceId, value });
    const { body } = await arm.ask('GET', resourceId);
    expect(body).toMatchObject({ kind: 'StorageV2', sku: { name: 'Standard_LRS' } });
  });

  it('is listed in its group and its subscription, for who may see it', async () => {
    await put('stb');
    await put('sta');
    await put('stc');
    for (const place of [GROUP, SUBSCRIPTION]) {
      expect(names(await arm.ask('GET', `${place}/${PROVIDER}/storageAccounts`))).toEqual(['sta', 'stb', 'stc']);
    }
    arm.assign(STRANGER, 'Reader', `${ACCOUNTS}/stb`);
    expect(names(await arm.ask('GET', `${SUBSCRIPTION}/${PROVIDER}/storageAccounts`, { as: STRANGER }))).toEqual([
      'stb',
    ]);
  });

  it('has one blob service', async () => {
    await put('stnew');
    const { body } = await arm.ask('GET', `${ACCOUNTS}/stnew/blobServices/default`);
    expect(body).toMatchObject({ name: 'default', type: 'Microsoft.Storage/storageAccounts/blobServices' });
    expect((await arm.ask('GET', `${ACCOUNTS}/stnew/blobServices`)).body).toEqual({ value: [body] });
  });

  it.each([
    [
      'a group that is not there',
      `${SUBSCRIPTION}/resourceGroups/rg-none/${PROVIDER}/storageAccounts/stx`,
      '404 ResourceGroupNotFound',
    ],
    ['an account that is not there', `${ACCOUNTS}/stnone`, '404 ResourceNotFound'],
  ])('is not found: %s', async (_, path, expected) => expect(failure(await arm.ask('GET', path))).toBe(expected));

  it.each([
    ['GET', ''],
    ['PUT', ''],
    ['PATCH', ''],
    ['DELETE', ''],
    ['GET', '/blobServices/default'],
    ['POST', '/listKeys'],
  ])('is nothing that a caller without the right learns of: %s %s', async (method, below) => {
    await put('stnew');
    for (const name of ['stnew', 'stnone']) {
      const answer = await arm.ask(method, `${ACCOUNTS}/${name}${below}`, { as: STRANGER, body: {} });
      expect(failure(answer)).toBe('403 AuthorizationFailed');
    }
    expect(stored()).toBeDefined();
  });
});

describe('refused for a storage account', () => {
  it.each([
    ['no sku', {}, { sku: undefined }, '400 InvalidRequestContent'],
    ['a sku that does not exist', {}, { sku: { name: 'Gold_LRS' } }, '400 InvalidRequestPropertyValue'],
    ['a kind that does not exist', {}, { kind: 'StorageV9' }, '400 InvalidRequestPropertyValue'],
    ['a tier that does not exist', { accessTier: 'Warm' }, {}, '400 InvalidRequestPropertyValue'],
    ['a place that does not exist', {}, { location: 'moon' }, '400 LocationNotAvailableForResourceType'],
    ['network rules', { networkAcls: { defaultAction: 'Deny' } }, {}, '400 InvalidParameter'],
    ['an address rule', { networkAcls: { ipRules: [{ value: '1.2.3.4' }] } }, {}, '400 InvalidParameter'],
    ['a closed network', { publicNetworkAccess: 'Disabled' }, {}, '400 InvalidParameter'],
    ['a hierarchical namespace', { isHnsEnabled: true }, {}, '400 InvalidParameter'],
    ['an identity', {}, { identity: { type: 'SystemAssigned' } }, '400 InvalidParameter'],
    ['properties that are none', {}, { properties: [] }, '400 InvalidRequestContent'],
  ])('%s', async (_, properties, more, expected) => {
    expect(failure(await put('stnew', properties, more))).toBe(expected);
    expect(stored()).toBeUndefined();
  });

  it.each(['st', 'st-new', 'STNEW', 'a'.repeat(25), 'st.new'])('the name %s', async (name) =>
    expect(failure(await put(name))).toBe('400 AccountNameInvalid'),
  );

  it('a name that is taken: by the same subscription, by another one', async () => {
    await put('stnew');
    await arm.ask('PUT', `${SUBSCRIPTION}/resourceGroups/rg-two`, { body: { location: 'westeurope' } });
    const elsewhere = `${SUBSCRIPTION}/resourceGroups/rg-two/${PROVIDER}/storageAccounts/stnew`;
    expect(failure(await arm.ask('PUT', elsewhere, { body: account() }))).toBe('409 StorageAccountAlreadyExists');
    const foreign = `${FOREIGN_SUBSCRIPTION}/resourceGroups/rg`;
    await arm.ask('PUT', foreign, { as: FOREIGNER, body: { location: 'westeurope' } });
    const theirs = await arm.ask('PUT', `${foreign}/${PROVIDER}/storageAccounts/stnew`, {
      as: FOREIGNER,
      body: account(),
    });
    expect(failure(theirs)).toBe('409 StorageAccountAlreadyTaken');
    expect(theirs.body.error.message).toBe('The storage account named stnew is already taken.');
    expect(failure(await put('stnew', {}, { location: 'northeurope' }))).toBe('409 InvalidResourceLocation');
  });

  it.each(['listKeys', 'regenerateKey', 'ListAccountSas', 'ListServiceSas'])('a key: %s', async (action) => {
    await put('stnew', { allowSharedKeyAccess: true });
    const answer = await arm.ask('POST', `${ACCOUNTS}/stnew/${action}`, { body: {} });
    expect(failure(answer)).toBe('403 KeyBasedAuthenticationNotPermitted');
    expect(answer.body.error.message).toContain('--auth-mode login');
  });
});

it('goes with all that is declared in it and assigned at it, and another one under its name is another one', async () => {
  await put('stnew');
  const { instanceId } = stored() ?? {};
  const container: Resource = {
    kind: 'container',
    id: `${ACCOUNTS}/stnew/blobServices/default/containers/docs`,
    value: { accountId: `${ACCOUNTS}/stnew`, name: 'docs' },
  };
  arm.resources.put(container);
  arm.assign(STRANGER, 'Storage Blob Data Reader', `${ACCOUNTS}/stnew/blobServices/default/containers/docs`);
  expect((await arm.ask('DELETE', `${ACCOUNTS}/stnew`)).status).toBe(200);
  expect((await arm.ask('DELETE', `${ACCOUNTS}/stnew`)).status).toBe(204);
  expect([stored(), arm.resources.find('container', container.id)]).toEqual([undefined, undefined]);
  expect(arm.resources.findBy('roleAssignment', 'principalId', STRANGER)).toEqual([]);
  await put('stnew');
  expect(stored()?.instanceId).not.toBe(instanceId);
});

it('says whether a name can be had', async () => {
  await put('stnew');
  const ask = async (name: string, type = 'Microsoft.Storage/storageAccounts') =>
    arm.ask('POST', `${SUBSCRIPTION}/${PROVIDER}/checkNameAvailability`, { body: { name, type } });
  expect((await ask('stfree')).body).toEqual({ nameAvailable: true });
  expect((await ask('stnew')).body).toEqual({
    nameAvailable: false,
    reason: 'AlreadyExists',
    message: 'The storage account named stnew is already taken.',
  });
  expect((await ask('No')).body).toMatchObject({ nameAvailable: false, reason: 'AccountNameInvalid' });
  expect(failure(await ask('stfree', 'Microsoft.Web/sites'))).toBe('400 InvalidParameter');
});
