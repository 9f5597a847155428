import { afterEach, beforeEach, expect, it } from 'vitest';
import { failure, PROTECTED_VAULT, startTestVault, type TestVault } from '../testing.ts';

let vault: TestVault;
beforeEach(async () => {
  vault = await startTestVault();
});
afterEach(() => vault.close());

const set = (value: string) => vault.ask('PUT', '/secrets/db-pw', { body: { value, tags: { a: 'b' } } });
const backup = () => vault.ask('POST', '/secrets/db-pw/backup');
const restore = (value: unknown, more = {}) => vault.ask('POST', '/secrets/restore', { body: { value }, ...more });
const drop = async () => {
  await vault.ask('DELETE', '/secrets/db-pw');
  await vault.ask('DELETE', '/deletedsecrets/db-pw');
};

it('brings back all versions with their ids, values and tags, and answers without the value', async () => {
  const { body: first } = await set('hush-1');
  const { body: second } = await set('hush-2');
  const { status, body, text } = await backup();
  expect(status).toBe(200);
  expect(body.value).toMatch(/^[\w-]+$/);
  expect(Buffer.from(text).toString() + Buffer.from(body.value, 'base64url').toString('latin1')).not.toContain('hush');
  await drop();
  const { value: _, ...withoutValue } = second;
  expect((await restore(body.value)).body).toEqual(withoutValue);
  expect((await vault.ask('GET', '/secrets/db-pw')).body).toEqual(second);
  expect((await vault.ask('GET', new URL(first.id).pathname)).body).toEqual(first);
});

it('restores into another vault of the subscription', async () => {
  await set('one');
  const { body } = await backup();
  expect((await restore(body.value, { host: PROTECTED_VAULT.host })).status).toBe(200);
  expect((await vault.ask('GET', '/secrets/db-pw', { host: PROTECTED_VAULT.host })).body.value).toBe('one');
});

it('conflicts with a name that is taken, by a deleted secret too', async () => {
  const { body: latest } = await set('one');
  const { body } = await backup();
  const answer = await restore(body.value);
  expect(failure(answer)).toBe('409 Conflict');
  expect(answer.body.error.message).toContain(`There was a conflict restoring the secret '${latest.id}'.`);
  const elsewhere = await restore(body.value, { host: 'kv-lab.vault.azure.net:8443' });
  expect(elsewhere.body.error.message).toContain(`'${latest.id.replace('.net/', '.net:8443/')}'`);
  await vault.ask('DELETE', '/secrets/db-pw');
  expect(failure(await restore(body.value))).toBe('409 Conflict');
});

it('refuses what is no backup', async () => {
  await set('one');
  const { body } = await backup();
  const altered = Buffer.from(body.value, 'base64url');
  altered[40] = (altered[40] ?? 0) ^ 1;
  for (const value of ['', 'x', '%%%', 'QUFBQQ', altered.toString('base64url'), 5, undefined]) {
    expect(failure(await restore(value))).toBe('400 BadParameter');
  }
});

it('backs up what is there only, and leaves "restore" and "backup" usable as names', async () => {
  expect(failure(await vault.ask('POST', '/secrets/nope/backup'))).toBe('404 SecretNotFound');
  for (const name of ['restore', 'backup', 'versions']) {
    expect((await vault.ask('PUT', `/secrets/${name}`, { body: { value: name } })).status).toBe(200);
    expect((await vault.ask('GET', `/secrets/${name}`)).body.value).toBe(name);
  }
});
