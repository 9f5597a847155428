import { describe, expect, it } from 'vitest';
import { bearer, fakeLabApi, type Headers, TOKEN } from '../testing/lab-api.ts';

const { ask, get, post, fromPage, session } = fakeLabApi();

const signIn = (body: object, headers: Headers = {}) =>
  post('/session', { ...fromPage(), 'content-type': 'application/json', ...headers }, JSON.stringify(body));
const cookieOf = ({ headers }: { headers: Record<string, string> }) =>
  String(headers['set-cookie']).split(';')[0] ?? '';
const roleWith = async (headers: Headers) => (await get('/session', headers)).json;

describe('the session', () => {
  it('says who asks: by the token, by the cookie, and nobody without either', async () => {
    expect(await roleWith(bearer)).toEqual({ role: 'trainer' });
    expect(await roleWith({ cookie: await session() })).toEqual({ role: 'trainer' });
    expect(await roleWith({})).toEqual({ role: 'none' });
    expect(await roleWith({ cookie: 'lab-session=made-up' })).toEqual({ role: 'none' });
    expect(await roleWith({ cookie: 'lab-session=' })).toEqual({ role: 'none' });
    expect(await roleWith({ authorization: 'Bearer wrong' })).toEqual({ role: 'none' });
  });

  it('is given to the page again when the portal has forgotten it, without a code on a machine of one’s own', async () => {
    const answer = await signIn({}, { cookie: 'lab-session=forgotten' });
    expect([answer.status, answer.json]).toEqual([200, { role: 'trainer' }]);
    expect(String(answer.headers['set-cookie'])).toMatch(/^lab-session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
    expect((await get('/events', { cookie: cookieOf(answer) })).status).toBe(200);
  });

  it('takes the place of the one that the browser had', async () => {
    const cookie = await session();
    const answer = await signIn({ code: TOKEN }, { cookie });
    expect(answer.json).toEqual({ role: 'trainer' });
    expect((await get('/events', { cookie })).status).toBe(401);
    expect((await get('/events', { cookie: cookieOf(answer) })).status).toBe(200);
  });

  it.each(['', 'hush', TOKEN.slice(1)])('is not given for a code that nobody has: %j', async (code) => {
    const { status, json, headers, text } = await signIn({ code });
    expect([status, json?.error?.code, headers['set-cookie']]).toEqual([401, 'WrongCode', undefined]);
    expect(text).not.toContain('hush');
  });

  it('is not given to a page of another origin', async () => {
    for (const headers of [{ origin: 'http://evil.example' }, { 'sec-fetch-site': 'cross-site' }]) {
      const { status, json, headers: answered } = await signIn({}, headers);
      expect([status, json?.error?.code, answered['set-cookie']]).toEqual([403, 'OriginNotAllowed', undefined]);
    }
  });

  it('takes a code and nothing else', async () => {
    for (const body of [{ code: 1 }, { code: 'x'.repeat(101) }, { role: 'trainer' }, []]) {
      expect([body, (await signIn(body)).status]).toEqual([body, 400]);
    }
  });

  it('ends when the page says so', async () => {
    const cookie = await session();
    const answer = await ask('DELETE', '/lab/v1/session', { ...fromPage(), cookie });
    expect([answer.status, cookieOf(answer)]).toEqual([204, 'lab-session=']);
    expect((await get('/events', { cookie })).status).toBe(401);
  });
});
