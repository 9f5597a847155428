import { fixedClock } from '@lab/shared/clock.ts';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { failure, PROTECTED_VAULT, startTestVault, type TestVault } from '../testing.ts';

const NOW = 1_767_225_600;
const DAY = 86_400;
const safe = { host: PROTECTED_VAULT.host };

let clock: ReturnType<typeof fixedClock>;
let vault: TestVault;
beforeEach(async () => {
  clock = fixedClock(NOW);
  vault = await startTestVault({ clock });
});
afterEach(() => vault.close());

const set = (name: string, body: object = { value: 'hush' }, more = {}) =>
  vault.ask('PUT', `/secrets/${name}`, { body, ...more });

it('deletes all versions at once and says until when they can be recovered', async () => {
  await set('db-pw');
  const { body: newest } = await set('db-pw');
  const { status, body, text } = await vault.ask('DELETE', '/secrets/db-pw');
  expect(status).toBe(200);
  expect(body).toEqual({
    recoveryId: 'https://kv-lab.vault.azure.net/deletedsecrets/db-pw',
    deletedDate: NOW,
    scheduledPurgeDate: NOW + 90 * DAY,
    id: newest.id,
    attributes: newest.attributes,
    tags: {},
  });
  expect(text).not.toContain('hush');
  expect((await vault.ask('GET', '/deletedsecrets/db-pw')).body).toEqual(body);
  for (const [method, path] of [
    ['GET', '/secrets/db-pw'],
    ['GET', new URL(newest.id).pathname],
    ['DELETE', '/secrets/db-pw'],
    ['GET', '/secrets/db-pw/versions'],
  ] as const) {
    expect(failure(await vault.ask(method, path))).toBe('404 SecretNotFound');
  }
  expect((await vault.ask('GET', '/secrets')).body.value).toEqual([]);
});

it('keeps the name of a deleted secret taken', async () => {
  await set('Db-Pw');
  await vault.ask('DELETE', '/secrets/db-pw');
  const answer = await set('db-pw');
  expect(failure(answer)).toBe('409 Conflict/ObjectIsDeletedButRecoverable');
  expect(answer.body.error.message).toBe(
    'Secret Db-Pw is currently in a deleted but recoverable state, and its name cannot be reused; in this state, the ' +
      'secret can only be recovered or purged.',
  );
});

it('lists deleted secrets without version and value', async () => {
  for (const name of ['b', 'a', 'c']) await set(name);
  for (const name of ['b', 'a']) await vault.ask('DELETE', `/secrets/${name}`);
  const { body } = await vault.ask('GET', '/deletedsecrets');
  expect(body.value).toMatchObject([
    { id: 'https://kv-lab.vault.azure.net/secrets/a', deletedDate: NOW, scheduledPurgeDate: NOW + 90 * DAY },
    { id: 'https://kv-lab.vault.azure.net/secrets/b', recoveryId: 'https://kv-lab.vault.azure.net/deletedsecrets/b' },
  ]);
});

it('recovers all versions, and answers without the value', async () => {
  const { body: first } = await set('db-pw', { value: 'one' });
  await set('db-pw', { value: 'two' });
  await vault.ask('DELETE', '/secrets/db-pw');
  const { status, body } = await vault.ask('POST', '/deletedsecrets/db-pw/recover');
  expect(status).toBe(200);
  expect(body).not.toHaveProperty('value');
  expect((await vault.ask('GET', '/secrets/db-pw')).body.value).toBe('two');
  expect((await vault.ask('GET', new URL(first.id).pathname)).body.value).toBe('one');
  expect(failure(await vault.ask('GET', '/deletedsecrets/db-pw'))).toBe('404 SecretNotFound');
});

it('purges with 204 and no body, after which the name is free', async () => {
  await set('db-pw');
  await vault.ask('DELETE', '/secrets/db-pw');
  expect(await vault.ask('DELETE', '/deletedsecrets/db-pw')).toMatchObject({ status: 204, text: '' });
  expect(failure(await vault.ask('GET', '/deletedsecrets/db-pw'))).toBe('404 SecretNotFound');
  expect((await set('db-pw')).status).toBe(200);
  expect((await vault.ask('GET', '/secrets/db-pw/versions')).body.value).toHaveLength(1);
});

it('tells an unknown deleted secret from an unknown secret by the sentence', async () => {
  await set('active');
  for (const name of ['active', 'absent']) {
    for (const method of ['GET', 'DELETE']) {
      const { status, body } = await vault.ask(method, `/deletedsecrets/${name}`);
      expect(status).toBe(404);
      expect(body.error).toEqual({ code: 'SecretNotFound', message: `Deleted Secret not found: ${name}` });
    }
    const { status, body } = await vault.ask('POST', `/deletedsecrets/${name}/recover`);
    expect(status).toBe(404);
    expect(body.error.message).toContain(`A secret with (name/id) ${name} was not found in this key vault.`);
  }
});

it('refuses to show a deleted secret that was disabled', async () => {
  await set('db-pw', { value: 'x', attributes: { enabled: false } });
  await vault.ask('DELETE', '/secrets/db-pw');
  const answer = await vault.ask('GET', '/deletedsecrets/db-pw');
  expect(failure(answer)).toBe('403 Forbidden/AccessDenied');
  expect(answer.body.error.message).toBe('Operation get is not permitted on this object.');
});

it('purges nothing where purge protection is on', async () => {
  const { body } = await set('db-pw', { value: 'x' }, safe);
  expect(body.attributes).toMatchObject({ recoveryLevel: 'CustomizedRecoverable', recoverableDays: 7 });
  await vault.ask('DELETE', '/secrets/db-pw', safe);
  expect(failure(await vault.ask('DELETE', '/deletedsecrets/db-pw', safe))).toBe('403 Forbidden');
  expect((await vault.ask('GET', '/deletedsecrets/db-pw', safe)).status).toBe(200);
});

it('purges on its own when the retention is over, and no second before', async () => {
  await set('db-pw', { value: 'x' }, safe);
  await vault.ask('DELETE', '/secrets/db-pw', safe);
  clock.advance(7 * DAY - 1);
  expect((await vault.ask('GET', '/deletedsecrets/db-pw', safe)).status).toBe(200);
  clock.advance(1);
  expect(failure(await vault.ask('GET', '/deletedsecrets/db-pw', safe))).toBe('404 SecretNotFound');
  expect((await set('db-pw', { value: 'y' }, safe)).status).toBe(200);
});
