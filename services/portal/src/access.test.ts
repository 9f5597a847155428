import { describe, expect, it } from 'vitest';
import { bearer, fakeLabApi, IDENTITY, TOKEN } from './testing/lab-api.ts';

const { fabric, ask, get, post, fromPage, session } = fakeLabApi();

describe('the lab API', () => {
  it('is open to who presents the token, from no page at all', async () => {
    fabric.answers.entra = { status: 200, body: { current: 'a', next: 'b', retired: [] } };
    expect((await get('/events')).status).toBe(200);
    expect((await post('/signing-keys/rotate')).status).toBe(200);
  });

  it.each([
    ['nothing', {}],
    ['another token', { authorization: `Bearer ${TOKEN.slice(0, -1)}F` }],
    ['the beginning of the token', { authorization: `Bearer ${TOKEN.slice(0, -1)}` }],
    ['more than the token', { authorization: `Bearer ${TOKEN}x` }],
    ['an empty token', { authorization: 'Bearer ' }],
    ['the token under another scheme', { authorization: `Basic ${TOKEN}` }],
    ['the token twice', { authorization: [`Bearer ${TOKEN}`, `Bearer ${TOKEN}`] }],
    ['a session that it made up', { cookie: 'lab-session=made-up' }],
    ['a session without a value', { cookie: 'lab-session' }],
    ['the token as its session', { cookie: `lab-session=${TOKEN}` }],
  ])('refuses who presents %s', async (_, headers) => {
    for (const [method, path] of [
      ['GET', '/events'],
      ['GET', '/events/stream'],
      ['POST', '/signing-keys/rotate'],
      ['POST', `/identities/${IDENTITY}/certificates/rotate`],
      ['GET', '/clock'],
      ['PUT', '/clock'],
      ['POST', '/tokens'],
      ['GET', '/tokens/flaws'],
      ['POST', '/azure'],
      ['GET', '/access'],
    ] as const) {
      const { status, json, text } = await ask(method, `/lab/v1${path}`, headers);
      expect([path, status, json?.error?.code]).toEqual([path, 401, 'Unauthenticated']);
      expect(text).not.toContain(TOKEN);
    }
    expect(fabric.called).toEqual([]);
  });

  it('refuses a wrong token even with a session', async () => {
    const cookie = await session();
    expect((await get('/events', { ...fromPage(), cookie, authorization: 'Bearer wrong' })).status).toBe(401);
  });

  it('does not answer under a foreign host, token or not', async () => {
    expect((await get('/events', { ...bearer, host: 'evil.example' })).json?.error?.code).toBe('HostNotAllowed');
  });

  it('says what is wrong with a request, and does not repeat it', async () => {
    for (const query of ['limit=0', 'limit=1001', 'since=hush', 'nope=hush', 'service=hush', 'uti=a&uti=hush']) {
      const { status, json, text } = await get(`/events?${query}`);
      expect([query, status, json?.error?.code]).toEqual([query, 400, 'BadRequest']);
      expect(text).not.toContain('hush');
    }
  });

  it('keeps no answer in a cache', async () => {
    expect((await get('/events')).headers['cache-control']).toBe('no-store');
  });
});

it.each(['/reset', '/faults', '/signing-keys/rotate', '/snapshots/a/restore'])(
  'passes over no body of another type: POST %s',
  async (path) => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded']) {
      const { status, json } = await post(path, { ...bearer, 'content-type': type }, '{"times":1}');
      expect([status, json?.error?.code]).toEqual([400, 'UnsupportedMediaType']);
    }
    expect(fabric.called).toEqual([]);
  },
);

describe("the page's session", () => {
  it('is set when the page is loaded, for this site and no script', async () => {
    const { headers } = await ask('GET', '/');
    expect(String(headers['set-cookie'])).toMatch(/^lab-session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
    expect((await ask('GET', '/page.js')).headers['set-cookie']).toBeUndefined();
  });

  it('stays the same when the page is loaded again', async () => {
    expect((await ask('GET', '/', { cookie: await session() })).headers['set-cookie']).toBeUndefined();
  });

  it('opens the lab API to the page', async () => {
    fabric.answers.entra = { status: 200, body: { current: 'a', next: 'b', retired: [] } };
    const cookie = `other=1; ${await session()}`;
    expect((await get('/events', { cookie, 'sec-fetch-site': 'same-origin' })).status).toBe(200);
    expect((await post('/signing-keys/rotate', { ...fromPage(), cookie })).status).toBe(200);
  });

  it('changes nothing without the origin of the page', async () => {
    const cookie = await session();
    for (const headers of [{}, { origin: 'http://evil.example' }, { origin: 'http://localhost:1' }]) {
      const { status, json } = await post('/signing-keys/rotate', { ...headers, cookie });
      expect([status, json?.error?.code]).toEqual([403, 'OriginNotAllowed']);
    }
    expect(fabric.called).toEqual([]);
  });

  it('shows nothing to a page of another port, which the browser sends the cookie for too', async () => {
    const cookie = await session();
    expect((await get('/events', { cookie, 'sec-fetch-site': 'same-site' })).status).toBe(403);
  });

  it('is not ended by a foreign page that loads this one as an image, or in a frame, many times', async () => {
    const cookie = await session();
    const foreign = (page: number) => ({
      'sec-fetch-site': 'cross-site',
      'sec-fetch-dest': page % 2 ? 'image' : 'iframe',
    });
    for (let page = 0; page < 100; page += 1) {
      expect((await ask('GET', '/', foreign(page))).headers['set-cookie']).toBeUndefined();
    }
    expect((await get('/events', { cookie, 'sec-fetch-site': 'same-origin' })).status).toBe(200);
    expect((await ask('GET', '/', { 'sec-fetch-dest': 'document' })).headers['set-cookie']).toBeDefined();
  });

  it('ends where too many pages are open, the oldest first', async () => {
    const cookie = await session();
    for (let page = 0; page < 100; page += 1) await session();
    expect((await get('/events', { ...fromPage(), cookie })).status).toBe(401);
  });
});
