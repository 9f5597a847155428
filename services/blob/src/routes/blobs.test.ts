import { afterEach, beforeEach, expect, it } from 'vitest';
import { startTestLab, type TestLab } from '../testing.ts';

let lab: TestLab;
beforeEach(async () => {
  lab = await startTestLab();
  await lab.container();
  await lab.put('/docs/a', 'abc', {
    'Content-Type': 'text/plain',
    'x-ms-blob-cache-control': 'no-store',
    'x-ms-meta-k': 'v',
  });
});
afterEach(() => lab.close());

const head = async () => (await lab.ask('HEAD', '/docs/a')).headers;

it('Set Properties clears what is not given, keeps metadata and changes the ETag', async () => {
  const before = await head();
  const headers = { 'x-ms-blob-content-type': 'text/html' };
  expect((await lab.ask('PUT', '/docs/a?comp=properties', { headers })).status).toBe(200);
  const after = await head();
  expect(after).toMatchObject({ 'content-type': 'text/html', 'x-ms-meta-k': 'v' });
  expect(after['cache-control']).toBeUndefined();
  expect(after['content-md5']).toBeUndefined();
  expect(after.etag).not.toBe(before.etag);
});

it('Set Metadata replaces all of it and keeps the properties', async () => {
  const headers = { 'x-ms-meta-new': 'w' };
  expect((await lab.ask('PUT', '/docs/a?comp=metadata', { headers })).status).toBe(200);
  const after = (await lab.ask('GET', '/docs/a?comp=metadata')).headers;
  expect(after).toMatchObject({ 'x-ms-meta-new': 'w' });
  expect(after['x-ms-meta-k']).toBeUndefined();
  expect(await head()).toMatchObject({ 'content-type': 'text/plain', 'cache-control': 'no-store' });
});

it.each([
  ['If-Match with another ETag', { 'If-Match': '"0x0"' }, 412, 'ConditionNotMet'],
  ['If-None-Match: *', { 'If-None-Match': '*' }, 412, 'ConditionNotMet'],
  ['conditions of two pairs', { 'If-Match': '*', 'If-None-Match': '*' }, 400, 'MultipleConditionHeadersNotSupported'],
  ['a lease id', { 'x-ms-lease-id': 'x' }, 412, 'LeaseNotPresentWithBlobOperation'],
])('writes are refused under %s', async (_, headers, status, code) => {
  for (const [method, path] of [
    ['PUT', '/docs/a?comp=metadata'],
    ['PUT', '/docs/a?comp=properties'],
    ['DELETE', '/docs/a'],
  ] as const) {
    expect(await lab.ask(method, path, { headers })).toMatchObject({ status, code });
  }
  expect(await head()).toMatchObject({ 'x-ms-meta-k': 'v' });
});

it('Delete removes blob, file and waiting blocks, for good', async () => {
  await lab.block('/docs/a', 'QQ==', 'abc');
  const { status, headers } = await lab.ask('DELETE', '/docs/a');
  expect(status).toBe(202);
  expect(headers['x-ms-delete-type-permanent']).toBe('true');
  expect(await lab.ask('DELETE', '/docs/a')).toMatchObject({ status: 404, code: 'BlobNotFound' });
  await expect.poll(lab.files).toEqual([]);
});

it('Delete of snapshots alone keeps the blob', async () => {
  const headers = { 'x-ms-delete-snapshots': 'only' };
  expect((await lab.ask('DELETE', '/docs/a', { headers })).status).toBe(202);
  expect((await lab.ask('GET', '/docs/a')).text).toBe('abc');
});
