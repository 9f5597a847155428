import { createHmac, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type ErrorRequestHandler } from 'express';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { AzureError } from './azure-error.ts';
import {
  describeCaller,
  describeCheck,
  describeDecision,
  describeFailure,
  describeShownToken,
} from './event-details.ts';
import { describe, recentEvents } from './events.ts';
import { accessTokenOf } from './testing/access-token.ts';
import { exchange } from './testing/exchange.ts';

/**
 * What must not be in an event may come in any part of a request, and a route may repeat any name that it was sent: here
 * both happen, with everything, many times over, each time with other secrets.
 */
const ROUNDS = 150;
const events = recentEvents('keyvault', { most: ROUNDS });

/** A route that is as talkative as any: it repeats the path and every id that it was sent. */
const app = express()
  .use(events.record)
  .use((req, res) => {
    const said = `${req.path} ${req.get('x-name') ?? ''}`;
    describe(res, { operation: 'GetSecret', note: `forged: ${said}`, clientId: said, audience: said });
    describeCaller(res, accessTokenOf({ aud: said, tid: 't', oid: said, uti: said }));
    describeCheck(res, 'audience', { message: `The audience '${said}' is not ours.` });
    describeDecision(res, {
      operation: said,
      resourceId: said,
      grantedBy: null,
      considered: [{ assignmentId: said, roleName: said, scope: said, verdict: 'other scope', condition: said }],
    });
    describeShownToken(res, 'issued', said.slice(said.indexOf('eyJ')));
    res.set({ Location: said, 'WWW-Authenticate': said, ETag: said, 'x-ms-error-code': said });
    throw new AzureError({ kind: 'forbidden', code: 'Forbidden', message: `Not '${said}'.` });
  })
  .use(((error, _req, res, _next) => {
    describeFailure(res, error);
    res.status(403).end();
  }) satisfies ErrorRequestHandler);

const server = createServer({ maxHeaderSize: 64 * 1024 }, app);
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** One of the list, by a number of our own: a run that fails can be run again. */
let state = 20_260_101;
const below = (most: number): number => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return state % most;
};
const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T;

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token, and its signature: of HMAC, RSA or ECDSA by its length. */
function token(): { token: string; secrets: string[] } {
  const header = pick([
    encode({ alg: 'RS256', typ: 'JWT', kid: randomBytes(20).toString('base64url') }),
    encode({ typ: 'JWT', alg: 'HS256' }),
    Buffer.from('\n{ "alg" : "ES256" }').toString('base64url'),
  ]);
  const payload = encode({ oid: randomBytes(8).toString('hex'), padding: 'x'.repeat(below(900)) });
  const signature = pick([
    createHmac('sha256', 'key').update(randomBytes(8)).digest('base64url'),
    randomBytes(64).toString('base64url'),
    randomBytes(256).toString('base64url'),
  ]);
  const dot = pick(['.', '.', '%2e', '%2E']);
  return { token: [header, payload, signature].join(dot), secrets: [signature] };
}

const secret = (): string => `hush${randomBytes(12).toString('hex')}`;

/** Parameters that events show, with what must not be shown. */
const parameterNames = (name: string): string =>
  ['resource', 'client_id', 'prefix', '$filter'].map((one) => `${one}=${encodeURIComponent(name)}`).join('&');

function request() {
  const { token: jwt, secrets: signatures } = token();
  const hushed = Array.from({ length: 8 }, secret);
  const [header, appServiceSecret, session, query, parameter, body, form, basic] = hushed as [string, ...string[]];
  const name = pick([jwt, `${pick(['sig', 'client_assertion', 'client_secret'])}=${parameter}`, 'an-ordinary-name']);
  const place = pick([
    `/secrets/${name}`,
    `/${'a'.repeat(below(500))}/${name}/versions`,
    `/${name}%3Fsig=${parameter}`,
    `/docs/${encodeURIComponent(name)}`,
    `/x?y=/${name}`,
  ]);
  return {
    secrets: [...signatures, ...hushed],
    sent: {
      method: pick(['GET', 'POST', 'PUT']),
      path: `${place}${place.includes('?') ? '&' : '?'}sig=${query}&client_assertion=${jwt.replaceAll('%', '.')}&code=${query}&${parameterNames(name)}`,
      headers: {
        authorization: pick([`Bearer ${jwt}`, `Basic ${basic}`]),
        'x-identity-header': header,
        secret: appServiceSecret,
        cookie: `lab-session=${session}`,
        'x-ms-client-request-id': pick([jwt, 'c1']),
        'x-name': name,
        'x-forwarded-for': name,
        'user-agent': name,
        'x-ms-copy-source': `https://a.example/b?sig=${query}`,
        'if-match': name,
        traceparent: pick([jwt, '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01']),
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: `client_secret=${form}&client_assertion=${jwt}&value=${body}`,
    },
  };
}

it('holds no signature, no secret and no query in any event, wherever a client put it and whatever a route repeats', {
  timeout: 30_000,
}, async () => {
  const { port } = server.address() as AddressInfo;
  const all: string[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const { sent, secrets } = request();
    const { status } = await exchange(port, sent);
    expect(status).toBe(403);
    all.push(...secrets);
  }
  await expect.poll(() => events.latest()).toBe(ROUNDS);
  const kept = JSON.stringify(events.since(0));
  expect(events.since(0).length).toBe(ROUNDS);
  const leaked = all.filter((one) => kept.includes(one) || kept.includes(one.slice(0, 40)));
  expect(leaked).toEqual([]);
  expect(kept).toContain('an-ordinary-name');
});
