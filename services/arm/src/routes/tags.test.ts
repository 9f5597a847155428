import { afterEach, beforeEach, expect, it } from 'vitest';
import { failure, GROUP, STRANGER, SUBSCRIPTION, startTestArm, TENANT, type TestArm } from '../testing.ts';

const VM = `${GROUP}/providers/Microsoft.Compute/virtualMachines/vm-app01`;
const VAULT = `${GROUP}/providers/Microsoft.KeyVault/vaults/kv-tags`;
const tagsOf = (scope: string) => `${scope}/providers/Microsoft.Resources/tags/default`;

let arm: TestArm;
beforeEach(async () => {
  arm = await startTestArm();
  await arm.ask('PUT', VM, {
    body: { location: 'westeurope', tags: { env: 'lab' }, identity: { type: 'SystemAssigned' } },
  });
});
afterEach(() => arm.close());

const send = (method: string, scope: string, tags: object, operation?: string) =>
  arm.ask(method, tagsOf(scope), { body: { ...(operation && { operation }), properties: { tags } } });
const tags = async (scope: string) => (await arm.ask('GET', scope)).body.tags;

it('shows the tags at a scope, and sets them without touching what has them', async () => {
  const { body: before } = await arm.ask('GET', VM);
  expect((await arm.ask('GET', tagsOf(VM))).body).toEqual({
    id: tagsOf(VM),
    name: 'default',
    type: 'Microsoft.Resources/tags',
    properties: { tags: { env: 'lab' } },
  });
  expect((await send('PUT', VM, { team: 'a' })).body.properties).toEqual({ tags: { team: 'a' } });
  const { body: after } = await arm.ask('GET', VM);
  expect(after).toEqual({ ...before, tags: { team: 'a' }, etag: after.etag });
  for (const scope of [GROUP, VM]) {
    await send('PUT', scope, { one: '1' });
    expect(await tags(scope)).toEqual({ one: '1' });
    expect((await arm.ask('DELETE', tagsOf(scope))).status).toBe(200);
    expect((await arm.ask('GET', tagsOf(scope))).body.properties.tags).toEqual({});
  }
});

it('merges, replaces and deletes tags, names without case', async () => {
  await send('PATCH', VM, { ENV: 'prod', team: 'a' }, 'Merge');
  expect(await tags(VM)).toEqual({ ENV: 'prod', team: 'a' });
  await send('PATCH', VM, { Team: 'another', env: '' }, 'delete');
  expect(await tags(VM)).toEqual({ team: 'a' });
  await send('PATCH', VM, { Team: 'a' }, 'Delete');
  expect(await tags(VM)).toEqual({});
  await send('PATCH', VM, { x: 'y' }, 'Replace');
  expect(await tags(VM)).toEqual({ x: 'y' });
  expect(failure(await send('PATCH', VM, {}, 'forget'))).toBe('400 InvalidRequestContent');
});

it('keeps to fifty tags, also where they come little by little', async () => {
  const some = (from: number, count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`tag-${from + index}`, 'x']));
  expect((await send('PUT', GROUP, some(0, 50))).status).toBe(200);
  expect(failure(await send('PATCH', GROUP, some(50, 1), 'Merge'))).toBe('400 InvalidRequestContent');
  expect(Object.keys(await tags(GROUP))).toHaveLength(50);
});

it('has tags of what exists only, and none of subscriptions', async () => {
  expect(failure(await send('PUT', `${VM}x`, {}))).toBe('404 ResourceNotFound');
  expect(failure(await send('PUT', `${GROUP}x`, {}))).toBe('404 ResourceGroupNotFound');
  expect(failure(await send('PUT', SUBSCRIPTION, {}))).toBe('404 InvalidResourceType');
  const properties = { tenantId: TENANT, sku: { name: 'standard', family: 'A' }, enableRbacAuthorization: true };
  await arm.ask('PUT', VAULT, { body: { location: 'westeurope', properties } });
  await arm.ask('DELETE', VAULT);
  expect(failure(await send('PUT', VAULT, { a: 'b' }))).toBe('404 ResourceNotFound');
});

it('asks for the right to write tags, whatever else one may write', async () => {
  arm.assign(STRANGER, 'Reader', GROUP);
  expect((await arm.ask('GET', tagsOf(VM), { as: STRANGER })).status).toBe(200);
  arm.assign(STRANGER, 'Managed Identity Contributor', GROUP);
  for (const method of ['PUT', 'PATCH', 'DELETE']) {
    const refused = await arm.ask(method, tagsOf(VM), { as: STRANGER, body: {} });
    expect(failure(refused)).toBe('403 AuthorizationFailed');
  }
  expect(await tags(VM)).toEqual({ env: 'lab' });
});

it('counts the tags of a subscription', async () => {
  await send('PUT', GROUP, { Env: 'lab', team: 'a' });
  const { body } = await arm.ask('GET', `${SUBSCRIPTION}/tagNames`);
  const seen = body.value.map(
    ({ tagName, count, values }: { tagName: string; count: { value: number }; values: [] }) => [
      tagName,
      count.value,
      values.length,
    ],
  );
  expect(seen).toEqual([
    ['Env', 2, 1],
    ['team', 1, 1],
  ]);
});
