import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { account, startTestLab, type TestLab, VERSION } from '../testing.ts';

let lab: TestLab;
let etag: string;
beforeEach(async () => {
  lab = await startTestLab();
  await lab.container();
  etag = String((await lab.put('/docs/a', '0123456789')).headers.etag);
  await lab.put('/docs/empty', '');
});
afterEach(() => lab.close());

const md5 = (text: string) => createHash('md5').update(text).digest('base64');

it.each([
  ['bytes=0-3', 206, '0123', 'bytes 0-3/10'],
  ['bytes=8-', 206, '89', 'bytes 8-9/10'],
  ['bytes=8-33554431', 206, '89', 'bytes 8-9/10'],
  ['bytes=8-9223372036854775807', 206, '89', 'bytes 8-9/10'],
  ['bytes=-3', 200, '0123456789', undefined],
  ['bytes=0-1,4-5', 200, '0123456789', undefined],
  ['bytes=5-2', 200, '0123456789', undefined],
  ['lines=1-2', 200, '0123456789', undefined],
])('answers the range %s with %i', async (Range, status, text, contentRange) => {
  const answer = await lab.ask('GET', '/docs/a', { headers: { Range } });
  expect(answer).toMatchObject({ status, text });
  expect(answer.headers['content-range']).toBe(contentRange);
  expect(answer.headers['content-length']).toBe(String(text.length));
});

it('prefers x-ms-range to Range', async () => {
  const headers = { Range: 'bytes=0-0', 'x-ms-range': 'bytes=4-5' };
  expect((await lab.ask('GET', '/docs/a', { headers })).text).toBe('45');
});

it.each([
  ['/docs/a', 'bytes=10-', 'bytes */10'],
  ['/docs/a', 'bytes=9223372036854775807-', 'bytes */10'],
  ['/docs/empty', 'bytes=0-33554431', 'bytes */0'],
])('answers 416 on %s for %s', async (path, Range, contentRange) => {
  const answer = await lab.ask('GET', path, { headers: { Range } });
  expect(answer).toMatchObject({ status: 416, code: 'InvalidRange' });
  expect(answer.headers['content-range']).toBe(contentRange);
});

it('gives the stored MD5 another name on a range, and computes that of the range when asked', async () => {
  const plain = await lab.ask('GET', '/docs/a', { headers: { Range: 'bytes=0-3' } });
  expect(plain.headers['x-ms-blob-content-md5']).toBe(md5('0123456789'));
  expect(plain.headers['content-md5']).toBeUndefined();
  const headers = { Range: 'bytes=0-3', 'x-ms-range-get-content-md5': 'true' };
  const summed = await lab.ask('GET', '/docs/a', { headers });
  expect(summed).toMatchObject({ status: 206, text: '0123' });
  expect(summed.headers['content-md5']).toBe(md5('0123'));
});

it('computes no checksum without a range, nor over more than 4 MiB', async () => {
  const whole = await lab.ask('GET', '/docs/a', { headers: { 'x-ms-range-get-content-md5': 'true' } });
  expect(whole).toMatchObject({ status: 400, code: 'InvalidHeaderValue' });
  await lab.put('/docs/big', Buffer.alloc(4 * 1024 * 1024 + 1));
  const headers = { Range: 'bytes=0-', 'x-ms-range-get-content-crc64': 'true' };
  expect(await lab.ask('GET', '/docs/big', { headers })).toMatchObject({ status: 400, code: 'OutOfRangeInput' });
});

it('answers HEAD with the headers of GET, tier and no body', async () => {
  const { status, headers, text } = await lab.ask('HEAD', '/docs/a');
  expect(status).toBe(200);
  expect(text).toBe('');
  expect(headers).toMatchObject({
    'content-length': '10',
    'accept-ranges': 'bytes',
    'x-ms-blob-type': 'BlockBlob',
    'x-ms-lease-status': 'unlocked',
    'x-ms-server-encrypted': 'true',
    'x-ms-access-tier': 'Hot',
    'x-ms-version': VERSION,
    server: 'Windows-Azure-Blob/1.0 Microsoft-HTTPAPI/2.0',
  });
});

it('names the error of a HEAD in its header', async () => {
  expect(await lab.ask('HEAD', '/docs/missing')).toMatchObject({ status: 404, code: 'BlobNotFound', text: '' });
  expect(await lab.ask('HEAD', '/nothing/a')).toMatchObject({ status: 404, code: 'ContainerNotFound', text: '' });
});

it.each<[string, (etag: string) => Record<string, string>, number, string | undefined]>([
  ['If-Match with the ETag', (tag) => ({ 'If-Match': tag }), 200, undefined],
  ['If-Match with the ETag unquoted', (tag) => ({ 'If-Match': tag.replaceAll('"', '') }), 200, undefined],
  ['If-Match with another', () => ({ 'If-Match': '"0x0"' }), 412, 'ConditionNotMet'],
  ['If-None-Match with the ETag', (tag) => ({ 'If-None-Match': tag }), 304, 'ConditionNotMet'],
  ['If-None-Match: *', () => ({ 'If-None-Match': '*' }), 400, 'UnsatisfiableCondition'],
  ['If-Modified-Since later', () => ({ 'If-Modified-Since': 'Fri, 01 Jan 2100 00:00:00 GMT' }), 304, 'ConditionNotMet'],
  ['If-Modified-Since earlier', () => ({ 'If-Modified-Since': 'Sat, 01 Jan 2000 00:00:00 GMT' }), 200, undefined],
  [
    'If-Unmodified-Since earlier',
    () => ({ 'If-Unmodified-Since': 'Sat, 01 Jan 2000 00:00:00 GMT' }),
    412,
    'ConditionNotMet',
  ],
  ['a time that is none', () => ({ 'If-Modified-Since': 'yesterday' }), 400, 'InvalidHeaderValue'],
])('reads under %s', async (_, headers, status, code) => {
  const answer = await lab.ask('GET', '/docs/a', { headers: headers(etag) });
  expect(answer.status).toBe(status);
  expect(answer.code).toBe(code);
  if (status === 304) expect(answer).toMatchObject({ text: '', headers: { etag } });
});

it('answers 412 to If-Match on a blob that does not exist, and 404 to the rest', async () => {
  expect((await lab.ask('GET', '/docs/missing', { headers: { 'If-Match': '*' } })).status).toBe(412);
  expect((await lab.ask('GET', '/docs/missing', { headers: { 'If-None-Match': '*' } })).status).toBe(404);
});

it('never gives the blob in place of a snapshot or version that does not exist', async () => {
  const at = '2026-01-01T00:00:00.1234567Z';
  expect((await lab.ask('GET', `/docs/a?snapshot=${at}`)).code).toBe('BlobNotFound');
  expect((await lab.ask('DELETE', `/docs/a?versionid=${at}`, { as: 'dataOwner' })).code).toBe('BlobNotFound');
  expect((await lab.ask('GET', '/docs/a?snapshot=1')).code).toBe('InvalidQueryParameterValue');
  expect((await lab.ask('GET', '/docs/a')).status).toBe(200);
});

it('lets a reader finish the version it began, while the blob is replaced and deleted', async () => {
  const old = Buffer.alloc(24 * 1024 * 1024, 'o');
  await lab.put('/docs/big', old);
  const received = new Promise<number>((resolve, reject) => {
    const headers = { Host: account.host, Authorization: 'Bearer reader', 'x-ms-version': VERSION };
    const get = request({ port: lab.port, path: '/docs/big', headers }, async (response) => {
      // Its head has arrived and the rest is more than any buffer on the way holds.
      await lab.put('/docs/big', 'new');
      await lab.ask('DELETE', '/docs/big');
      let bytes = 0;
      for await (const chunk of response) bytes += (chunk as Buffer).every((byte) => byte === 0x6f) ? chunk.length : 0;
      resolve(bytes);
    });
    get.on('error', reject);
    get.end();
  });
  expect(await received).toBe(old.length);
  await expect.poll(lab.files).toHaveLength(1); // of /docs/a: the old version went with its last reader
});

it('survives readers that leave', async () => {
  await lab.put('/docs/big', Buffer.alloc(8 * 1024 * 1024));
  await new Promise<void>((resolve) => {
    const headers = { Host: account.host, Authorization: 'Bearer reader', 'x-ms-version': VERSION };
    const get = request({ port: lab.port, path: '/docs/big', headers }, () => get.destroy());
    get.on('close', resolve);
    get.on('error', () => {});
    get.end();
  });
  await lab.ask('DELETE', '/docs/big');
  await expect.poll(lab.files).toHaveLength(1);
  expect((await lab.ask('GET', '/docs/a')).text).toBe('0123456789');
});
