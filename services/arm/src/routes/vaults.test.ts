import { fixedClock } from '@lab/shared/clock.ts';
import type { Resource } from '@lab/shared/feed/resources.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  FOREIGN_SUBSCRIPTION,
  FOREIGNER,
  failure,
  GROUP,
  OTHER_TENANT,
  OWNER,
  STRANGER,
  SUBSCRIPTION,
  startTestArm,
  TENANT,
  type TestArm,
} from '../testing.ts';

const DAY = 86_400;
const PROVIDER = 'providers/Microsoft.KeyVault';
const VAULTS = `${GROUP}/${PROVIDER}/vaults`;
const SOMEBODY = '66666666-6666-4666-8666-666666666666';

let arm: TestArm;
let now: number;
beforeEach(async () => {
  now = fixedClock().now();
  arm = await startTestArm({ clock: { now: () => now } });
});
afterEach(() => arm.close());

const policy = (secrets: string[], objectId = SOMEBODY, tenantId = TENANT) => ({
  tenantId,
  objectId,
  permissions: { secrets },
});
const vault = (properties: object = {}, more: object = {}) => ({
  location: 'westeurope',
  properties: { tenantId: TENANT, sku: { family: 'A', name: 'standard' }, accessPolicies: [], ...properties },
  ...more,
});
const put = (name: string, properties: object = {}, more: object = {}) =>
  arm.ask('PUT', `${VAULTS}/${name}`, { body: vault(properties, more) });
const names = ({ body }: { body: { value: { name: string }[] } }) => body.value.map(({ name }) => name);
const stored = (name = 'kv-new') => arm.resources.find('vault', `${VAULTS}/${name}`);

describe('a vault', () => {
  it('is made, with Azure’s defaults, as the CLI asks for one', async () => {
    const accessPolicies = [{ ...policy(['all']), permissions: { keys: ['all'], secrets: ['all'] } }];
    const networkAcls = { bypass: 'AzureServices', defaultAction: 'Allow' };
    const made = await put('kv-New', {
      accessPolicies,
      enableSoftDelete: true,
      softDeleteRetentionInDays: 90,
      networkAcls,
    });
    expect([made.status, made.body]).toEqual([
      201,
      {
        id: `${VAULTS}/kv-New`,
        name: 'kv-New',
        type: 'Microsoft.KeyVault/vaults',
        location: 'westeurope',
        tags: {},
        properties: {
          sku: { family: 'A', name: 'standard' },
          tenantId: TENANT,
          accessPolicies,
          enabledForDeployment: false,
          networkAcls,
          enableSoftDelete: true,
          softDeleteRetentionInDays: 90,
          enableRbacAuthorization: false,
          vaultUri: 'https://kv-new.vault.azure.net/',
          provisioningState: 'Succeeded',
          publicNetworkAccess: 'Enabled',
        },
      },
    ]);
    expect(stored()).toMatchObject({
      host: 'kv-new.vault.azure.net',
      tenantId: TENANT,
      instanceId: expect.any(String),
    });
    expect((await arm.ask('GET', `${VAULTS.toUpperCase()}/KV-NEW`)).body).toEqual(made.body);
  });

  it('takes back what it showed, as an update by the CLI sends it', async () => {
    const { body } = await put('kv-new', { enableRbacAuthorization: true }, { tags: { env: 'lab' } });
    const again = await arm.ask('PUT', `${VAULTS}/kv-new`, { body });
    expect([again.status, again.body]).toEqual([200, body]);
  });

  it('keeps what a change does not name', async () => {
    await put('kv-new', { accessPolicies: [policy(['get'])] }, { tags: { env: 'lab' } });
    const changed = await arm.ask('PATCH', `${VAULTS}/kv-new`, {
      body: { properties: { enablePurgeProtection: true } },
    });
    expect(changed.body).toMatchObject({
      tags: { env: 'lab' },
      properties: { enablePurgeProtection: true, enableRbacAuthorization: false, accessPolicies: [policy(['get'])] },
    });
    const tagged = await arm.ask('PATCH', `${VAULTS}/kv-new`, { body: { tags: { env: 'test' } } });
    expect(tagged.body).toMatchObject({ tags: { env: 'test' }, properties: { enablePurgeProtection: true } });
  });

  it('of the lab file says that role assignments decide, and goes on so', async () => {
    const resourceId = `${VAULTS}/kv-lab`;
    const declared: Resource = {
      kind: 'vault',
      id: resourceId,
      value: {
        resourceId,
        name: 'kv-lab',
        host: 'kv-lab.vault.azure.net',
        tenantId: TENANT,
        location: 'westeurope',
        softDeleteRetentionInDays: 90,
        enablePurgeProtection: false,
      },
    };
    arm.resources.put(declared);
    expect((await arm.ask('GET', resourceId)).body.properties).toMatchObject({ enableRbacAuthorization: true });
    await arm.ask('PATCH', resourceId, { body: { tags: { a: 'b' } } });
    expect(stored('kv-lab')?.enableRbacAuthorization).toBe(true);
  });

  it('is listed in its group and its subscription, for who may see it', async () => {
    await put('kv-b');
    await put('kv-a');
    for (const place of [GROUP, SUBSCRIPTION])
      expect(names(await arm.ask('GET', `${place}/${PROVIDER}/vaults`))).toEqual(['kv-a', 'kv-b']);
    arm.assign(STRANGER, 'Reader', `${VAULTS}/kv-b`);
    expect(names(await arm.ask('GET', `${SUBSCRIPTION}/${PROVIDER}/vaults`, { as: STRANGER }))).toEqual(['kv-b']);
  });

  it.each([
    [
      'a group that is not there',
      `${SUBSCRIPTION}/resourceGroups/rg-none/${PROVIDER}/vaults/kv-x`,
      '404 ResourceGroupNotFound',
    ],
    ['a vault that is not there', `${VAULTS}/kv-none`, '404 ResourceNotFound'],
  ])('is not found: %s', async (_, path, expected) => expect(failure(await arm.ask('GET', path))).toBe(expected));

  it.each([
    ['GET', ''],
    ['PUT', ''],
    ['PATCH', ''],
    ['DELETE', ''],
    ['PUT', '/accessPolicies/add'],
  ])('is nothing that a caller without the right learns of: %s %s', async (method, below) => {
    await put('kv-new');
    for (const name of ['kv-new', 'kv-none']) {
      const answer = await arm.ask(method, `${VAULTS}/${name}${below}`, { as: STRANGER, body: {} });
      expect(failure(answer)).toBe('403 AuthorizationFailed');
    }
    expect(stored()?.deletedAt).toBeUndefined();
  });
});

describe('refused for a vault', () => {
  it.each([
    ['no tenant', { tenantId: undefined }, '400 InvalidRequestContent'],
    ['another tenant than the subscription’s', { tenantId: OTHER_TENANT }, '400 BadRequest'],
    ['no sku', { sku: undefined }, '400 InvalidRequestContent'],
    ['a sku that does not exist', { sku: { family: 'A', name: 'gold' } }, '400 InvalidRequestContent'],
    ['a policy for another tenant', { accessPolicies: [policy(['get'], SOMEBODY, OTHER_TENANT)] }, '400 BadRequest'],
    ['a permission that does not exist', { accessPolicies: [policy(['peek'])] }, '400 InvalidRequestContent'],
    ['a retention that is too short', { softDeleteRetentionInDays: 6 }, '400 BadRequest'],
    ['a retention that is too long', { softDeleteRetentionInDays: 91 }, '400 BadRequest'],
    ['purge protection that is off', { enablePurgeProtection: false }, '400 BadRequest'],
    ['a network that is closed', { publicNetworkAccess: 'Disabled' }, '400 InvalidParameter'],
    ['network rules', { networkAcls: { defaultAction: 'Deny' } }, '400 InvalidParameter'],
    ['an unknown way to make it', { createMode: 'clone' }, '400 InvalidRequestContent'],
  ])('%s', async (_, properties, expected) => {
    expect(failure(await put('kv-new', properties))).toBe(expected);
    expect(stored()).toBeUndefined();
  });

  it.each(['kv', 'a--b', '1abc', 'abc-', 'a'.repeat(25), 'kv.new', 'kv_new'])('the name %s', async (name) =>
    expect(failure(await put(name))).toBe('400 VaultNameNotValid'),
  );

  it('no content, and content that is no object', async () => {
    const path = `${VAULTS}/kv-new`;
    for (const rawBody of ['', '[]', '{', 'null', '{"location":"westeurope"}']) {
      expect(failure(await arm.ask('PUT', path, { rawBody }))).toBe('400 InvalidRequestContent');
    }
  });

  it('another place than the one it has', async () => {
    await put('kv-new');
    expect(failure(await put('kv-new', {}, { location: 'northeurope' }))).toBe('409 InvalidResourceLocation');
    expect(failure(await put('kv-other', {}, { location: 'moon' }))).toBe('400 LocationNotAvailableForResourceType');
  });

  it('what cannot be taken back: purge protection, soft delete, its retention', async () => {
    await put('kv-new', { enablePurgeProtection: true });
    for (const properties of [
      { enablePurgeProtection: false },
      { enableSoftDelete: false },
      { softDeleteRetentionInDays: 7 },
    ]) {
      expect(failure(await put('kv-new', properties))).toBe('400 BadRequest');
    }
    expect(stored()).toMatchObject({ enablePurgeProtection: true, softDeleteRetentionInDays: 90 });
  });

  it('another permission model, by who may not assign roles', async () => {
    await put('kv-new');
    arm.assign(STRANGER, 'Contributor', GROUP);
    const body = { properties: { enableRbacAuthorization: true } };
    expect(failure(await arm.ask('PATCH', `${VAULTS}/kv-new`, { as: STRANGER, body }))).toBe(
      '403 InsufficientPermissions',
    );
    expect(stored()?.enableRbacAuthorization).toBe(false);
    expect((await arm.ask('PATCH', `${VAULTS}/kv-new`, { body })).body.properties.enableRbacAuthorization).toBe(true);
  });

  it('a name that is taken, in another group or by another tenant', async () => {
    await put('kv-new');
    await arm.ask('PUT', `${SUBSCRIPTION}/resourceGroups/rg-two`, { body: { location: 'westeurope' } });
    const elsewhere = `${SUBSCRIPTION}/resourceGroups/rg-two/${PROVIDER}/vaults/KV-NEW`;
    expect(failure(await arm.ask('PUT', elsewhere, { body: vault() }))).toBe('409 VaultAlreadyExists');
    const foreign = `${FOREIGN_SUBSCRIPTION}/resourceGroups/rg`;
    await arm.ask('PUT', foreign, { as: FOREIGNER, body: { location: 'westeurope' } });
    const theirs = { as: FOREIGNER, body: vault({ tenantId: OTHER_TENANT }) };
    expect(failure(await arm.ask('PUT', `${foreign}/${PROVIDER}/vaults/kv-new`, theirs))).toBe(
      '409 VaultAlreadyExists',
    );
    await arm.ask('DELETE', `${VAULTS}/kv-new`);
    expect(failure(await arm.ask('PUT', `${foreign}/${PROVIDER}/vaults/kv-new`, theirs))).toBe(
      '409 VaultAlreadyExists',
    );
  });
});

describe('a deleted vault', () => {
  const deleted = `${SUBSCRIPTION}/${PROVIDER}/locations/westeurope/deletedVaults`;
  const isoTime = (seconds: number) => new Date(seconds * 1_000).toISOString().replace('.000Z', 'Z');

  it('is gone for whoever asks for the vault, and shown among the deleted ones', async () => {
    await put('kv-new', { softDeleteRetentionInDays: 7 });
    expect((await arm.ask('DELETE', `${VAULTS}/kv-new`)).status).toBe(200);
    expect((await arm.ask('DELETE', `${VAULTS}/kv-new`)).status).toBe(204);
    expect(failure(await arm.ask('GET', `${VAULTS}/kv-new`))).toBe('404 ResourceNotFound');
    expect(names(await arm.ask('GET', VAULTS))).toEqual([]);
    const shown = {
      id: `${deleted}/kv-new`,
      name: 'kv-new',
      type: 'Microsoft.KeyVault/deletedVaults',
      properties: {
        vaultId: `${VAULTS}/kv-new`,
        location: 'westeurope',
        tags: {},
        deletionDate: isoTime(now),
        scheduledPurgeDate: isoTime(now + 7 * DAY),
      },
    };
    expect((await arm.ask('GET', `${SUBSCRIPTION}/${PROVIDER}/deletedVaults`)).body).toEqual({ value: [shown] });
    expect((await arm.ask('GET', `${deleted}/KV-NEW`)).body).toEqual(shown);
    expect(failure(await arm.ask('GET', `${deleted}/kv-none`))).toBe('404 DeletedVaultNotFound');
  });

  it('keeps its name, and comes back as it was', async () => {
    const before = await put('kv-new', { accessPolicies: [policy(['get'])] });
    const { instanceId } = stored() ?? {};
    await arm.ask('DELETE', `${VAULTS}/kv-new`);
    expect(failure(await put('kv-new'))).toBe('409 ConflictError');
    expect(failure(await put('kv-none', { createMode: 'recover' }))).toBe('404 SoftDeletedVaultDoesNotExist');
    const elsewhere = await put('kv-new', { createMode: 'recover' }, { location: 'northeurope' });
    expect(failure(elsewhere)).toBe('404 SoftDeletedVaultDoesNotExist');
    const recovered = await put('kv-new', { accessPolicies: undefined, createMode: 'Recover' });
    expect(recovered.body).toEqual(before.body);
    expect(stored()?.instanceId).toBe(instanceId);
  });

  it('takes the role assignments at it and in it along, for good', async () => {
    await put('kv-new', { enableRbacAuthorization: true });
    await put('kv-new2');
    arm.assign(SOMEBODY, 'Key Vault Secrets User', `${VAULTS}/kv-new`);
    arm.assign(SOMEBODY, 'Key Vault Secrets User', `${VAULTS}/kv-new/secrets/one`);
    const neighbour = arm.assign(SOMEBODY, 'Key Vault Secrets User', `${VAULTS}/kv-new2`);
    await arm.ask('DELETE', `${VAULTS}/kv-new`);
    await put('kv-new', { createMode: 'recover' });
    const left = arm.resources.findBy('roleAssignment', 'principalId', SOMEBODY);
    expect(left.map(({ id }) => id)).toEqual([neighbour]);
  });

  it('is purged by an operation that can be asked for, and its name is free then', async () => {
    await put('kv-new');
    const { instanceId } = stored() ?? {};
    await arm.ask('DELETE', `${VAULTS}/kv-new`);
    const accepted = await arm.ask('POST', `${deleted}/kv-new/purge`);
    expect(accepted.status).toBe(202);
    const operation = new URL(accepted.headers['azure-asyncoperation'] ?? '');
    const polled = await arm.ask('GET', `${operation.pathname}${operation.search}`, { query: '' });
    expect(polled.body).toMatchObject({ status: 'Succeeded' });
    const location = new URL(accepted.headers.location ?? '');
    const result = await arm.ask('GET', `${location.pathname}${location.search}`, { query: '' });
    expect([result.status, result.text]).toEqual([200, '']);
    expect(failure(await arm.ask('POST', `${deleted}/kv-new/purge`))).toBe('404 DeletedVaultNotFound');
    expect((await put('kv-new')).status).toBe(201);
    expect(stored()?.instanceId).not.toBe(instanceId);
  });

  it('is not purged by hand under purge protection, nor by who may not', async () => {
    await put('kv-new', { enablePurgeProtection: true });
    await arm.ask('DELETE', `${VAULTS}/kv-new`);
    arm.assign(STRANGER, 'Key Vault Contributor', SUBSCRIPTION);
    expect(failure(await arm.ask('POST', `${deleted}/kv-new/purge`, { as: STRANGER }))).toBe('403 AuthorizationFailed');
    expect(failure(await arm.ask('POST', `${deleted}/kv-new/purge`))).toBe('405 MethodNotAllowed');
    expect(stored()?.deletedAt).toBe(now);
  });

  it('is gone when its retention ends, purge protection or not', async () => {
    await put('kv-new', { softDeleteRetentionInDays: 7, enablePurgeProtection: true });
    await arm.ask('DELETE', `${VAULTS}/kv-new`);
    now += 7 * DAY;
    expect(names(await arm.ask('GET', `${SUBSCRIPTION}/${PROVIDER}/deletedVaults`))).toEqual([]);
    expect(failure(await put('kv-new', { createMode: 'recover' }))).toBe('404 SoftDeletedVaultDoesNotExist');
    expect((await put('kv-new')).status).toBe(201);
  });

  it('outlives its group, with its secrets, and comes back with it', async () => {
    await put('kv-new');
    const secret: Resource = {
      kind: 'secret',
      id: `${VAULTS}/kv-new/secrets/one`,
      value: { vaultId: `${VAULTS}/kv-new`, name: 'one', value: 'v' },
    };
    arm.resources.put(secret);
    await arm.ask('DELETE', GROUP);
    expect(failure(await put('kv-new', { createMode: 'recover' }))).toBe('404 ResourceGroupNotFound');
    await arm.ask('PUT', GROUP, { body: { location: 'westeurope' } });
    expect((await put('kv-new', { createMode: 'recover' })).status).toBe(201);
    expect(arm.resources.find('secret', secret.id)).toBeDefined();
    await arm.ask('DELETE', `${VAULTS}/kv-new`);
    await arm.ask('POST', `${deleted}/kv-new/purge`);
    expect(arm.resources.find('secret', secret.id)).toBeUndefined();
  });
});

describe('access policies', () => {
  const change = (kind: string, ...accessPolicies: object[]) =>
    arm.ask('PUT', `${VAULTS}/kv-new/accessPolicies/${kind}`, { body: { properties: { accessPolicies } } });
  const OTHER = '66666666-6666-4666-8666-666666666667';
  const secretsOf = (objectId = SOMEBODY) =>
    stored()?.accessPolicies?.find((entry) => entry.objectId === objectId)?.permissions.secrets;

  it('are added to, replaced and taken away, per holder', async () => {
    await put('kv-new', { accessPolicies: [policy(['get'])] });
    const added = await change('add', policy(['Get', 'list']), policy(['set'], OTHER));
    expect(added.body).toMatchObject({
      id: `${VAULTS}/kv-new/accessPolicies/`,
      type: 'Microsoft.KeyVault/vaults/accessPolicies',
    });
    expect([secretsOf(), secretsOf(OTHER)]).toEqual([['get', 'list'], ['set']]);
    await change('replace', policy(['delete']));
    expect(secretsOf()).toEqual(['delete']);
    await change('remove', policy(['DELETE']));
    expect([secretsOf(), secretsOf(OTHER)]).toEqual([undefined, ['set']]);
  });

  it('are held by a pair of principal and application, if one is named', async () => {
    await put('kv-new', { accessPolicies: [policy(['get'])] });
    await change('add', { ...policy(['list']), applicationId: OTHER });
    expect(stored()?.accessPolicies).toHaveLength(2);
  });

  it.each([
    ['another operation', 'merge', policy(['get']), '400 InvalidParameter'],
    ['another tenant', 'add', policy(['get'], SOMEBODY, OTHER_TENANT), '400 BadRequest'],
    ['an unknown permission', 'add', policy(['own']), '400 InvalidRequestContent'],
  ])('are refused with %s', async (_, kind, entry, expected) => {
    await put('kv-new');
    expect(failure(await change(kind, entry))).toBe(expected);
    expect(stored()?.accessPolicies).toEqual([]);
  });
});

it('says whether a name can be had', async () => {
  await put('kv-new');
  await put('kv-old');
  await arm.ask('DELETE', `${VAULTS}/kv-old`);
  const ask = async (name: string) =>
    (
      await arm.ask('POST', `${SUBSCRIPTION}/${PROVIDER}/checkNameAvailability`, {
        body: { name, type: 'Microsoft.KeyVault/vaults' },
      })
    ).body;
  expect(await ask('kv-free')).toEqual({ nameAvailable: true });
  expect(await ask('KV-NEW')).toMatchObject({ nameAvailable: false, reason: 'AlreadyExists' });
  expect(await ask('kv-old')).toMatchObject({ nameAvailable: false, reason: 'AlreadyExists' });
  expect(await ask('no--name')).toMatchObject({ nameAvailable: false, reason: 'AccountNameInvalid' });
});

it('has no managed HSMs, and says so where the CLI asks', async () => {
  for (const path of [
    `${SUBSCRIPTION}/${PROVIDER}/managedHSMs`,
    `${SUBSCRIPTION}/${PROVIDER}/deletedManagedHSMs`,
    `${GROUP}/${PROVIDER}/managedHSMs`,
  ]) {
    expect((await arm.ask('GET', path, { as: OWNER })).body).toEqual({ value: [] });
  }
});
