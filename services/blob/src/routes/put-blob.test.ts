import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { account, startTestLab, type TestLab, VERSION } from '../testing.ts';

let lab: TestLab;
beforeEach(async () => {
  lab = await startTestLab();
  await lab.container();
});
afterEach(() => lab.close());

const md5 = (text: string) => createHash('md5').update(text).digest('base64');

it('answers 201 with ETag, MD5 and CRC-64 of what it stored', async () => {
  const { status, headers } = await lab.put('/docs/a.txt', 'abc', { 'Content-Type': 'text/plain' });
  expect(status).toBe(201);
  expect(headers).toMatchObject({
    'content-md5': md5('abc'),
    'x-ms-content-crc64': '6/rBP7vK5QU=',
    'x-ms-request-server-encrypted': 'true',
    'content-length': '0',
  });
  expect(headers.etag).toMatch(/^"0x[0-9A-F]{15}"$/);
  const read = await lab.ask('GET', '/docs/a.txt');
  expect(read.text).toBe('abc');
  expect(read.headers).toMatchObject({ 'content-type': 'text/plain', 'content-length': '3', etag: headers.etag });
});

it('keeps properties from x-ms-blob headers, which win over the standard ones', async () => {
  await lab.put('/docs/a', '{}', {
    'Content-Type': 'application/octet-stream',
    'x-ms-blob-content-type': 'application/json',
    'x-ms-blob-content-encoding': 'gzip',
    'x-ms-blob-content-language': 'de',
    'x-ms-blob-content-disposition': 'inline',
    'x-ms-blob-cache-control': 'no-store',
  });
  expect((await lab.ask('HEAD', '/docs/a')).headers).toMatchObject({
    'content-type': 'application/json',
    'content-encoding': 'gzip',
    'content-language': 'de',
    'content-disposition': 'inline',
    'cache-control': 'no-store',
  });
});

it('keeps the case of metadata names and forgets the old ones with the old content', async () => {
  await lab.put('/docs/a', '1', { 'x-ms-meta-Old': 'x' });
  await lab.put('/docs/a', '2', { 'x-ms-meta-K1': 'v 1' });
  const { rawHeaders } = await lab.ask('GET', '/docs/a');
  expect(rawHeaders.filter((name) => name.startsWith('x-ms-meta-'))).toEqual(['x-ms-meta-K1']);
  expect(rawHeaders[rawHeaders.indexOf('x-ms-meta-K1') + 1]).toBe('v 1');
});

it('keeps the creation time on overwrite and changes ETag within one second', async () => {
  const first = await lab.put('/docs/a', '1');
  const { headers: before } = await lab.ask('HEAD', '/docs/a');
  lab.clock.advance(60);
  await lab.put('/docs/a', '2');
  const third = await lab.put('/docs/a', '2');
  const { headers } = await lab.ask('HEAD', '/docs/a');
  expect(headers['x-ms-creation-time']).toBe(before['x-ms-creation-time']);
  expect(headers['last-modified']).not.toBe(before['last-modified']);
  expect(third.headers.etag).not.toBe(first.headers.etag);
  await vi.waitFor(() => expect(lab.files()).toHaveLength(1)); // files are removed in the background
});

it('takes an empty x-ms-access-tier for none and shows a given one', async () => {
  await lab.put('/docs/a', '1', { 'x-ms-access-tier': '' });
  expect((await lab.ask('HEAD', '/docs/a')).headers).toMatchObject({
    'x-ms-access-tier': 'Hot',
    'x-ms-access-tier-inferred': 'true',
  });
  await lab.put('/docs/a', '1', { 'x-ms-access-tier': 'Cool' });
  expect((await lab.ask('HEAD', '/docs/a')).headers['x-ms-access-tier']).toBe('Cool');
});

it('lets x-ms-blob-content-md5 win over Content-MD5', async () => {
  const headers = { 'Content-MD5': md5('abd'), 'x-ms-blob-content-md5': md5('abc') };
  expect((await lab.put('/docs/a', 'abc', headers)).status).toBe(201);
  expect((await lab.ask('HEAD', '/docs/a')).headers['content-md5']).toBe(md5('abc'));
});

describe('refuses', () => {
  it.each([
    ['a request without blob type', { 'x-ms-blob-type': undefined }, 400, 'MissingRequiredHeader'],
    ['a blob type that there is not', { 'x-ms-blob-type': 'Blob' }, 400, 'InvalidHeaderValue'],
    ['an append blob', { 'x-ms-blob-type': 'AppendBlob' }, 400, 'FeatureNotEnabled'],
    ['another MD5 than the body has', { 'Content-MD5': md5('abd') }, 400, 'Md5Mismatch'],
    ['another blob MD5 than the body has', { 'x-ms-blob-content-md5': md5('abd') }, 400, 'Md5Mismatch'],
    ['an MD5 that is none', { 'Content-MD5': 'abc' }, 400, 'InvalidMd5'],
    ['another CRC-64 than the body has', { 'x-ms-content-crc64': 'AAAAAAAAAAA=' }, 400, 'Crc64Mismatch'],
    ['a CRC-64 that is none', { 'x-ms-content-crc64': 'AAAA' }, 400, 'InvalidHeaderValue'],
    [
      'both checksums',
      { 'x-ms-content-crc64': '6/rBP7vK5QU=', 'Content-MD5': md5('abc') },
      400,
      'BothCrc64AndMd5HeaderPresent',
    ],
    ['a structured body', { 'x-ms-structured-body': 'XSM/1.0; properties=crc64' }, 400, 'InvalidHeaderValue'],
    ['a key of the client', { 'x-ms-encryption-key': 'AAAA' }, 400, 'UnsupportedHeader'],
    ['a lease id', { 'x-ms-lease-id': 'x' }, 412, 'LeaseNotPresentWithBlobOperation'],
    ['metadata whose name is no identifier', { 'x-ms-meta-a-b': 'x' }, 400, 'InvalidMetadata'],
    ['metadata without a name', { 'x-ms-meta-': 'x' }, 400, 'EmptyMetadataKey'],
    ['metadata twice', { 'x-ms-meta-a': 'x', 'x-ms-meta-A': 'y' }, 400, 'InvalidMetadata'],
    ['metadata over 8 KiB', { 'x-ms-meta-a': 'x'.repeat(8192) }, 400, 'MetadataTooLarge'],
    ['the same header twice', { 'x-ms-blob-content-type': ['a/b', 'c/d'] }, 400, 'InvalidHeaderValue'],
    [
      'a body without length',
      { 'Content-Length': undefined, 'Transfer-Encoding': 'chunked' },
      411,
      'MissingContentLengthHeader',
    ],
  ])('%s, and stores nothing', async (_, headers, status, code) => {
    const answer = await lab.put('/docs/a', 'abc', headers);
    expect(answer).toMatchObject({ status, code });
    expect(answer.text).toContain(`<Code>${code}</Code>`);
    expect((await lab.ask('HEAD', '/docs/a')).status).toBe(404);
    await expect.poll(lab.files).toEqual([]);
  });

  it('a container that does not exist', async () => {
    expect(await lab.put('/docs2/a', 'abc')).toMatchObject({ status: 404, code: 'ContainerNotFound' });
  });

  it.each([
    ['5000 MiB', VERSION, 5000],
    ['256 MiB in old versions', '2019-07-07', 256],
  ])('more than %s before the body is sent', async (_, version, mebibytes) => {
    const headers = {
      'x-ms-version': version,
      'Content-Length': String(mebibytes * 1024 * 1024 + 1),
      Expect: '100-continue',
    };
    const answer = await refusedUpload('/docs/a', headers);
    expect(answer).toEqual({ status: 413, code: 'RequestBodyTooLarge', continued: false });
  });
});

it('answers 401 to Expect: 100-continue without asking for the body', async () => {
  const answer = await refusedUpload('/docs/a', { Authorization: '', 'Content-Length': '5', Expect: '100-continue' });
  expect(answer).toEqual({ status: 401, code: 'NoAuthenticationInformation', continued: false });
});

it('asks for the body that Expect: 100-continue announces', async () => {
  const { status } = await new Promise<{ status: number | undefined }>((resolve, reject) => {
    const put = request({
      port: lab.port,
      method: 'PUT',
      path: '/docs/a',
      headers: upload({ Expect: '100-continue' }),
    });
    put.on('continue', () => put.end('hello'));
    put.on('response', (response) => resolve({ status: response.statusCode }));
    put.on('error', reject);
    put.flushHeaders();
  });
  expect(status).toBe(201);
  expect((await lab.ask('GET', '/docs/a')).text).toBe('hello');
});

it('goes on with the connection after an upload that it refused', async () => {
  const socket = connect(lab.port, '127.0.0.1');
  const raw = (method: string, headers: Record<string, string>) =>
    `${method} /docs/a HTTP/1.1\r\n${Object.entries(headers)
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join('')}\r\n`;
  socket.write(raw('PUT', upload({ 'x-ms-blob-type': 'PageBlob', 'Content-Length': '300000' })) + 'x'.repeat(300_000));
  socket.write(raw('HEAD', upload({ 'Content-Length': '0', Connection: 'close' })));
  let text = '';
  for await (const chunk of socket) text += chunk;
  expect(text.match(/x-ms-error-code: \w+/g)).toEqual([
    'x-ms-error-code: FeatureNotEnabled',
    'x-ms-error-code: BlobNotFound',
  ]);
});

it('leaves nothing of an upload whose connection is cut', async () => {
  const socket = connect(lab.port, '127.0.0.1');
  const head = Object.entries(upload({ 'Content-Length': '1000000' })).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`PUT /docs/a HTTP/1.1\r\n${head.join('')}\r\n${'x'.repeat(200_000)}`);
  await expect.poll(lab.files).toHaveLength(1);
  socket.destroy();
  await expect.poll(lab.files).toEqual([]);
  expect((await lab.ask('HEAD', '/docs/a')).code).toBe('BlobNotFound');
});

it('leaves one whole version of many concurrent ones', async () => {
  const bodies = Array.from({ length: 20 }, (_, index) => String(index).repeat(50_000));
  const answers = await Promise.all(bodies.map((body) => lab.put('/docs/a', body)));
  expect(answers.every(({ status }) => status === 201)).toBe(true);
  const { text, headers } = await lab.ask('GET', '/docs/a');
  expect(bodies).toContain(text);
  expect(headers['content-md5']).toBe(md5(text));
  await expect.poll(lab.files).toHaveLength(1);
});

it('lets one of many concurrent If-None-Match: * uploads create the blob', async () => {
  const uploads = Array.from({ length: 10 }, () => lab.put('/docs/a', 'x', { 'If-None-Match': '*' }));
  const statuses = (await Promise.all(uploads)).map(({ status }) => status).sort();
  expect(statuses).toEqual([201, ...Array(9).fill(409)]);
});

const upload = (headers: Record<string, string>): Record<string, string> => ({
  Host: account.host,
  Authorization: 'Bearer contributor',
  'x-ms-version': VERSION,
  'x-ms-blob-type': 'BlockBlob',
  'Content-Length': '5',
  ...headers,
});

/** Announces an upload and waits with its body. */
const refusedUpload = (path: string, headers: Record<string, string>) =>
  new Promise<{ status: number | undefined; code: unknown; continued: boolean }>((resolve, reject) => {
    let continued = false;
    const put = request({ port: lab.port, method: 'PUT', path, headers: upload(headers) });
    put.on('continue', () => {
      continued = true;
    });
    put.on('response', (response) => {
      resolve({ status: response.statusCode, code: response.headers['x-ms-error-code'], continued });
      put.destroy();
    });
    put.on('error', reject);
    put.flushHeaders();
  });
