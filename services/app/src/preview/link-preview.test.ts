import { request } from 'node:http';
import { afterEach, expect, it, vi } from 'vitest';
import { startLinkPreview } from './link-preview.ts';
import type { Header, Sent } from './ways.ts';

const TOKEN_URL = 'http://169.254.169.254/metadata/identity/oauth2/token?resource=https://vault.azure.net';
const HELLO: Sent = { status: 203, contentType: 'application/json', body: '{"hello":1}' };
const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  vi.useRealTimers();
  await Promise.all(open.splice(0).map((page) => page.close()));
});

async function start(answer: () => Promise<Sent> = async () => HELLO) {
  const sent: { url: string; headers: readonly Header[] }[] = [];
  const page = await startLinkPreview({
    host: '127.0.0.1',
    port: 0,
    send: (url, headers) => {
      sent.push({ url, headers });
      return answer();
    },
  });
  open.push(page);
  return { page, sent };
}

function ask(port: number, path: string, { method = 'GET', headers = [] as string[] } = {}) {
  return new Promise<{ status: number; body: Record<string, unknown> }>((resolve, reject) => {
    request({ port, host: '127.0.0.1', path, method, headers: ['Host', 'vm-app01', ...headers] }, async (res) => {
      let text = '';
      for await (const chunk of res) text += chunk;
      resolve({ status: res.statusCode ?? 0, body: JSON.parse(text) });
    })
      .once('error', reject)
      .end();
  });
}

const to = (way: string, rest = '') => `/${way}?url=${encodeURIComponent(TOKEN_URL)}${rest}`;
const namesOf = (headers: readonly Header[] | undefined) => (headers ?? []).map(([name]) => name.toLowerCase());

it('previews with a plain GET, whatever headers its caller has', async () => {
  const { page, sent } = await start();
  const { status, body } = await ask(page.port, to('preview'), { headers: ['Metadata', 'true'] });
  expect([status, body]).toEqual([203, { hello: 1 }]);
  expect(namesOf(sent[0]?.headers)).toEqual(['x-ms-client-request-id']);
});

it('passes on headers as a proxy does, and says for whom', async () => {
  const { page, sent } = await start();
  await ask(page.port, to('proxy'), { headers: ['Metadata', 'true', 'Connection', 'close, X-Own', 'X-Own', '1'] });
  expect(sent[0]?.headers.slice(0, -1)).toEqual([
    ['Metadata', 'true'],
    ['X-Forwarded-For', '127.0.0.1'],
  ]);
});

it.each([
  ['as one of its own', ['X-Forwarded-For', '10.0.0.1'], '10.0.0.1, 127.0.0.1'],
  ['as one that a proxy would drop', ['Connection', 'x-forwarded-for'], '127.0.0.1'],
])('says for whom a proxy asks, also where the caller names the header %s', async (_, headers, value) => {
  const { page, sent } = await start();
  await ask(page.port, to('proxy'), { headers });
  expect(sent[0]?.headers).toContainEqual(['X-Forwarded-For', value]);
});

it('lets the caller choose headers, which is the hole', async () => {
  const { page, sent } = await start();
  await ask(page.port, to('fetch', '&header=Metadata:%20true&header=X-Url:%20a:b'));
  expect(sent[0]?.headers.slice(0, -1)).toEqual([
    ['Metadata', 'true'],
    ['X-Url', 'a:b'],
  ]);
});

it.each(['preview', 'proxy', 'fetch'])(
  'gives what %s fetches an id that tells it from what the program asks',
  async (way) => {
    const { page, sent } = await start();
    await ask(page.port, to(way, '&header=x-ms-client-request-id:%20mine'), {
      headers: ['x-ms-client-request-id', 'mine'],
    });
    const ids = sent[0]?.headers.filter(([name]) => name.toLowerCase() === 'x-ms-client-request-id');
    expect(ids).toEqual([['x-ms-client-request-id', expect.stringMatching(new RegExp(`^link-preview-${way}-`))]]);
  },
);

it('says why nothing was fetched', async () => {
  const error = { code: 'NotALabName', message: 'Not one of the lab.' };
  const { page } = await start(async () => ({ error }));
  expect(await ask(page.port, to('preview'))).toEqual({ status: 502, body: { error } });
});

it('keeps to itself what went wrong inside', async () => {
  const { page } = await start(() => Promise.reject(new Error('/etc/secret')));
  const { status, body } = await ask(page.port, to('preview'));
  expect([status, JSON.stringify(body)]).toEqual([502, expect.not.stringContaining('secret')]);
});

it('fetches so many at once and no more', async () => {
  const waiting: (() => void)[] = [];
  const { page, sent } = await start(() => new Promise((resolve) => waiting.push(() => resolve(HELLO))));
  const first = Array.from({ length: 8 }, () => ask(page.port, to('preview')));
  await expect.poll(() => sent.length).toBe(8);
  expect((await ask(page.port, to('preview'))).status).toBe(503);
  for (const finish of waiting) finish();
  expect((await Promise.all(first)).map(({ status }) => status)).toEqual(Array(8).fill(203));
});

it.each([
  ['GET', '/', 404],
  ['GET', '/constructor', 404],
  ['GET', '/%zz', 404],
  ['GET', '/preview', 400],
  ['GET', '/preview?url=', 400],
  ['GET', '/preview?url=no', 400],
  ['POST', '/preview?url=http://x/', 405],
])('answers %s %s with %i', async (method, path, status) => {
  const { page, sent } = await start();
  expect((await ask(page.port, path, { method })).status).toBe(status);
  expect(sent).toEqual([]);
});

it('nobody is there once it is closed', async () => {
  const { page } = await start();
  await page.close();
  await expect(ask(page.port, to('preview'))).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

it('closes itself when its time is up', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const page = await startLinkPreview({
    host: '127.0.0.1',
    port: 0,
    send: () => Promise.reject(new Error('nothing to send')),
    longestMs: 60_000,
  });
  open.push(page);
  vi.advanceTimersByTime(60_000);
  vi.useRealTimers();
  await expect(ask(page.port, to('preview'))).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});
