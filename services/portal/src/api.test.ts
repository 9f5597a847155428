import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AzureError } from '@lab/shared/azure-error.ts';
import type { FabricClient } from '@lab/shared/fabric/client.ts';
import { FAULT_SERVICES } from '@lab/shared/faults/fault.ts';
import { FLAW_NAMES } from '@lab/shared/forge/flaws.ts';
import { silentLog } from '@lab/shared/log.ts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { pageApp } from './apps.ts';
import { fabricClock } from './domain/clock.ts';
import { fabricFaults } from './domain/faults.ts';
import type { FlowRun } from './domain/flow-runs.ts';
import { fabricForge } from './domain/forge.ts';
import { fabricState } from './domain/lab-state.ts';
import { fabricRotations } from './domain/rotations.ts';
import { apiOperations } from './routes/api.ts';
import { fakeServices, idleLab } from './testing/fake-lab.ts';

const TOKEN = 'abcdefghijklmnopqrstuvwxyz_-0123456789ABCDE';
const IDENTITY = 'b0ca1b0a-29b4-5a8e-8e1a-000000000001';
const bearer = { authorization: `Bearer ${TOKEN}` };

const fake = fakeServices();
/** What the control routes answer, by service; absent: it cannot be reached. */
let control: Record<string, { status: number; body: unknown }> = {};
let called: string[] = [];
/** Services whose name is not known: their profile was not started. */
const absent = new Set<string>();
const fabric: Pick<FabricClient, 'call'> = {
  call: async (service, method, path, { body } = {}) => {
    called.push(`${service} ${method} ${path}${body === undefined ? '' : ` ${JSON.stringify(body)}`}`);
    const answer = control[service];
    if (!answer) throw Object.assign(new Error('ECONNREFUSED'), absent.has(service) && { code: 'EAI_AGAIN' });
    return answer;
  },
};
const machineOf = async (workload: string) => (workload === 'app' ? 'vm-app01' : undefined);
const faults = fabricFaults(fabric, machineOf);
const failures: Record<string, AzureError> = {
  busy: new AzureError({ kind: 'conflict', code: 'RunInProgress', message: 'No.' }),
  many: new AzureError({ kind: 'throttled', code: 'TooManyRuns', message: 'No.' }),
  down: new AzureError({ kind: 'unavailable', code: 'WorkloadUnavailable', message: 'No.' }),
};
const lab = {
  ...idleLab(fake.services),
  rotations: fabricRotations(fabric),
  clock: fabricClock({ fabric, workloads: { restart: async () => ({ restartedWorkloads: ['app', 'outsider'] }) } }),
  forge: fabricForge(fabric),
  faults,
  state: fabricState({ fabric, workloads: { restart: async () => ({ restartedWorkloads: ['app'] }) }, faults }),
  runs: {
    names: ['app', ...Object.keys(failures)],
    run: async (name: string) => {
      if (failures[name]) throw failures[name];
      return { machine: 'vm-app01', steps: [], events: [] } as unknown as FlowRun;
    },
  },
};
let server: Server;
let own: string;

beforeAll(async () => {
  server = createServer(pageApp({ allowedHosts: [], apiToken: TOKEN, lab, log: silentLog })).listen(0, '127.0.0.1');
  await once(server, 'listening');
  own = `localhost:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await lab.streams.close();
  server.close();
});
afterEach(() => {
  control = {};
  called = [];
  fake.down.clear();
});

type Headers = Record<string, string | string[]>;

function open(method: string, path: string, headers: Headers = {}, body?: string) {
  const { port } = server.address() as AddressInfo;
  const req = request({ host: '127.0.0.1', port, method, path, headers: { host: own, ...headers }, agent: false });
  return req.on('error', () => {}).end(body);
}

async function ask(method: string, path: string, headers: Headers = {}, body?: string) {
  const [res] = await once(open(method, path, headers, body), 'response');
  let text = '';
  for await (const chunk of res) text += chunk;
  const json = /json/.test(res.headers['content-type'] ?? '') && text !== '' ? JSON.parse(text) : undefined;
  return { status: res.statusCode as number, headers: res.headers as Record<string, string>, json, text };
}
const get = (path: string, headers: Headers = bearer) => ask('GET', `/lab/v1${path}`, headers);
const post = (path: string, headers: Headers = bearer, body?: string) => ask('POST', `/lab/v1${path}`, headers, body);
const fromPage = () => ({ origin: `http://${own}`, 'sec-fetch-site': 'same-origin' });
async function session(): Promise<string> {
  const { headers } = await ask('GET', '/');
  return String(headers['set-cookie']).split(';')[0] ?? '';
}

describe('the lab API', () => {
  it('is open to who presents the token, from no page at all', async () => {
    control.entra = { status: 200, body: { current: 'a', next: 'b', retired: [] } };
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
    ] as const) {
      const { status, json, text } = await ask(method, `/lab/v1${path}`, headers);
      expect([path, status, json?.error?.code]).toEqual([path, 401, 'Unauthenticated']);
      expect(text).not.toContain(TOKEN);
    }
    expect(called).toEqual([]);
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
    expect(called).toEqual([]);
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
    control.entra = { status: 200, body: { current: 'a', next: 'b', retired: [] } };
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
    expect(called).toEqual([]);
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

describe('rotations', () => {
  it('let Entra sign with its next key', async () => {
    control.entra = { status: 200, body: { current: 'a', next: 'b', retired: ['c'] } };
    expect((await post('/signing-keys/rotate')).json).toEqual({ current: 'a', next: 'b', retired: ['c'] });
    expect(called).toEqual(['entra POST /signing-keys/rotate']);
  });

  it('give an identity a new certificate on each host that has it', async () => {
    control.imds = { status: 200, body: { clientId: IDENTITY, thumbprint: 'AB', notAfter: 7 } };
    control.appservice = { status: 202, body: { clientId: IDENTITY } };
    const { status, json } = await post(`/identities/${IDENTITY.toUpperCase()}/certificates/rotate`);
    const hosts = [{ service: 'imds', thumbprint: 'AB', notAfter: 7 }, { service: 'appservice' }];
    expect([status, json]).toEqual([200, { clientId: IDENTITY, hosts }]);
    expect(called).toContain(`imds POST /identities/${IDENTITY}/certificates/rotate`);
  });

  it('are not done for an identity that no host has, nor for what is none', async () => {
    control.imds = { status: 404, body: {} };
    expect((await post(`/identities/${IDENTITY}/certificates/rotate`)).json?.error?.code).toBe('IdentityNotFound');
    called = [];
    for (const id of ['x', '..%2f..', `${IDENTITY}%2f`]) {
      expect((await post(`/identities/${id}/certificates/rotate`)).status).toBe(400);
    }
    expect(called).toEqual([]);
  });

  it('say so when a service cannot be asked, and tell nothing of the inside', async () => {
    for (const path of ['/signing-keys/rotate', `/identities/${IDENTITY}/certificates/rotate`]) {
      const { status, json, text } = await post(path);
      expect([status, json?.error?.code]).toEqual([503, 'ServiceUnavailable']);
      expect(text).not.toContain('ECONNREFUSED');
    }
  });
});

describe('the forge', () => {
  const wish = { principal: 'vm-app01', audience: 'https://vault.azure.net', flaw: 'alg-none' };
  const forge = (body: unknown, headers: Headers = { ...bearer, 'content-type': 'application/json' }) =>
    post('/tokens', headers, JSON.stringify(body));

  it('asks Entra for the token', async () => {
    const made = { token: 'a.b.', header: { alg: 'none' }, claims: { oid: 'x' } };
    control.entra = { status: 200, body: made };
    const { status, json } = await forge(wish);
    expect([status, json]).toEqual([200, made]);
    expect(called).toEqual([`entra POST /forge ${JSON.stringify(wish)}`]);
  });

  it('does not ask for what cannot be made', async () => {
    for (const [body, said] of [
      [{ ...wish, flaw: 'alg-some' }, /body.flaw/],
      [{ ...wish, sign: 'none' }, /sign/],
      [{ audience: 'x' }, /principal/],
      [{ principal: 'x' }, /body.audience/],
      [{ ...wish, claims: JSON.parse(`${'{"a":'.repeat(100)}0${'}'.repeat(100)}`) }, /nested/],
      [[], /body/],
    ] as const) {
      const { status, json } = await forge(body);
      expect([status, json?.error?.code]).toEqual([400, 'BadRequest']);
      expect(json?.error?.message).toMatch(said);
    }
    expect((await forge(wish, { ...bearer, 'content-type': 'text/plain' })).status).toBe(400);
    expect(called).toEqual([]);
  });

  it("gives Entra's reason, and says so when it cannot be asked", async () => {
    control.entra = { status: 400, body: { error: { code: 'InvalidForgeRequest', message: 'Nobody.' } } };
    expect(await forge(wish)).toMatchObject({ status: 400, json: { error: { message: 'Nobody.' } } });
    for (const down of [undefined, { status: 500, body: {} }, { status: 200, body: {} }]) {
      control = down ? { entra: down } : {};
      expect((await forge(wish)).json?.error?.code).toBe('ServiceUnavailable');
    }
  });

  it('lists the flaws by name', async () => {
    const { json } = await get('/tokens/flaws');
    expect(json.flaws.map(({ name }: { name: string }) => name)).toEqual(FLAW_NAMES);
  });
});

describe('the clock', () => {
  const put = (body: unknown, headers: Headers = { ...bearer, 'content-type': 'application/json' }) =>
    ask('PUT', '/lab/v1/clock', headers, JSON.stringify(body));

  it("is Resource Manager's", async () => {
    control.arm = { status: 200, body: { now: 7, offsetSeconds: 0, heldAt: null } };
    expect((await get('/clock')).json).toEqual({ now: 7, offsetSeconds: 0, heldAt: null });
    expect((await put({ hold: true })).json).toEqual({
      now: 7,
      offsetSeconds: 0,
      heldAt: null,
      restartedWorkloads: [],
    });
    expect(called).toEqual(['arm GET /clock', 'arm GET /clock', 'arm PUT /clock {"hold":true}']);
  });

  it('is not moved by what is no move', async () => {
    for (const body of [
      {},
      { forwardSeconds: -1 },
      { forwardSeconds: 0.5 },
      { forwardSeconds: '1' },
      { back: 1 },
      [],
    ]) {
      expect((await put(body)).json?.error?.code).toBe('BadRequest');
    }
    expect(called).toEqual([]);
  });

  it('says why it was not moved', async () => {
    control.arm = { status: 400, body: { error: { code: 'ClockTooFar', message: 'Ten years.' } } };
    expect(await put({ forwardSeconds: 1 })).toMatchObject({ status: 400, json: { error: { code: 'ClockTooFar' } } });
    control = {};
    expect((await put({ forwardSeconds: 1 })).json?.error?.code).toBe('ServiceUnavailable');
  });
});

describe('faults', () => {
  const fault = { service: 'keyvault', operation: 'GetSecret', times: 2, effect: { status: 429 } };
  const set = (body: object) =>
    post('/faults', { ...bearer, 'content-type': 'application/json' }, JSON.stringify(body));
  const remove = (path: string) => ask('DELETE', `/lab/v1${path}`, bearer);
  const FAULT = { ...fault, id: 'keyvault-0123456789ab', remaining: 2, applied: 0 };
  const everywhere = (answer: { status: number; body: unknown }) =>
    Object.fromEntries(FAULT_SERVICES.map((service) => [service, answer]));

  it('are set at their service', async () => {
    control.keyvault = { status: 201, body: FAULT };
    expect(await set(fault)).toMatchObject({ status: 201, json: FAULT });
    expect(called).toEqual([`keyvault POST /faults ${JSON.stringify(fault)}`]);
  });

  it('are refused in the words of their service', async () => {
    control.keyvault = { status: 400, body: { error: { code: 'BadRequest', message: 'It has: GetSecret.' } } };
    expect(await set({ ...fault, operation: 'Nothing' })).toMatchObject({
      status: 400,
      json: { error: { code: 'BadRequest', message: 'It has: GetSecret.' } },
    });
  });

  it.each([
    [{ ...fault, service: 'portal' }],
    [{ ...fault, effect: {} }],
    [{ ...fault, times: 0 }],
    [{ ...fault, seconds: -1 }],
    [{ ...fault, more: 1 }],
    [{ ...fault, effect: { cut: true, status: 500 } }],
    [{ ...fault, effect: { retryAfterSeconds: 1 } }],
    [{ ...fault, effect: { contentType: 'text/html\r\nx: y' } }],
  ])('are asked of nobody when they are malformed: %j', async (body) => {
    expect((await set(body)).status).toBe(400);
    expect(called).toEqual([]);
  });

  it('are meant for the machine that the lab API calls by another name', async () => {
    control.keyvault = { status: 201, body: FAULT };
    for (const caller of ['app', 'vm-app02']) await set({ ...fault, caller });
    expect(called.map((call) => JSON.parse(call.slice(call.indexOf('{'))).caller)).toEqual(['vm-app01', 'vm-app02']);
  });

  it('are nowhere where no service is: what is not there has none to be cleared', async () => {
    control = everywhere({ status: 204, body: undefined });
    delete control.appservice;
    expect((await remove('/faults')).json?.error?.code).toBe('ServiceUnavailable');
    absent.add('appservice');
    expect((await remove('/faults')).status).toBe(204);
    absent.clear();
  });

  it('are listed from all services, and it is said which could not be asked', async () => {
    control = {
      ...everywhere({ status: 200, body: { faults: [] } }),
      keyvault: { status: 200, body: { faults: [FAULT] } },
    };
    delete control.appservice;
    expect((await get('/faults')).json).toEqual({ faults: [FAULT], unheard: ['appservice'] });
  });

  it('are removed at their service, one of them or all', async () => {
    control = everywhere({ status: 204, body: undefined });
    expect((await remove(`/faults/${FAULT.id}`)).status).toBe(204);
    expect(called).toEqual([`keyvault DELETE /faults/${FAULT.id}`]);
    called = [];
    expect((await remove('/faults')).status).toBe(204);
    expect(called.toSorted()).toEqual(FAULT_SERVICES.map((service) => `${service} DELETE /faults`).toSorted());
  });

  it('are looked for at no service when their id names none', async () => {
    control = everywhere({ status: 204, body: undefined });
    for (const id of ['x', 'portal-0123456789ab', 'keyvault-', 'keyvault-..%2fhealth', IDENTITY]) {
      expect((await remove(`/faults/${id}`)).json?.error?.code).toBe('FaultNotFound');
    }
    expect(called).toEqual([]);
  });
});

describe('GET /lab/v1/events', () => {
  it('gives what happened, page by page', async () => {
    fake.happened('imds', { virtualMachine: 'vm-app01' });
    fake.happened('keyvault', { status: 403 });
    const first = (await get('/events?limit=1')).json;
    expect(first).toMatchObject({ events: [{ service: 'imds' }], unheard: [], missed: [] });
    const next = (await get(`/events?since=${first.cursor}`)).json;
    expect(next.events).toMatchObject([{ service: 'keyvault', status: 403 }]);
    expect((await get(`/events?since=${next.cursor}`)).json).toMatchObject({ events: [], cursor: next.cursor });
  });
});

describe('GET /lab/v1/events/stream', () => {
  /** Opens a stream; `until` reads on until the text has what is looked for. */
  async function stream(path = '', headers: Headers = {}) {
    const req = open('GET', `/lab/v1/events/stream${path}`, { ...bearer, ...headers });
    const [res] = await once(req, 'response');
    res.setEncoding('utf8');
    let text = '';
    res.on('data', (chunk: string) => {
      text += chunk;
    });
    res.on('error', () => {});
    const until = async (part: RegExp) => {
      await expect.poll(() => text).toMatch(part);
      return text;
    };
    return { res, until, close: () => req.destroy() };
  }
  const lastId = (text: string) => [...text.matchAll(/^id: (.+)$/gm)].at(-1)?.[1] ?? '';

  it('tells what happens from then on, as server-sent events', async () => {
    fake.happened('blob', { path: '/before' });
    const { res, until, close } = await stream();
    expect(res.headers['content-type']).toBe('text/event-stream');
    await until(/^id: [\w-]+\n: heartbeat\n\n/);
    fake.happened('blob', { path: '/after' });
    const text = await until(/\/after/);
    expect(text).toMatch(/\nid: [\w-]+\ndata: \{.*"path":"\/after".*\}\n\n$/);
    expect(text).not.toContain('/before');
    close();
  });

  it('resumes after the last event that was seen, and tells none twice', async () => {
    const first = await stream();
    await first.until(/heartbeat/);
    fake.happened('entra', { path: '/one' });
    const seen = lastId(await first.until(/\/one/));
    first.close();
    fake.happened('entra', { path: '/two' });
    const second = await stream('', { 'last-event-id': seen });
    const text = await second.until(/\/two/);
    expect(text).not.toContain('/one');
    second.close();
  });

  it('tells those only that are asked for', async () => {
    const { until, close } = await stream('?outcome=failed&service=keyvault');
    await until(/heartbeat/);
    fake.happened('keyvault', { path: '/fine' });
    fake.happened('entra', { path: '/elsewhere', status: 400 });
    fake.happened('keyvault', { path: '/refused', status: 403 });
    const text = await until(/\/refused/);
    expect(text).not.toMatch(/\/fine|\/elsewhere/);
    close();
  });

  it('answers HEAD without a stream', async () => {
    expect((await ask('HEAD', '/lab/v1/events/stream', bearer)).status).toBe(200);
  });
});

describe('what the lab contains', () => {
  const yaml = { ...bearer, 'content-type': 'application/yaml' };
  const refusal = (status: number, code: string) => ({ arm: { status, body: { error: { code, message: 'Why.' } } } });

  it('is asked of those who know it, of one kind or of all', async () => {
    const having = (...kinds: string[]) => ({
      status: 200,
      body: { resources: kinds.map((kind) => ({ kind, id: `/${kind}`, name: 'x' })) },
    });
    control = {
      ...{ arm: having('vault'), entra: having('application') },
      ...{ keyvault: having('secret'), blob: having('container', 'blob') },
    };
    const kindsOf = async (query: string) =>
      ((await get(`/resources${query}`)).json.resources as { kind: string }[]).map(({ kind }) => kind);
    expect(await kindsOf('')).toEqual(['vault', 'application', 'secret', 'container', 'blob']);
    called = [];
    expect(await kindsOf('?kind=blob')).toEqual(['blob']);
    expect(await kindsOf('?kind=a%26b')).toEqual([]);
    expect(called).toEqual(['blob GET /resources', 'arm GET /resources?kind=a%26b']);
  });

  it('is changed by a partial lab file, in YAML and in JSON, refused in the words of Resource Manager', async () => {
    control = { arm: { status: 200, body: { added: 1, changed: 2, resources: [] } } };
    expect((await ask('PATCH', '/lab/v1/lab', yaml, 'tenants: []')).json).toMatchObject({ added: 1, changed: 2 });
    expect(
      (await ask('PATCH', '/lab/v1/lab', { ...bearer, 'content-type': 'application/json' }, '{"tenants":[]}')).status,
    ).toBe(200);
    control = refusal(400, 'InvalidLabFile');
    const { status, json } = await ask('PATCH', '/lab/v1/lab', yaml, 'tenants: []');
    expect([status, json]).toEqual([400, { error: { code: 'InvalidLabFile', message: 'Why.' } }]);
  });

  it.each([
    ['of another type', { ...bearer, 'content-type': 'text/plain' }, 'tenants: []'],
    ['without any', bearer, ''],
    ['that is no JSON', { ...bearer, 'content-type': 'application/json' }, '{'],
  ])('is not changed by a body %s', async (_, headers, body) => {
    expect((await ask('PATCH', '/lab/v1/lab', headers, body)).json.error.code).toBe('BadRequest');
    expect(called).toEqual([]);
  });

  it('has snapshots of names that are lower-case letters, digits and "-"', async () => {
    control = { arm: { status: 201, body: { name: 'a', takenAt: '2026-01-01T00:00:00.000Z' } } };
    for (const name of ['A', 'a%20b', '..%2freset', 'a'.repeat(41), 'a_b'])
      expect([name, (await ask('PUT', `/lab/v1/snapshots/${name}`, bearer)).status]).toEqual([name, 400]);
    expect(called).toEqual([]);
    expect((await ask('PUT', `/lab/v1/snapshots/${'a-1'.repeat(13)}`, bearer)).status).toBe(201);
  });

  it('begins anew without faults, and workloads are started again where the clock jumped with it', async () => {
    const clock = [
      { offsetSeconds: 60, heldAt: null },
      { offsetSeconds: 0, heldAt: null },
    ];
    const moved = fabricState({
      fabric: {
        call: async (service, method, path) => {
          called.push(`${service} ${method} ${path}`);
          return { status: 200, body: path === '/clock' ? clock.shift() : { durationMs: 5, late: ['blob'] } };
        },
      },
      workloads: { restart: async () => ({ restartedWorkloads: ['app'] }) },
      faults: { clear: async () => called.push('faults') },
    });
    expect(await moved.reset()).toEqual({ durationMs: 5, late: ['blob'], restartedWorkloads: ['app'] });
    expect(called).toEqual(['faults', 'arm GET /clock', 'arm POST /reset', 'arm GET /clock']);
    clock.push({ offsetSeconds: 0, heldAt: null }, { offsetSeconds: 0, heldAt: null });
    expect(await moved.snapshots.restore('a')).toMatchObject({ restartedWorkloads: [] });
    expect(called.filter((call) => call === 'faults')).toHaveLength(1);
  });

  it('is not at hand where Resource Manager refuses the portal itself', async () => {
    control = refusal(403, 'PeerNotAllowed');
    const { status, text } = await get('/resources');
    expect([status, text.includes('PeerNotAllowed')]).toEqual([503, false]);
  });
});

describe('the OpenAPI document', () => {
  type Document = {
    openapi: string;
    paths: Record<string, Record<string, { security: object[]; responses: object; parameters: { name: string }[] }>>;
  };
  const read = async () => (await get('/openapi.json', {})).json as Document;
  const empty = { 'content-type': 'application/json' };

  it('is open to everybody, and says nothing of the token', async () => {
    const { status, text } = await get('/openapi.json', {});
    expect([status, text.includes(TOKEN), JSON.parse(text).openapi]).toEqual([200, false, '3.1.1']);
  });

  it('has every operation that is mounted, and no other', async () => {
    const { paths } = await read();
    const described = Object.entries(paths).flatMap(([path, item]) => Object.keys(item).map((method) => method + path));
    const mounted = apiOperations(lab).map(({ method, path }) => `${method}/lab/v1${path}`);
    expect(described.toSorted()).toEqual(mounted.toSorted());
    for (const [path, item] of Object.entries(paths)) {
      const { status, headers } = await ask('OPTIONS', path.replaceAll(/\{\w+\}/g, IDENTITY), bearer);
      const methods = String(headers.allow).toLowerCase().split(', ');
      expect([path, status, methods.filter((name) => name !== 'head')]).toEqual([path, 405, Object.keys(item)]);
    }
  });

  it('asks for the token where it is asked for', async () => {
    for (const [path, item] of Object.entries((await read()).paths)) {
      for (const [method, { security }] of Object.entries(item)) {
        const answer = await ask(method.toUpperCase(), path.replaceAll(/\{\w+\}/g, IDENTITY));
        expect([path, answer.status === 401]).toEqual([path, security.length > 0]);
      }
    }
  });

  it('names every parameter', async () => {
    const { paths } = await read();
    expect(paths['/lab/v1/events']?.get?.parameters.map(({ name }) => name)).toEqual([
      'service',
      'workload',
      'uti',
      'clientRequestId',
      'outcome',
      'since',
      'limit',
    ]);
    expect(paths['/lab/v1/events/stream']?.get?.parameters.at(-1)?.name).toBe('last-event-id');
  });

  it('has every status that is answered, and each of them is answered', async () => {
    const long = JSON.stringify({ text: 'x'.repeat(5_000) });
    const foreign = { host: 'evil.example' };
    const page = { ...fromPage(), ...empty };
    const answered: Record<string, Set<number>> = {};
    const certificates = `/identities/${IDENTITY}/certificates/rotate`;
    const keys = { status: 200, body: { current: 'a', next: 'b' } };
    const on = async (operation: string, ...answers: Promise<{ status: number }>[]) => {
      answered[operation] = new Set((await Promise.all(answers)).map(({ status }) => status));
    };

    for (const path of ['/openapi.json', '/health']) {
      await on(`get ${path}`, get(path, {}), get(`${path}?a=1&a=2`, {}), get(path, foreign));
    }
    const run = (name: string, headers: Headers = page, body = '{}') => post(`/workloads/${name}/run`, headers, body);
    await on(
      'post /workloads/{name}/run',
      ...['app', 'nobody', ...Object.keys(failures)].map((name) => run(name)),
      run('app', page, '[]'),
      run('app', empty),
      run('app', page, long),
    );
    await on('get /events', get('/events'), get('/events?limit=x'), get('/events', {}), get('/events', foreign));

    const watching = Array.from({ length: 16 }, () =>
      lab.streams.watch({ positions: undefined, filter: {}, watcher: { event() {}, settled() {}, ended() {} } }),
    );
    const tooMany = await get('/events/stream');
    for (const stop of watching) stop();
    await on(
      'get /events/stream',
      ask('HEAD', '/lab/v1/events/stream', bearer),
      Promise.resolve(tooMany),
      get('/events/stream?a=1'),
      get('/events/stream', {}),
      get('/events/stream', foreign),
    );
    const json = { ...bearer, ...empty };
    const wish = JSON.stringify({ principal: 'x', audience: 'x' });
    const endless = JSON.stringify({ text: 'x'.repeat(70_000) });
    const tokens = (headers: Headers = json, body = wish) => post('/tokens', headers, body);
    const entraIsDown = await tokens();
    control = { entra: { status: 200, body: { token: '', header: {}, claims: {} } } };
    const answers = [
      tokens(),
      tokens(json, '{'),
      tokens(json, endless),
      tokens(empty),
      tokens({ ...json, ...foreign }),
    ];
    await on('post /tokens', Promise.resolve(entraIsDown), ...answers);
    const flaws = '/tokens/flaws';
    await on(`get ${flaws}`, get(flaws), get(`${flaws}?a=1`), get(flaws, {}), get(flaws, { ...bearer, ...foreign }));

    const clock = '/clock';
    const move = (headers: Headers = json, body = '{"hold":true}') => ask('PUT', '/lab/v1/clock', headers, body);
    control = {};
    const [unread, unmoved] = await Promise.all([get(clock), move()]);
    control = { arm: { status: 200, body: { now: 1, offsetSeconds: 0, heldAt: null } } };
    await on(
      `get ${clock}`,
      get(clock),
      get(`${clock}?a=1`),
      get(clock, {}),
      get(clock, foreign),
      Promise.resolve(unread),
    );
    await on(
      `put ${clock}`,
      move(),
      move(json, '{}'),
      move(json, long),
      move(empty),
      move({ ...json, ...foreign }),
      Promise.resolve(unmoved),
    );
    control = {};
    const fault = { service: 'imds', effect: { cut: true } };
    const set = (headers: Headers = json, body = JSON.stringify(fault)) => post('/faults', headers, body);
    const faultId = '/faults/imds-0123456789ab';
    const remove = (path: string, headers: Headers = bearer) => ask('DELETE', `/lab/v1${path}`, headers);
    const withoutFaults = await Promise.all([set(), remove(faultId), remove('/faults')]);
    control = { imds: { status: 409, body: { error: { code: 'TooManyFaults', message: 'No.' } } } };
    const tooManyFaults = await set();
    control = { imds: { status: 404, body: { error: { code: 'FaultNotFound', message: 'No.' } } } };
    const noSuchFault = await remove(faultId);
    control = { imds: { status: 201, body: { ...fault, id: 'imds-0123456789ab', applied: 0 } } };
    const [unset, unremoved, uncleared] = withoutFaults.map((answer) => Promise.resolve(answer));
    await on(
      'post /faults',
      ...[set(), set(json, '{}'), set(json, long), set(empty), set({ ...json, ...foreign })],
      ...[unset, Promise.resolve(tooManyFaults)].filter((answer) => answer !== undefined),
    );
    await on('get /faults', get('/faults'), get('/faults?a=1'), get('/faults', {}), get('/faults', foreign));
    control = Object.fromEntries(FAULT_SERVICES.map((service) => [service, { status: 204, body: undefined }]));
    for (const [path, failed] of [
      [faultId, [unremoved, Promise.resolve(noSuchFault)]],
      ['/faults', [uncleared]],
    ] as const) {
      await on(
        `delete ${path.replace(/imds-.*/, '{id}')}`,
        ...[remove(path), remove(`${path}?a=1`), remove(path, {}), remove(path, foreign)],
        ...failed.filter((answer) => answer !== undefined),
      );
    }
    control = {};
    for (const path of ['/signing-keys/rotate', certificates]) {
      const down = await post(path);
      control = { entra: keys, imds: { status: 404, body: {} } };
      const missing = await post(path);
      control = { entra: keys, imds: { status: 200, body: { clientId: IDENTITY } } };
      await on(
        `post ${path.replace(IDENTITY, '{clientId}')}`,
        Promise.resolve(down),
        Promise.resolve(missing),
        post(path),
        post(path, {}),
        post(path, foreign),
        post(path, { ...bearer, ...empty }, '{"a":1}'),
        post(path, { ...bearer, ...empty }, long),
      );
      control = {};
    }

    const list = (query = '', headers: Headers = bearer) => get(`/resources${query}`, headers);
    const down = await list();
    const none = { status: 200, body: { resources: [] } };
    control = { arm: none, entra: none, keyvault: none, blob: none };
    await on('get /resources', Promise.resolve(down), list(), list('?a=1'), list('', {}), list('', foreign));
    control = {};
    const patch = (headers: Headers, body = 'tenants: []') => ask('PATCH', '/lab/v1/lab', headers, body);
    const yaml = { ...bearer, 'content-type': 'application/yaml' };
    const unpatched = await patch(yaml);
    control = { arm: { status: 200, body: { added: 0, changed: 0, resources: [] } } };
    await on(
      'patch /lab',
      Promise.resolve(unpatched),
      patch(yaml),
      patch(bearer),
      patch({ 'content-type': 'application/yaml' }),
      patch({ ...yaml, ...foreign }),
      patch(yaml, 'x'.repeat(600_000)),
    );
    control = {};

    const clockNow = { now: 1, offsetSeconds: 0, heldAt: null };
    const begun = { status: 200, body: { ...clockNow, durationMs: 1, late: [] } };
    const kept = { status: 201, body: { name: 'a', takenAt: '2026-01-01T00:00:00.000Z' } };
    const refused = (status: number) => ({ status, body: { error: { code: 'Why', message: 'Why.' } } });
    type Case = [operation: string, good: (typeof control)[string], refusals: number[], body?: string];
    const cases: Case[] = [
      ['post /reset', begun, [], '{}'],
      ['get /snapshots', { status: 200, body: { snapshots: [] } }, []],
      ['put /snapshots/{name}', kept, [409]],
      ['post /snapshots/{name}/restore', begun, [404], '{}'],
      ['delete /snapshots/{name}', { status: 204, body: undefined }, [404]],
    ];
    for (const [name, good, refusals, body] of cases) {
      const [method = '', template = ''] = name.split(' ');
      const send = async (answer: typeof good | undefined, headers: Headers = bearer, text = body, query = '') => {
        control = answer ? { arm: answer } : {};
        const type = text === undefined ? {} : { 'content-type': 'application/json' };
        const path = `/lab/v1${template.replace('{name}', 'a')}${query}`;
        return ask(method.toUpperCase(), path, { ...type, ...headers }, text);
      };
      const answers = [await send(good), await send(undefined), await send(good, {}), await send(good, foreign)];
      answers.push(await send(good, bearer, body, '?a=1'));
      for (const status of refusals) answers.push(await send(refused(status)));
      if (body !== undefined) answers.push(await send(good, bearer, long));
      await on(name, ...answers.map((answer) => Promise.resolve(answer)));
    }
    control = {};

    for (const [path, item] of Object.entries((await read()).paths)) {
      for (const [method, { responses }] of Object.entries(item)) {
        const operation = `${method} ${path.replace('/lab/v1', '')}`;
        const seen = [...(answered[operation] ?? [])];
        expect([operation, seen.toSorted()]).toEqual([operation, Object.keys(responses).map(Number).toSorted()]);
      }
    }
  });
});
