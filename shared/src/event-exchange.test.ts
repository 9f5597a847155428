import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { expect, it, onTestFinished } from 'vitest';
import { describeShownToken } from './event-details.ts';
import { MOST_TEXT } from './event-exchange.ts';
import { recentEvents } from './events.ts';
import { exchange } from './testing/exchange.ts';

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const SIGNATURE = 'c2lnbmF0dXJl'.repeat(8);
const TOKEN = `${encode({ alg: 'RS256', kid: 'k1' })}.${encode({ oid: 'somebody', aud: 'https://vault.azure.net' })}.${SIGNATURE}`;

/** The event of one request. */
async function eventOf(path: string, headers: Record<string, string | string[]> = {}) {
  const events = recentEvents('keyvault');
  const app = express().use(events.record, (_req, res) => {
    describeShownToken(res, 'issued', TOKEN);
    res.set({ 'WWW-Authenticate': 'Bearer resource="r"', 'Retry-After': '1', 'X-Own': 'hush' }).status(401).end();
  });
  const server = createServer(app).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => {
    server.close();
  });
  await exchange((server.address() as AddressInfo).port, { path, headers });
  await expect.poll(() => events.since(0)).toHaveLength(1);
  const [event] = events.since(0);
  if (!event) throw new Error('no event');
  return event;
}

it('says which headers and parameters were sent, of those that matter, and no others', async () => {
  const { request } = await eventOf(
    '/token?api-version=2018-02-01&resource=https%3A%2F%2Fvault.azure.net&code=hush&note=hush',
    {
      metadata: 'true',
      'x-forwarded-for': '10.0.0.1',
      cookie: 'hush',
      'x-own': 'hush',
    },
  );
  expect(request).toEqual({
    headers: { metadata: 'true', 'x-forwarded-for': '10.0.0.1' },
    query: { 'api-version': '2018-02-01', resource: 'https://vault.azure.net' },
  });
});

it('says what was answered, of the headers that say why', async () => {
  const { response } = await eventOf('/');
  expect(response).toEqual({ headers: { 'www-authenticate': 'Bearer resource="r"', 'retry-after': '1' } });
});

it('shows a parameter that is there twice with both values, whatever its case', async () => {
  expect((await eventOf('/?client_id=a&CLIENT_ID=b')).request?.query).toEqual({ client_id: 'a, b' });
});

it.each([
  ['Bearer hush', 'Bearer (token)'],
  ['bearer hush', 'Bearer (token)'],
  ['Basic hush', 'Basic (secret)'],
  ['SharedKey account:hush', 'SharedKey (secret)'],
  ['hush', '(secret)'],
  ['hush hush', '(secret)'],
])('names the scheme of a credential, and shows nothing of it: %s', async (authorization, shown) => {
  const event = await eventOf('/', { authorization, 'x-identity-header': 'hush', secret: 'hush' });
  expect(event.request?.headers).toEqual({
    authorization: shown,
    'x-identity-header': '(secret)',
    secret: '(secret)',
  });
  expect(JSON.stringify(event)).not.toContain('hush');
});

it('shows the token that was presented and the one that was given out, without their signatures', async () => {
  const event = await eventOf('/', { authorization: `Bearer ${TOKEN}` });
  const shown = { header: { alg: 'RS256', kid: 'k1' }, claims: { oid: 'somebody', aud: 'https://vault.azure.net' } };
  expect([event.token, event.issued]).toEqual([shown, shown]);
  expect(JSON.stringify(event)).not.toContain('c2lnbmF0');
});

it.each([
  ['a token', TOKEN],
  ['a secret', 'x5Jk0aZ_pQ7v-LmN3bYt8RcW2dGhE6sUfI1oKjV9nXA'],
])('keeps nothing of %s that stands where a long value is cut', async (_, hidden) => {
  const long = `${'p'.repeat(MOST_TEXT - 22)} ${hidden}`;
  const { request } = await eventOf(`/?prefix=${encodeURIComponent(long)}&prefix=b`, { 'user-agent': long });
  for (const text of [request?.query?.prefix, request?.headers['user-agent']]) {
    expect(text).toMatch(/^p+ \((token|secret)\)/);
    expect(text?.length).toBeLessThanOrEqual(MOST_TEXT);
  }
});
