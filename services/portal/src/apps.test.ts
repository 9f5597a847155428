import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, request, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AzureError } from '@lab/shared/azure-error.ts';
import { silentLog } from '@lab/shared/log.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pageApp } from './apps.ts';
import type { FlowRun } from './domain/flow-runs.ts';
import { fakeWorkloads, idleLab, TOKEN } from './testing/fake-lab.ts';

const RUN = { workload: 'app', machine: 'vm-app01', outcome: 'succeeded', steps: [], events: [] } as unknown as FlowRun;
let runs: string[] = [];
let server: Server;
let own: string;

/** What a build leaves behind. */
const pageDirectory = mkdtempSync(join(tmpdir(), 'page-'));

const parts = (): Parameters<typeof pageApp>[0] => ({
  allowedHosts: ['lab.example', 'other.example:8080'],
  lab: {
    ...idleLab(),
    workloads: fakeWorkloads('app', 'down', 'broken'),
    runs: {
      run: async (name) => {
        runs.push(name);
        if (name === 'down') {
          throw new AzureError({ kind: 'unavailable', code: 'WorkloadUnavailable', message: 'No.' });
        }
        if (name === 'broken') throw new Error('/a/path: a stranger');
        return RUN;
      },
    },
  },
  log: silentLog,
  pageDirectory,
});

beforeAll(async () => {
  mkdirSync(join(pageDirectory, 'assets'));
  for (const file of ['index.html', 'icon.svg', 'assets/index-1a2b.js', '.sources']) {
    writeFileSync(join(pageDirectory, file), '');
  }
  server = createServer(pageApp(parts())).listen(0, '127.0.0.1');
  await once(server, 'listening');
  own = `localhost:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  rmSync(pageDirectory, { recursive: true });
});

type Headers = Record<string, string>;

async function ask(method: string, path: string, headers: Headers = {}, body?: string) {
  runs = [];
  const { port } = server.address() as AddressInfo;
  const withHost = { host: own, ...headers };
  const req = request({ host: '127.0.0.1', port, method, path, headers: withHost, agent: false }).end(body);
  const [res] = await once(req, 'response');
  let text = '';
  for await (const chunk of res) text += chunk;
  return { status: res.statusCode as number, headers: res.headers as IncomingHttpHeaders, text };
}

/** The code of an error in JSON; undefined for any other answer. */
const codeOf = ({ text }: { text: string }): unknown =>
  text.startsWith('{') ? JSON.parse(text).error?.code : undefined;
const fromPage = () => ({
  origin: `http://${own}`,
  'content-type': 'application/json',
  'sec-fetch-site': 'same-origin',
});
const run = (headers: Headers = {}, body = '{}', name = 'app') =>
  ask('POST', `/lab/v1/workloads/${name}/run`, { ...fromPage(), ...headers }, body);

describe('the page', () => {
  it.each([
    ['/', 'no-cache'],
    ['/index.html', 'no-cache'],
    ['/icon.svg', 'no-cache'],
    ['/assets/index-1a2b.js', 'public, max-age=31536000, immutable'],
  ])('has %s, and a browser keeps what has its content in its name', async (path, cacheControl) => {
    const { status, headers } = await ask('GET', path);
    expect([status, headers['cache-control']]).toEqual([200, cacheControl]);
  });

  it.each(['/assets/', '/assets', '/.sources', '/../apps.ts', '/%2e%2e/apps.ts', '/assets/..%2f..%2fapps.ts'])(
    'has nothing at %s',
    async (path) => expect((await ask('GET', path)).status).toBeGreaterThanOrEqual(400),
  );

  it('says how it is made where it is not there', async () => {
    const app = pageApp({ ...parts(), pageDirectory: join(pageDirectory, 'none') });
    const other = app.listen(0, '127.0.0.1');
    await once(other, 'listening');
    const answer = await fetch(`http://127.0.0.1:${(other.address() as AddressInfo).port}/`);
    expect([answer.status, await answer.text()]).toEqual([503, expect.stringContaining('npm run page')]);
    other.close();
  });

  it('lets no script, style, frame or connection but its own in', async () => {
    const { headers } = await ask('GET', '/');
    expect(headers['content-security-policy']).toBe(
      "default-src 'none';script-src 'self';style-src 'self';img-src 'self';connect-src 'self';base-uri 'none';form-action 'none';frame-ancestors 'none'",
    );
  });
});

it.each<[string, Record<string, string>, string | undefined]>([
  ['on a machine of one’s own', { host: 'localhost:8080' }, 'same-origin'],
  ['by an address of that machine', { host: '[::1]:8080' }, 'same-origin'],
  ['behind a proxy with TLS', { host: 'lab.example', 'x-forwarded-proto': 'https' }, 'same-origin'],
  ['under a name without TLS, where browsers only complain of it', { host: 'lab.example' }, undefined],
])('other pages have no hold of a window of this one %s', async (_, headers, policy) => {
  const answer = await ask('GET', '/', headers);
  expect([answer.status, answer.headers['cross-origin-opener-policy']]).toEqual([200, policy]);
});

describe('Host', () => {
  it.each([
    'localhost',
    'LOCALHOST:1',
    '127.0.0.1',
    '127.0.0.1:8080',
    '[::1]',
    '[::1]:8080',
    'lab.example:99',
    'other.example:8080',
  ])('may be %s', async (host) => expect((await ask('GET', '/lab/v1/health', { host })).status).toBe(200));

  it.each([
    'evil.example',
    'evil.example:8080',
    'localhost.evil.example',
    'evil.example#localhost',
    'x@localhost',
    '127.0.0.1.evil.example',
    'other.example',
    '0.0.0.0:8080',
    'localhost:8080:1',
  ])("may not be '%s', for the page or the API: a name that was rebound to this machine", async (host) => {
    for (const path of ['/', '/lab/v1/health']) {
      const answer = await ask('GET', path, { host });
      expect([answer.status, codeOf(answer)]).toEqual([403, 'HostNotAllowed']);
    }
  });

  it.each([
    ['be missing', 'GET / HTTP/1.0\r\n\r\n', 403],
    ['be empty', 'GET / HTTP/1.1\r\nHost:\r\n\r\n', 403],
    ['occur twice', 'GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n', 400],
    ['be contradicted', 'GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\n\r\n', 400],
  ])('may not %s', async (_, head, status) => {
    const client = connect((server.address() as AddressInfo).port, '127.0.0.1').setEncoding('utf8');
    client.write(head);
    const [answer] = await once(client, 'data');
    client.destroy();
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  });
});

describe('a run', () => {
  it('is started from the page and answers with what came of it', async () => {
    const answer = await run();
    expect([answer.status, JSON.parse(answer.text), runs]).toEqual([200, RUN, ['app']]);
  });

  it('is started from a command line that sends the page as its origin', async () => {
    expect(
      (await ask('POST', '/lab/v1/workloads/app/run', { origin: `http://${own}`, 'content-type': 'application/json' }))
        .status,
    ).toBe(200);
  });

  it.each([
    ['http://evil.example'],
    ['http://localhost'],
    ['http://localhost:1'],
    ['http://127.0.0.1:8080'],
    ['null'],
    [''],
  ])("is not started by a page of the origin '%s'", async (origin) => {
    const answer = await run({ origin });
    expect([answer.status, codeOf(answer), runs]).toEqual([403, 'OriginNotAllowed', []]);
  });

  it.each(['cross-site', 'same-site', 'none'])('is not started where the browser says %s', async (site) => {
    const answer = await run({ 'sec-fetch-site': site });
    expect([answer.status, runs]).toEqual([403, []]);
  });

  it('is not started without an origin, and the answer names the header to add', async () => {
    const answer = await ask('POST', '/lab/v1/workloads/app/run', { 'content-type': 'application/json' }, '{}');
    expect([answer.status, runs]).toEqual([403, []]);
    expect(answer.text).toContain(`Origin: http://${own}`);
  });

  it('is started by a program that presents the token, and by no other', async () => {
    const path = '/lab/v1/workloads/app/run';
    const as = (authorization: string) =>
      ask('POST', path, { authorization, 'content-type': 'application/json' }, '{}');
    expect([(await as(`Bearer ${TOKEN}`)).status, runs]).toEqual([200, ['app']]);
    for (const authorization of [`Bearer ${'b'.repeat(43)}`, 'Bearer', 'Basic YTph', '']) {
      const answer = await as(authorization);
      expect([answer.status, codeOf(answer), runs]).toEqual([403, 'OriginNotAllowed', []]);
    }
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp', ''])(
    "is not started by a body of the type '%s', which a form can send",
    async (type) => {
      const answer = await run({ 'content-type': type });
      expect([answer.status, codeOf(answer), runs]).toEqual([400, 'UnsupportedMediaType', []]);
    },
  );

  it.each([
    ['a parameter', '{"url":"https://evil.example"}', 400],
    ['a list', '[]', 400],
    ['malformed JSON', '{"value":s3cret}', 400],
    ['a body over the limit', JSON.stringify({ value: 'x'.repeat(5_000) }), 413],
  ])('takes no %s', async (_, body, status) => {
    const answer = await run({}, body);
    expect([answer.status, runs]).toEqual([status, []]);
    expect(answer.text).not.toContain('s3cret');
  });

  it.each(['nobody', 'constructor', '..%2Fapp', 'app%00'])('is not started on %s', async (name) => {
    expect([(await run({}, '{}', name)).status, runs]).toEqual([404, []]);
  });

  it('answers with the reason when the workload cannot be asked', async () => {
    const answer = await run({}, '{}', 'down');
    expect([answer.status, codeOf(answer)]).toEqual([503, 'WorkloadUnavailable']);
  });

  it('shows a caller nothing of an unexpected failure', async () => {
    const answer = await run({}, '{}', 'broken');
    expect([answer.status, answer.text]).toEqual([500, expect.not.stringContaining('/a/path')]);
  });
});

describe('behind a proxy, such as that of a hosted editor', () => {
  const session = (headers: Headers) =>
    ask('POST', '/lab/v1/session', { 'content-type': 'application/json', ...headers }, '{}');

  it.each([
    ['passes Host on', { host: 'lab.example', origin: 'https://lab.example' }],
    ['puts its own address into Host', { origin: 'https://lab.example' }],
    ['has a port', { origin: 'https://other.example:8080' }],
    ['ends TLS nowhere', { origin: 'http://lab.example' }],
  ])('a page has its session where the proxy %s', async (_, headers) => {
    const answer = await session({ ...headers, 'sec-fetch-site': 'same-origin' });
    expect(answer.status).toBe(200);
    expect(String(answer.headers['set-cookie'])).toMatch(/; HttpOnly; SameSite=Strict$/);
  });

  it.each([
    ['another name', { origin: 'https://evil.example' }],
    ['another port', { origin: 'https://lab.example:8443' }],
    ['no port where one is named', { origin: 'https://other.example' }],
    ['a name that only begins so', { origin: 'https://lab.example.evil.example' }],
    ['another scheme', { origin: 'ftp://lab.example' }],
    ['another page of the same site', { origin: 'https://lab.example', 'sec-fetch-site': 'same-site' }],
  ])('a page of %s has none', async (_, headers) => {
    const answer = await session(headers);
    expect([answer.status, codeOf(answer), answer.headers['set-cookie']]).toEqual([403, 'OriginNotAllowed', undefined]);
  });
});

it.each([
  ['GET', '/nothing', 404],
  ['GET', '/%2e%2e/apps.ts', 404],
  ['GET', '/..%2fapps.ts', 404],
  ['GET', '/.git/config', 404],
  ['GET', '/lab/v1', 404],
  ['GET', '/%zz', 404],
  ['GET', '/lab/v1/workloads/%zz/run', 400],
  ['GET', '/lab/v1/workloads/app/run', 405],
  ['POST', '/lab/v1/health', 405],
  ['POST', '/', 404],
])('answers %s %s with %i in JSON', async (method, path, status) => {
  const answer = await ask(method, path, fromPage());
  expect([answer.status, typeof codeOf(answer)]).toEqual([status, 'string']);
  expect(answer.text).not.toContain('    at ');
});
