import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestLab, type TestLab } from '../testing.ts';

let lab: TestLab;
beforeEach(async () => {
  lab = await startTestLab();
});
afterEach(() => lab.close());

const names = (xml: string): string[] => [...xml.matchAll(/<Name[^>]*>([^<]*)<\/Name>/g)].map(([, name = '']) => name);
const marker = (xml: string): string | undefined => /<NextMarker>([^<]+)</.exec(xml)?.[1];

describe('containers', () => {
  it('are created, shown, described and deleted', async () => {
    const created = await lab.ask('PUT', '/docs?restype=container', { headers: { 'x-ms-meta-K1': 'v' } });
    expect(created.status).toBe(201);
    expect(created.headers.etag).toMatch(/^"0x/);
    expect(await lab.container()).toMatchObject({ status: 409, code: 'ContainerAlreadyExists' });
    const shown = await lab.ask('GET', '/docs?restype=container');
    expect(shown.headers).toMatchObject({
      'x-ms-meta-k1': 'v',
      'x-ms-lease-state': 'available',
      etag: created.headers.etag,
    });
    const headers = { 'x-ms-meta-K2': 'w' };
    expect((await lab.ask('PUT', '/docs?restype=container&comp=metadata', { headers })).status).toBe(200);
    const described = await lab.ask('HEAD', '/docs?restype=container&comp=metadata');
    expect(described.headers['x-ms-meta-k2']).toBe('w');
    expect(described.headers['x-ms-meta-k1']).toBeUndefined();
    await lab.put('/docs/a', 'abc');
    await lab.block('/docs/b', 'QQ==', 'abc');
    expect((await lab.ask('DELETE', '/docs?restype=container')).status).toBe(202);
    expect((await lab.ask('GET', '/docs?restype=container')).code).toBe('ContainerNotFound');
    await expect.poll(lab.files).toEqual([]);
  });

  it.each([
    ['Docs', 'InvalidResourceName'],
    ['a--b', 'InvalidResourceName'],
    ['-ab', 'InvalidResourceName'],
    ['ab', 'OutOfRangeInput'],
    ['a'.repeat(64), 'OutOfRangeInput'],
  ])('are not called %s', async (name, code) => {
    expect(await lab.container(name)).toMatchObject({ status: 400, code });
  });

  it('cannot be public, and know conditions on time only', async () => {
    const open = { 'x-ms-blob-public-access': 'blob' };
    expect((await lab.ask('PUT', '/docs?restype=container', { headers: open })).code).toBe('PublicAccessNotPermitted');
    const create = { headers: { 'If-None-Match': '*' } };
    expect((await lab.ask('PUT', '/docs?restype=container', create)).code).toBe('ConditionHeadersNotSupported');
    await lab.container();
    const headers = { 'If-Match': '*' };
    expect((await lab.ask('DELETE', '/docs?restype=container', { headers })).code).toBe('ConditionHeadersNotSupported');
    const since = { 'If-Unmodified-Since': 'Sat, 01 Jan 2000 00:00:00 GMT' };
    expect((await lab.ask('DELETE', '/docs?restype=container', { headers: since })).code).toBe('ConditionNotMet');
  });

  it('are listed in pages, with metadata when asked', async () => {
    for (const name of ['bbb', 'aaa', 'abc']) {
      await lab.ask('PUT', `/${name}?restype=container`, { headers: { 'x-ms-meta-K': 'v' } });
    }
    const first = await lab.ask('GET', '/?comp=list&maxresults=2&include=metadata');
    expect(names(first.text)).toEqual(['aaa', 'abc']);
    expect(first.text).toContain('ServiceEndpoint="https://stlab.blob.core.windows.net/"');
    expect(first.text).toContain('<Metadata><K>v</K></Metadata>');
    expect(first.text).toMatch(/<Etag>"0x[0-9A-F]{15}"<\/Etag>/);
    const second = await lab.ask('GET', `/?comp=list&marker=${encodeURIComponent(marker(first.text) ?? '')}`);
    expect(names(second.text)).toEqual(['bbb']);
    expect(second.text).toContain('<NextMarker />');
    expect(second.text).not.toContain('<Metadata>');
    expect(names((await lab.ask('GET', '/?comp=list&prefix=a')).text)).toEqual(['aaa', 'abc']);
  });
});

describe('List Blobs', () => {
  const list = (query: string) => lab.ask('GET', `/docs?restype=container&comp=list&${query}`);
  const put = async (...blobs: string[]) => {
    for (const blob of blobs) await lab.put(`/docs/${encodeURIComponent(blob)}`, 'x', { 'x-ms-meta-K': 'v' });
  };
  beforeEach(() => lab.container());

  it('orders names by their bytes', async () => {
    await put('b', 'a', 'B', 'ä', '😀', '\uffee');
    expect(names((await list('')).text)).toEqual(['B', 'a', 'b', 'ä', '\uffee', '😀']);
  });

  it('folds names at the delimiter, and goes on behind what it folded', async () => {
    await put('a/1', 'a/2', 'a/b/3', 'a0', 'b', 'c/1');
    const { text } = await list('delimiter=%2F');
    expect(names(text)).toEqual(['a/', 'a0', 'b', 'c/']);
    expect(text).toContain('<BlobPrefix><Name>a/</Name></BlobPrefix>');
    expect(names((await list('delimiter=%2F&prefix=a%2F')).text)).toEqual(['a/1', 'a/2', 'a/b/']);
  });

  it.each(['', '&delimiter=%2F'])('gives every name once over pages of one%s', async (delimiter) => {
    await put('a/1', 'a/2', 'b', 'c/1', 'c/2', 'd');
    const found: string[] = [];
    for (let next: string | undefined = ''; next !== undefined; ) {
      const { text } = await list(`maxresults=1${delimiter}&marker=${encodeURIComponent(next)}`);
      found.push(...names(text));
      next = marker(text);
    }
    expect(found).toEqual(delimiter ? ['a/', 'b', 'c/', 'd'] : ['a/1', 'a/2', 'b', 'c/1', 'c/2', 'd']);
  });

  it('takes empty parameters for absent ones', async () => {
    await put('a/1');
    const { status, text } = await list('delimiter=&prefix=&marker=&maxresults=&include=');
    expect(status).toBe(200);
    expect(names(text)).toEqual(['a/1']);
    expect(text).not.toMatch(/<(Prefix|Marker|MaxResults|Delimiter)/);
  });

  it('shows ETags without quotes, and metadata only when asked, in any case of the word', async () => {
    await put('a');
    const { text } = await list('');
    expect(text).toMatch(/<Etag>0x[0-9A-F]{15}<\/Etag>/);
    expect(text).toContain('<AccessTier>Hot</AccessTier><AccessTierInferred>true</AccessTierInferred>');
    expect(text).not.toContain('<Metadata>');
    expect((await list('include=MetaData,snapshots')).text).toContain('<Metadata><K>v</K></Metadata>');
  });

  it('escapes what XML needs escaped, and encodes what it cannot hold', async () => {
    await put('<&>"\r');
    await put('\u0001');
    const { text } = await list('');
    expect(text).toContain('<Name Encoded="true">%01</Name>');
    expect(text).toContain('<Name>&lt;&amp;&gt;"&#xD;</Name>');
  });

  it.each([
    ['maxresults=0', 'OutOfRangeQueryParameterValue'],
    ['maxresults=-1', 'OutOfRangeQueryParameterValue'],
    ['maxresults=many', 'InvalidQueryParameterValue'],
    ['include=everything', 'InvalidQueryParameterValue'],
    ['marker=forged', 'InvalidQueryParameterValue'],
    ['delimiter=%2F&include=snapshots', 'InvalidQueryParameterValue'],
    ['prefix=a&prefix=b', 'InvalidQueryParameterValue'],
  ])('refuses %s', async (query, code) => {
    expect(await list(query)).toMatchObject({ status: 400, code });
  });

  it('takes more than 5000 results for 5000', async () => {
    expect((await list('maxresults=9999')).status).toBe(200);
  });
});
