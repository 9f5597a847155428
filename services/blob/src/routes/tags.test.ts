import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestLab, type TestLab } from '../testing.ts';

let lab: TestLab;
beforeEach(async () => {
  lab = await startTestLab();
  await lab.container();
  await lab.put('/docs/a', 'abc');
});
afterEach(() => lab.close());

const asOwner = (method: string, path: string, more = {}) => lab.ask(method, path, { as: 'dataOwner', ...more });
const xml = (...tags: [string, string][]) =>
  `<Tags><TagSet>${tags.map(([key, value]) => `<Tag><Key>${key}</Key><Value>${value}</Value></Tag>`).join('')}</TagSet></Tags>`;
const tagsOf = async (path: string) => (await asOwner('GET', `${path}?comp=tags`)).text.replace(/^<\?.*?\?>/, '');

it('are set and read, and leave the ETag as it is', async () => {
  const { headers } = await asOwner('HEAD', '/docs/a');
  expect(await tagsOf('/docs/a')).toBe('<Tags><TagSet /></Tags>');
  expect(headers['x-ms-tag-count']).toBeUndefined();
  const body = `\ufeff<?xml version="1.0"?>${xml(['Project', 'Cascade'], ['a:b', ''])}`.slice(1);
  expect((await asOwner('PUT', '/docs/a?comp=tags', { body })).status).toBe(204);
  expect(await tagsOf('/docs/a')).toBe(
    '<Tags><TagSet><Tag><Key>Project</Key><Value>Cascade</Value></Tag><Tag><Key>a:b</Key><Value /></Tag></TagSet></Tags>',
  );
  const after = await asOwner('HEAD', '/docs/a');
  expect([after.headers.etag, after.headers['x-ms-tag-count']]).toEqual([headers.etag, '2']);
});

it('come with an upload, survive a change of metadata, and go with the next upload', async () => {
  const headers = { 'x-ms-blob-type': 'BlockBlob', 'x-ms-tags': 'Project=Cascade&Owner=J%20Doe+2%2F3' };
  expect((await asOwner('PUT', '/docs/b', { headers })).status).toBe(201);
  expect(await tagsOf('/docs/b')).toContain('<Key>Owner</Key><Value>J Doe 2/3</Value>');
  await asOwner('PUT', '/docs/b?comp=metadata', { headers: { 'x-ms-meta-x': 'y' } });
  expect(await tagsOf('/docs/b')).toContain('Cascade');
  await asOwner('PUT', '/docs/b', { headers: { 'x-ms-blob-type': 'BlockBlob' } });
  expect(await tagsOf('/docs/b')).toBe('<Tags><TagSet /></Tags>');
});

it('are in a list that asks for them', async () => {
  await asOwner('PUT', '/docs/a?comp=tags', { body: xml(['k', 'v']) });
  const list = async (include: string) => (await asOwner('GET', `/docs?restype=container&comp=list${include}`)).text;
  expect(await list('&include=tags')).toContain(
    '<Tags><TagSet><Tag><Key>k</Key><Value>v</Value></Tag></TagSet></Tags><OrMetadata />',
  );
  expect(await list('')).not.toContain('TagSet');
});

it('are those of a blob that exists', async () => {
  expect((await asOwner('GET', '/docs/nope?comp=tags')).code).toBe('BlobNotFound');
  expect((await asOwner('PUT', '/docs/nope?comp=tags', { body: xml() })).code).toBe('BlobNotFound');
  expect((await asOwner('GET', '/nope/a?comp=tags')).code).toBe('ContainerNotFound');
});

describe('are refused', () => {
  it.each([
    ['eleven', xml(...Array.from({ length: 11 }, (_, index): [string, string] => [`k${index}`, 'v']))],
    ['a key twice', xml(['k', '1'], ['k', '2'])],
    ['a key of characters that none may have', xml(['k*', 'v'])],
    ['an empty key', xml(['', 'v'])],
    ['a long value', xml(['k', 'v'.repeat(257)])],
    ['a tag without key', '<Tags><TagSet><Tag><Value>v</Value></Tag></TagSet></Tags>'],
    ['another document', '<BlockList />'],
    ['a document that does not end', '<Tags><TagSet>'],
    ['entities of its own', '<!DOCTYPE x [<!ENTITY a "b">]><Tags><TagSet /></Tags>'],
    ['nothing', ''],
  ])('%s', async (_, body) => {
    expect(await asOwner('PUT', '/docs/a?comp=tags', { body })).toMatchObject({
      status: 400,
      code: 'InvalidXmlDocument',
    });
  });

  it('in a header, and more than can be', async () => {
    const headers = { 'x-ms-blob-type': 'BlockBlob', 'x-ms-tags': 'a*=b' };
    expect((await asOwner('PUT', '/docs/b', { headers })).code).toBe('InvalidHeaderValue');
    const body = ' '.repeat(40_000);
    expect((await asOwner('PUT', '/docs/a?comp=tags', { body })).code).toBe('RequestBodyTooLarge');
  });
});
