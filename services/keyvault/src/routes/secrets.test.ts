import { fixedClock } from '@lab/shared/clock.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failure, PROTECTED_VAULT, startTestVault, type TestVault } from '../testing.ts';

const ORIGIN = 'https://kv-lab.vault.azure.net';
const BUNDLE_ATTRIBUTES = { enabled: true, recoveryLevel: 'Recoverable+Purgeable', recoverableDays: 90 };

let clock: ReturnType<typeof fixedClock>;
let vault: TestVault;
beforeEach(async () => {
  clock = fixedClock(1_767_225_600);
  vault = await startTestVault({ clock });
});
afterEach(() => vault.close());

const set = (name: string, value: string, more: object = {}) =>
  vault.ask('PUT', `/secrets/${name}`, { body: { value, attributes: {}, ...more } });
const versionOf = (id: string) => id.split('/').at(-1);

describe('set', () => {
  it('answers with the bundle, value first, as in a recording of Azure', async () => {
    const { status, text, headers } = await set('db-pw', 's3cr3t');
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
    expect(text.replace(/[0-9a-f]{32}/, '{version}')).toBe(
      '{"value":"s3cr3t","id":"https://kv-lab.vault.azure.net/secrets/db-pw/{version}","attributes":{"enabled":true,' +
        '"created":1767225600,"updated":1767225600,"recoveryLevel":"Recoverable+Purgeable","recoverableDays":90},"tags":{}}',
    );
  });

  it('orders the members as the recordings do, where all of them are there', async () => {
    const attributes = { exp: 1_900_000_000, nbf: 1_700_000_000 };
    const { body } = await set('db-pw', 'one', { tags: { a: 'b' }, contentType: 'text/plain', attributes });
    expect(Object.keys(body)).toEqual(['value', 'contentType', 'id', 'attributes', 'tags']);
    const inAttributes = ['enabled', 'nbf', 'exp', 'created', 'updated', 'recoveryLevel', 'recoverableDays'];
    expect(Object.keys(body.attributes)).toEqual(inAttributes);
    const { body: deleted } = await vault.ask('DELETE', '/secrets/db-pw');
    const deletion = ['recoveryId', 'deletedDate', 'scheduledPurgeDate'];
    expect(Object.keys(deleted)).toEqual([...deletion, 'contentType', 'id', 'attributes', 'tags']);
  });

  it('makes a new version each time and inherits nothing', async () => {
    const first = await set('db-pw', 'one', { contentType: 'text/plain', tags: { a: 'b' }, attributes: { exp: 2e9 } });
    const second = await set('db-pw', 'two');
    expect(first.body).toMatchObject({ contentType: 'text/plain', tags: { a: 'b' }, attributes: { exp: 2e9 } });
    expect(second.body).toMatchObject({ value: 'two', tags: {} });
    expect(second.body).not.toHaveProperty('contentType');
    expect(second.body.attributes).not.toHaveProperty('exp');
    expect(versionOf(second.body.id)).not.toBe(versionOf(first.body.id));
  });

  it('keeps the casing of the first creation, and compares without it', async () => {
    await set('Db-Pw', 'one');
    expect((await set('DB-PW', 'two')).body.id).toContain('/secrets/Db-Pw/');
    expect((await vault.ask('GET', '/SECRETS/db-pw')).body).toMatchObject({ value: 'two' });
  });

  it.each([
    ['an empty value', ''],
    ['a value of 25600 characters', 'x'.repeat(25_600)],
    ['characters outside the basic plane, line ends and NUL', '🗝️ \r\n \u0000 "\\'],
  ])('gives back %s as it came', async (_, value) => {
    expect((await set('odd', value)).status).toBe(200);
    expect((await vault.ask('GET', '/secrets/odd/')).body.value).toBe(value);
  });

  it('keeps a tag of any name', async () => {
    const tags = '{"__proto__":"a","constructor":"b"}'; // as text: an object literal would set its prototype
    await vault.ask('PUT', '/secrets/odd', { rawBody: `{"value":"x","tags":${tags}}` });
    expect(JSON.stringify((await vault.ask('GET', '/secrets/odd')).body.tags)).toBe(tags);
  });

  it.each([
    ['a value of 25601 characters', { value: 'x'.repeat(25_601) }, '400 BadParameter/SecretTooLarge'],
    ['no value', { tags: {} }, '400 BadParameter'],
    ['a value that is no text', { value: 1 }, '400 BadParameter'],
    ['half a surrogate pair', { value: '\ud83d' }, '400 BadParameter'],
    ['half a surrogate pair as content type', { value: 'x', contentType: '\ud83d' }, '400 BadParameter'],
    ['half a surrogate pair in a tag', { value: 'x', tags: { '\ud83d': '' } }, '400 BadParameter'],
    ['a body that is no object', ['value'], '400 BadParameter'],
    ['an expiry that is no number', { value: 'x', attributes: { exp: 'soon' } }, '400 BadParameter'],
    ['an expiry with a fraction', { value: 'x', attributes: { exp: 1.5 } }, '400 BadParameter'],
    ['an expiry in milliseconds of the far future', { value: 'x', attributes: { exp: 1e15 } }, '400 BadParameter'],
    ['a tag that is no text', { value: 'x', tags: { a: 1 } }, '400 BadParameter'],
    [
      '16 tags',
      { value: 'x', tags: Object.fromEntries(Array.from({ length: 16 }, (_, n) => [n, ''])) },
      '400 BadParameter',
    ],
    ['a tag of 257 characters', { value: 'x', tags: { a: 'x'.repeat(257) } }, '400 BadParameter'],
    ['a content type of 256 characters', { value: 'x', contentType: 'x'.repeat(256) }, '400 BadParameter'],
  ])('refuses %s and stores nothing', async (_, body, expected) => {
    const answer = await vault.ask('PUT', '/secrets/db-pw', { body });
    expect(failure(answer)).toBe(expected);
    expect(failure(await vault.ask('GET', '/secrets/db-pw'))).toBe('404 SecretNotFound');
  });

  it.each([
    ['malformed JSON', '{"value": hush}', '400 BadParameter'], // which the parser's own message would quote
    ['half a text', '{"value": "hush', '400 BadParameter'],
    ['no body', '', '400 BadParameter'],
    ['bytes that are no UTF-8', Buffer.from('{"value": "hush\xff"}', 'latin1'), '400 BadParameter'],
    ['a body over the limit', `"${'x'.repeat(1_100_000)}"`, '413 RequestEntityTooLarge'],
  ])('refuses %s without quoting it', async (_, rawBody, expected) => {
    const answer = await vault.ask('PUT', '/secrets/db-pw', { rawBody });
    expect(failure(answer)).toBe(expected);
    expect(answer.text).not.toMatch(/hush|xxx/);
  });

  it.each([
    ['a dot', '/secrets/db.pw', 'db.pw'],
    ['an encoded slash', '/secrets/db%2Fpw', 'db/pw'],
    ['a line break', '/secrets/db%0D%0Apw', 'db\r\npw'],
    ['128 characters', `/secrets/${'x'.repeat(128)}`, 'x'.repeat(128)],
  ])('refuses a name with %s', async (_, path, name) => {
    const { status, body } = await vault.ask('PUT', path, { body: { value: 'x' } });
    expect(status).toBe(400);
    expect(body).toEqual({
      error: { code: 'BadParameter', message: `The request URI contains an invalid name: ${name}` },
    });
  });
});

describe('get', () => {
  it('finds the newest with and without a trailing slash, also within one second', async () => {
    await set('db-pw', 'one');
    const { body } = await set('db-pw', 'two');
    expect((await vault.ask('GET', '/secrets/db-pw')).body).toEqual(body);
    expect((await vault.ask('GET', '/secrets/db-pw/')).body).toEqual(body);
  });

  it('finds a version', async () => {
    const { body } = await set('db-pw', 'one');
    await set('db-pw', 'two');
    expect((await vault.ask('GET', `/secrets/db-pw/${versionOf(body.id)}`)).body).toEqual(body);
  });

  it('answers 404 with the whole sentence, and the version where one was asked for', async () => {
    const sentence =
      'was not found in this key vault. If you recently deleted this secret you may be able to recover it using the ' +
      'correct recovery command. For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125182';
    const name = await vault.ask('GET', '/secrets/nope');
    expect(name.status).toBe(404);
    expect(name.body.error).toEqual({ code: 'SecretNotFound', message: `A secret with (name/id) nope ${sentence}` });
    const version = await vault.ask('GET', '/secrets/nope/0f8fad5bd9cb469fa16570867728950e');
    expect(version.body.error.message).toBe(
      `A secret with (name/id) nope/0f8fad5bd9cb469fa16570867728950e ${sentence}`,
    );
  });

  it('refuses a disabled version, and falls back to no older one', async () => {
    await set('db-pw', 'one');
    await set('db-pw', 'two', { attributes: { enabled: false } });
    const answer = await vault.ask('GET', '/secrets/db-pw');
    expect(failure(answer)).toBe('403 Forbidden/SecretDisabled');
    expect(answer.body.error.message).toBe('Operation get is not allowed on a disabled secret.');
  });

  it('reads a secret outside its nbf and exp', async () => {
    await set('db-pw', 'late', { attributes: { nbf: 1, exp: 2 } });
    expect((await vault.ask('GET', '/secrets/db-pw')).body).toMatchObject({
      value: 'late',
      attributes: { nbf: 1, exp: 2 },
    });
  });

  it('keeps vaults apart', async () => {
    await set('db-pw', 'one');
    expect(failure(await vault.ask('GET', '/secrets/db-pw', { host: PROTECTED_VAULT.host }))).toBe(
      '404 SecretNotFound',
    );
  });
});

describe('update', () => {
  it('changes what is given, leaves the rest, and answers without the value', async () => {
    const { body } = await set('db-pw', 'one', {
      contentType: 'text/plain',
      tags: { a: 'b' },
      attributes: { exp: 2e9 },
    });
    clock.advance(10);
    const updated = await vault.ask('PATCH', '/secrets/db-pw/', { body: { attributes: { enabled: false } } });
    expect(updated.status).toBe(200);
    expect(updated.body).toEqual({
      id: body.id,
      contentType: 'text/plain',
      tags: { a: 'b' },
      attributes: { ...BUNDLE_ATTRIBUTES, enabled: false, exp: 2e9, created: 1767225600, updated: 1767225610 },
    });
  });

  it('reaches one version, clears tags with an empty object, and keeps the value', async () => {
    const { body } = await set('db-pw', 'one', { tags: { a: 'b' } });
    await set('db-pw', 'two', { tags: { c: 'd' } });
    const path = `/secrets/db-pw/${versionOf(body.id)}`;
    expect((await vault.ask('PATCH', path, { body: { tags: {} } })).body.tags).toEqual({});
    expect((await vault.ask('GET', path)).body).toMatchObject({ value: 'one', tags: {} });
    expect((await vault.ask('GET', '/secrets/db-pw')).body).toMatchObject({ value: 'two', tags: { c: 'd' } });
  });

  it('answers 404 for what is not there and 400 for what is too long', async () => {
    expect(failure(await vault.ask('PATCH', '/secrets/nope', { body: {} }))).toBe('404 SecretNotFound');
    const body = { contentType: 'x'.repeat(256) };
    expect(failure(await vault.ask('PATCH', '/secrets/nope', { body }))).toBe('400 BadParameter');
  });
});

describe('lists', () => {
  it('are by name without case, hold no value and no version, and end with nextLink null', async () => {
    for (const name of ['b', 'A', 'c']) await set(name, 'hush');
    const { body, text } = await vault.ask('GET', '/secrets');
    expect(body.value.map(({ id }: { id: string }) => id)).toEqual(
      ['A', 'b', 'c'].map((n) => `${ORIGIN}/secrets/${n}`),
    );
    expect(body.value[0]).toEqual({
      id: `${ORIGIN}/secrets/A`,
      attributes: { ...BUNDLE_ATTRIBUTES, created: 1767225600, updated: 1767225600 },
      tags: {},
    });
    expect(body.nextLink).toBeNull();
    expect(text).not.toContain('hush');
  });

  it('of versions are by version id and hold no value', async () => {
    for (const value of ['hush-1', 'hush-2', 'hush-3']) await set('db-pw', value);
    const { body, text } = await vault.ask('GET', '/secrets/db-pw/versions');
    const ids: string[] = body.value.map(({ id }: { id: string }) => id);
    expect(ids).toHaveLength(3);
    expect(ids).toEqual([...ids].sort());
    expect(text).not.toContain('hush');
    expect(failure(await vault.ask('GET', '/secrets/nope/versions'))).toBe('404 SecretNotFound');
  });
});
