import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestLab, type TestLab } from '../testing.ts';

let lab: TestLab;
beforeEach(async () => {
  lab = await startTestLab();
  await lab.container();
});
afterEach(() => lab.close());

const [A, B, C] = ['QQ==', 'Qg==', 'Qw=='] as const;
const read = async () => (await lab.ask('GET', '/docs/a')).text;

describe('Put Block', () => {
  it('answers 201 with a checksum and no ETag, and makes no blob', async () => {
    const { status, headers } = await lab.block('/docs/a', A, 'abc');
    expect(status).toBe(201);
    expect(headers['x-ms-content-crc64']).toBe('6/rBP7vK5QU=');
    expect(headers.etag).toBeUndefined();
    expect((await lab.ask('HEAD', '/docs/a')).code).toBe('BlobNotFound');
    expect((await lab.ask('GET', '/docs?restype=container&comp=list')).text).not.toContain('<Blob>');
    const listed = await lab.ask('GET', '/docs?restype=container&comp=list&include=uncommittedblobs');
    expect(listed.text).toContain('<Blob><Name>a</Name><Properties><Content-Length>0</Content-Length>');
  });

  it.each([
    ['without an id', '/docs/a?comp=block', 'MissingRequiredQueryParameter'],
    ['with an id that is no base64', '/docs/a?comp=block&blockid=a', 'InvalidQueryParameterValue'],
    [
      'with an id of 65 bytes',
      `/docs/a?comp=block&blockid=${Buffer.alloc(65).toString('base64')}`,
      'InvalidBlobOrBlock',
    ],
    ['with an id of another length', '/docs/a?comp=block&blockid=QUE%3D', 'InvalidBlobOrBlock'],
    ['in a container that does not exist', `/nothing/a?comp=block&blockid=${A}`, 'ContainerNotFound'],
  ])('is refused %s, and keeps nothing', async (_, path, code) => {
    await lab.block('/docs/a', A, 'abc');
    expect((await lab.ask('PUT', path, { body: 'x' })).code).toBe(code);
    await expect.poll(lab.files).toHaveLength(1);
  });

  it('is refused when it is empty', async () => {
    expect((await lab.block('/docs/a', A, '')).code).toBe('InvalidHeaderValue');
  });

  it('replaces a block of the same id', async () => {
    await lab.block('/docs/a', A, 'old');
    await lab.block('/docs/a', A, 'new');
    await lab.commit('/docs/a', `<Latest>${A}</Latest>`);
    expect(await read()).toBe('new');
    await expect.poll(lab.files).toHaveLength(1);
  });
});

describe('Put Block List', () => {
  it('keeps the order of the list and names twice what it names twice', async () => {
    for (const [id, text] of [
      [A, 'a'],
      [B, 'b'],
      [C, 'c'],
    ] as const)
      await lab.block('/docs/a', id, text);
    const list = `<Latest>${C}</Latest><Uncommitted>${A}</Uncommitted><Latest>${B}</Latest><Latest>${A}</Latest>`;
    const { status, headers } = await lab.commit('/docs/a', list, { 'x-ms-blob-content-type': 'text/plain' });
    expect(status).toBe(201);
    expect(headers.etag).toBeDefined();
    expect(await read()).toBe('caba');
    const head = await lab.ask('HEAD', '/docs/a');
    expect(head.headers).toMatchObject({ 'content-type': 'text/plain', 'content-length': '4' });
    expect(head.headers['content-md5']).toBeUndefined();
    expect((await lab.ask('GET', '/docs/a', { headers: { Range: 'bytes=1-2' } })).text).toBe('ab');
  });

  it('takes committed blocks again, new ones first by Latest, and discards the rest', async () => {
    await lab.block('/docs/a', A, 'old-a');
    await lab.block('/docs/a', B, 'old-b');
    await lab.commit('/docs/a', `<Latest>${A}</Latest><Latest>${B}</Latest>`);
    await lab.block('/docs/a', A, 'new-a');
    await lab.block('/docs/a', C, 'c');
    await lab.commit('/docs/a', `<Committed>${A}</Committed><Latest>${A}</Latest><Latest>${B}</Latest>`);
    expect(await read()).toBe('old-anew-aold-b');
    expect((await lab.commit('/docs/a', `<Latest>${C}</Latest>`)).code).toBe('InvalidBlockList');
    await expect.poll(lab.files).toHaveLength(3);
  });

  it('makes an empty blob of an empty list', async () => {
    await lab.block('/docs/a', A, 'a');
    expect((await lab.commit('/docs/a', '')).status).toBe(201);
    expect(await read()).toBe('');
    await expect.poll(lab.files).toEqual([]);
  });

  it.each([
    ['an id that there is not', `<Latest>${A}</Latest>`, 'InvalidBlockList'],
    ['an id that is no base64', '<Latest>!</Latest>', 'InvalidBlockList'],
    ['an element that there is not', `<Newest>${A}</Newest>`, 'InvalidXmlDocument'],
    ['elements within elements', `<Latest><Latest>${A}</Latest></Latest>`, 'InvalidXmlDocument'],
    ['XML that does not close', '<Latest>', 'InvalidXmlDocument'],
    ['an entity', '<Latest>&x;</Latest>', 'InvalidXmlDocument'],
  ])('is refused for %s, on a connection that goes on', async (_, list, code) => {
    expect(await lab.commit('/docs/a', list)).toMatchObject({ status: 400, code });
  });

  it.each([
    ['nothing', ''],
    ['JSON', '{"a":1}'],
    ['a document type', '<!DOCTYPE BlockList [<!ENTITY x "QQ==">]><BlockList><Latest>&x;</Latest></BlockList>'],
    ['bytes that are no UTF-8', Buffer.from([0x3c, 0xff, 0xfe])],
  ])('is refused when the body is %s', async (_, body) => {
    const answer = await lab.ask('PUT', '/docs/a?comp=blocklist', { body });
    expect(answer).toMatchObject({ status: 400, code: 'InvalidXmlDocument' });
  });

  it('is refused above 8 MiB', async () => {
    const answer = await lab.ask('PUT', '/docs/a?comp=blocklist', { body: Buffer.alloc(8 * 1024 * 1024 + 1, ' ') });
    expect(answer).toMatchObject({ status: 413, code: 'RequestBodyTooLarge' });
  });

  it('answers 409 to If-None-Match: * on a blob that exists', async () => {
    await lab.commit('/docs/a', '');
    expect((await lab.commit('/docs/a', '', { 'If-None-Match': '*' })).code).toBe('BlobAlreadyExists');
  });
});

describe('Get Block List', () => {
  const list = (type: string) => lab.ask('GET', `/docs/a?comp=blocklist&blocklisttype=${type}`);

  it('shows committed and uncommitted blocks', async () => {
    await lab.block('/docs/a', A, 'abc');
    const before = await list('all');
    expect(before.text).toContain(
      '<CommittedBlocks /><UncommittedBlocks><Block><Name>QQ==</Name><Size>3</Size></Block>',
    );
    expect(before.headers.etag).toBeUndefined();
    await lab.commit('/docs/a', `<Latest>${A}</Latest>`);
    const after = await list('all');
    expect(after.text).toContain(
      '<CommittedBlocks><Block><Name>QQ==</Name><Size>3</Size></Block></CommittedBlocks><UncommittedBlocks />',
    );
    expect(after.headers['x-ms-blob-content-length']).toBe('3');
    expect(after.headers.etag).toBeDefined();
  });

  it('shows no blocks of a blob made by Put Blob, which drops those that were waiting', async () => {
    await lab.block('/docs/a', A, 'abc');
    await lab.put('/docs/a', 'x');
    expect((await list('all')).text).toContain('<BlockList><CommittedBlocks /><UncommittedBlocks /></BlockList>');
    await expect.poll(lab.files).toHaveLength(1);
  });

  it('answers 404 where there is neither blob nor block, and 400 to a type that there is not', async () => {
    expect((await list('all')).code).toBe('BlobNotFound');
    expect((await list('some')).code).toBe('InvalidQueryParameterValue');
  });
});
