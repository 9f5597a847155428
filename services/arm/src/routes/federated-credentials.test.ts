import { afterEach, beforeEach, expect, it } from 'vitest';
import { failure, GROUP, startTestArm, type TestArm } from '../testing.ts';

const ID = `${GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-app`;
const credentials = `${ID}/federatedIdentityCredentials`;
const trust = (subject: string, more: object = {}) => ({
  properties: { issuer: 'https://issuer.example/', subject, audiences: ['api://AzureADTokenExchange'], ...more },
});

let arm: TestArm;
beforeEach(async () => {
  arm = await startTestArm();
  await arm.ask('PUT', ID, { body: { location: 'westeurope' } });
});
afterEach(() => arm.close());

const put = (name: string, body: unknown) => arm.ask('PUT', `${credentials}/${name}`, { body });

it('makes, shows, lists and deletes a credential', async () => {
  const made = await put('fic', trust('sub'));
  expect([made.status, made.body]).toEqual([
    201,
    {
      id: `${credentials}/fic`,
      name: 'fic',
      type: 'Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials',
      ...trust('sub'),
    },
  ]);
  expect((await put('fic', trust('other'))).status).toBe(200);
  expect((await arm.ask('GET', `${credentials}/fic`)).body.properties.subject).toBe('other');
  expect((await arm.ask('GET', credentials)).body.value).toHaveLength(1);
  const { clientId } = (await arm.ask('GET', ID)).body.properties;
  expect(arm.resources.find('federatedCredential', `${credentials}/fic`)?.clientId).toBe(clientId);
  expect((await arm.ask('DELETE', `${credentials}/fic`)).status).toBe(200);
  expect((await arm.ask('DELETE', `${credentials}/fic`)).status).toBe(204);
  expect(failure(await arm.ask('GET', `${credentials}/fic`))).toBe('404 NotFound');
});

it('goes with its identity', async () => {
  await put('fic', trust('sub'));
  await arm.ask('DELETE', ID);
  expect(arm.resources.find('federatedCredential', `${credentials}/fic`)).toBeUndefined();
  expect(failure(await put('fic', trust('sub')))).toBe('404 ResourceNotFound');
});

it('is one of twenty at most', async () => {
  for (let n = 0; n < 20; n += 1) expect((await put(`fic-${n}`, trust(`sub-${n}`))).status).toBe(201);
  expect(failure(await put('fic-20', trust('sub-20')))).toBe('400 InvalidParameter');
  expect((await put('fic-19', trust('sub-99'))).status).toBe(200);
});

it('has an issuer and a subject that no other of the identity has', async () => {
  await put('one', trust('sub'));
  expect(failure(await put('two', trust('sub')))).toBe('409 Conflict');
  expect((await put('two', trust('sub', { issuer: 'https://other.example/' }))).status).toBe(201);
});

it.each([
  ['no audience', trust('sub', { audiences: [] })],
  ['two audiences', trust('sub', { audiences: ['a', 'b'] })],
  ['a wildcard', trust('repo:*')],
  ['an issuer that is no URL', trust('sub', { issuer: 'issuer' })],
  ['no properties', {}],
])('refuses a credential with %s', async (_, body) => {
  expect(failure(await put('fic', body))).toBe('400 InvalidRequestContent');
});

it.each(['ab', '_abc', 'a'.repeat(121)])('refuses the name %j', async (name) => {
  expect(failure(await put(name, trust('sub')))).toBe('400 InvalidParameter');
});
