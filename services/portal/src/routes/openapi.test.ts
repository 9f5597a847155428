import { AzureError } from '@lab/shared/azure-error.ts';
import { FAULT_SERVICES } from '@lab/shared/faults/fault.ts';
import { describe, expect, it, vi } from 'vitest';
import { bearer, fakeLabApi, type Headers, IDENTITY, RUN_FAILURES, TENANT, TOKEN } from '../testing/lab-api.ts';
import { apiOperations } from './api.ts';

const { lab, fake, fabric, ask, get, post, fromPage } = fakeLabApi();
const room = fakeLabApi({ room: true });

/** What becomes of everything about participants. */
function participantsSay(status: number): void {
  const kinds = { 404: 'not_found', 409: 'conflict', 503: 'unavailable' } as const;
  const answer = async () => {
    const kind = kinds[status as keyof typeof kinds];
    if (kind) throw new AzureError({ kind, code: 'Why', message: 'Why.' });
    return { isNew: status === 201, participant: {}, durationMs: 1 };
  };
  Object.assign(lab.participants, { list: answer, add: answer, reset: answer, remove: answer });
}

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
    await on('get /session', get('/session'), get('/session?a=1'), get('/session', foreign));
    const signIn = (headers: Headers = page, body = '{}') => post('/session', headers, body);
    const wrong: { status: number }[] = [];
    for (let guess = 0; guess <= 20; guess += 1) wrong.push(await signIn(page, '{"code":"a"}'));
    await on(
      'post /session',
      ...[signIn(), signIn(page, '[]'), signIn(empty), signIn(page, long)],
      ...wrong.map((answer) => Promise.resolve(answer)),
    );
    const participantsAnswer = async (operation: string, good: number[], body?: string) => {
      const [method = '', path = ''] = operation.split(' ');
      const at = `/lab/v1${path.replace('{name}', 'ana')}`;
      const send = (headers: Headers, text = body) => ask(method.toUpperCase(), at, headers, text);
      const json = body === undefined ? bearer : { ...bearer, ...empty };
      const answers = [ask(method.toUpperCase(), `${at}?a=1`, json, body), send({ ...json, ...foreign })];
      answers.push(send(body === undefined ? {} : empty));
      if (body !== undefined) answers.push(send(json, long));
      const seen = [];
      for (const status of good) {
        participantsSay(status);
        seen.push(await send(json));
      }
      await on(operation, ...answers, ...seen.map((answer) => Promise.resolve(answer)));
    };
    await participantsAnswer('get /participants', [200, 503]);
    await participantsAnswer('put /participants/{name}', [200, 201, 409, 503], '{}');
    await participantsAnswer('post /participants/{name}/reset', [200, 404, 503], '{}');
    await participantsAnswer('delete /participants/{name}', [204, 404, 409, 503]);
    const signOut = (query = '', headers: Headers = page) => ask('DELETE', `/lab/v1/session${query}`, headers);
    await on('delete /session', signOut(), signOut('?a=1'), signOut('', {}));
    const run = (name: string, headers: Headers = page, body = '{}') => post(`/workloads/${name}/run`, headers, body);
    await on(
      'post /workloads/{name}/run',
      ...['app', 'nobody', ...Object.keys(RUN_FAILURES)].map((name) => run(name)),
      run('app', page, '[]'),
      run('app', empty),
      run('app', page, long),
      room.post('/workloads/app/run', { ...room.fromPage(), ...empty }, '{}'),
    );
    const asked = JSON.stringify({ method: 'GET', url: 'https://management.azure.com/' });
    const json = { ...bearer, ...empty };
    const request = (name: string, headers: Headers = json, body = asked) =>
      post(`/workloads/${name}/requests`, headers, body);
    await on(
      'post /workloads/{name}/requests',
      ...['app', 'nobody', 'many', 'down'].map((name) => request(name)),
      ...[request('app', json, '{}'), request('app', empty), request('app', { ...json, ...foreign })],
      request('app', json, JSON.stringify({ text: 'x'.repeat(600_000) })),
    );
    const source = '/workloads/{name}/source';
    const read1 = (name: string) => get(source.replace('{name}', name));
    const own = source.replace('{name}', 'app');
    await on(
      `get ${source}`,
      ...[read1('app'), read1('nobody'), read1('down'), get(`${own}?a=1`), get(own, {}), get(own, foreign)],
    );
    const machines = '/workloads';
    await on(`get ${machines}`, ...[get(machines), get(`${machines}?a=1`), get(machines, {}), get(machines, foreign)]);
    fake.happened('imds');
    const flow = `/flows/imds-1-${Date.parse('2026-01-01T00:00:00.000Z').toString(36)}`;
    await on('get /flows', get('/flows'), get('/flows?limit=0'), get('/flows', {}), get('/flows', foreign));
    for (const [template, path] of [
      ['/flows/{id}', flow],
      ['/flows/{id}/mermaid', `${flow}/mermaid`],
    ] as const) {
      const missing = get(path.replace('imds-1-', 'imds-2-'));
      const malformed = get(path.replace('imds-1-', 'imds_'));
      await on(`get ${template}`, get(path), missing, malformed, get(path, {}), get(path, { ...bearer, ...foreign }));
    }
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
    const wish = JSON.stringify({ principal: 'x', audience: 'x' });
    const endless = JSON.stringify({ text: 'x'.repeat(70_000) });
    const tokens = (headers: Headers = json, body = wish) => post('/tokens', headers, body);
    const entraIsDown = await tokens();
    fabric.answers = { entra: { status: 200, body: { token: '', header: {}, claims: {} } } };
    const answers = [
      tokens(),
      tokens(json, '{'),
      tokens(json, endless),
      tokens(empty),
      tokens({ ...json, ...foreign }),
    ];
    await on('post /tokens', Promise.resolve(entraIsDown), ...answers);
    const tenants = [{ kind: 'tenant', id: TENANT, tenantId: TENANT, name: 'contoso' }];
    const claims = Buffer.from(JSON.stringify({ tid: TENANT })).toString('base64url');
    const inspected = JSON.stringify({ token: `e30.${claims}.` });
    const inspect = (headers: Headers = json, body = inspected) => post('/tokens/inspect', headers, body);
    fabric.answers = {};
    const armIsDown = await inspect();
    fabric.answers = { arm: { status: 200, body: { resources: tenants } } };
    await on(
      'post /tokens/inspect',
      Promise.resolve(armIsDown),
      ...[inspect(), inspect(json, '{}'), inspect(json, endless), inspect(empty), inspect({ ...json, ...foreign })],
    );
    const flaws = '/tokens/flaws';
    await on(`get ${flaws}`, get(flaws), get(`${flaws}?a=1`), get(flaws, {}), get(flaws, { ...bearer, ...foreign }));

    const clock = '/clock';
    const move = (headers: Headers = json, body = '{"hold":true}') => ask('PUT', '/lab/v1/clock', headers, body);
    fabric.answers = {};
    const [unread, unmoved] = await Promise.all([get(clock), move()]);
    fabric.answers = { arm: { status: 200, body: { now: 1, offsetSeconds: 0, heldAt: null } } };
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
    fabric.answers = {};
    const fault = { service: 'imds', effect: { cut: true } };
    const set = (headers: Headers = json, body = JSON.stringify(fault)) => post('/faults', headers, body);
    const faultId = '/faults/imds-0123456789ab';
    const remove = (path: string, headers: Headers = bearer) => ask('DELETE', `/lab/v1${path}`, headers);
    const withoutFaults = await Promise.all([set(), remove(faultId), remove('/faults')]);
    fabric.answers = { imds: { status: 409, body: { error: { code: 'TooManyFaults', message: 'No.' } } } };
    const tooManyFaults = await set();
    fabric.answers = { imds: { status: 404, body: { error: { code: 'FaultNotFound', message: 'No.' } } } };
    const noSuchFault = await remove(faultId);
    fabric.answers = { imds: { status: 201, body: { ...fault, id: 'imds-0123456789ab', applied: 0 } } };
    const [unset, unremoved, uncleared] = withoutFaults.map((answer) => Promise.resolve(answer));
    await on(
      'post /faults',
      ...[set(), set(json, '{}'), set(json, long), set(empty), set({ ...json, ...foreign })],
      ...[unset, Promise.resolve(tooManyFaults)].filter((answer) => answer !== undefined),
    );
    const kinds = '/faults/kinds';
    await on(`get ${kinds}`, get(kinds), get(`${kinds}?a=1`), get(kinds, {}), get(kinds, foreign));
    await on('get /faults', get('/faults'), get('/faults?a=1'), get('/faults', {}), get('/faults', foreign));
    fabric.answers = Object.fromEntries(FAULT_SERVICES.map((service) => [service, { status: 204, body: undefined }]));
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
    fabric.answers = {};
    for (const path of ['/signing-keys/rotate', certificates]) {
      const down = await post(path);
      fabric.answers = { entra: keys, imds: { status: 404, body: {} } };
      const missing = await post(path);
      fabric.answers = { entra: keys, imds: { status: 200, body: { clientId: IDENTITY } } };
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
      fabric.answers = {};
    }

    const list = (query = '', headers: Headers = bearer) => get(`/resources${query}`, headers);
    const down = await list();
    const none = { status: 200, body: { resources: [] } };
    fabric.answers = { arm: none, entra: none, keyvault: none, blob: none };
    await on('get /resources', Promise.resolve(down), list(), list('?a=1'), list('', {}), list('', foreign));
    fabric.answers = {};
    const patch = (headers: Headers, body = 'tenants: []') => ask('PATCH', '/lab/v1/lab', headers, body);
    const yaml = { ...bearer, 'content-type': 'application/yaml' };
    const unpatched = await patch(yaml);
    fabric.answers = { arm: { status: 200, body: { added: 0, changed: 0, resources: [] } } };
    await on(
      'patch /lab',
      Promise.resolve(unpatched),
      patch(yaml),
      patch(bearer),
      patch({ 'content-type': 'application/yaml' }),
      patch({ ...yaml, ...foreign }),
      patch(yaml, 'x'.repeat(600_000)),
    );
    fabric.answers = {};

    const clockNow = { now: 1, offsetSeconds: 0, heldAt: null };
    const begun = { status: 200, body: { ...clockNow, durationMs: 1, late: [] } };
    const kept = { status: 201, body: { name: 'a', takenAt: '2026-01-01T00:00:00.000Z' } };
    const refused = (status: number) => ({ status, body: { error: { code: 'Why', message: 'Why.' } } });
    type Case = [operation: string, good: (typeof fabric.answers)[string], refusals: number[], body?: string];
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
        fabric.answers = answer ? { arm: answer } : {};
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
    fabric.answers = {};

    const exercise = (action: string, id: string, headers: Headers = json, body = '{}') =>
      post(`/exercises/${id}/${action}`, headers, body);
    const forget = (id = 'first-token', headers: Headers = bearer) => ask('DELETE', `/lab/v1/exercises/${id}`, headers);
    await on(
      'get /exercises',
      ...['', '?a=1'].map((query) => get(`/exercises${query}`)),
      get('/exercises', {}),
      get('/exercises', foreign),
    );
    const kept409 = await exercise('check', 'first-token');
    const [start503, reset204] = [await exercise('start', 'first-token'), await forget()];
    const none200 = { status: 200, body: { ...begun.body, resources: [] } };
    fabric.answers = { arm: none200, entra: none200, keyvault: none200, blob: none200 };
    const start200 = await exercise('start', 'first-token');
    const check200 = await exercise('check', 'first-token');
    const start409 = await exercise('start', 'outside');
    fabric.answers = {};
    const check503 = await exercise('check', 'first-token');
    const reset503 = await forget();
    const beingStarted = new AzureError({ kind: 'conflict', code: 'ExerciseStarting', message: 'No.' });
    vi.spyOn(lab.exercises, 'reset').mockRejectedValueOnce(beingStarted);
    const reset409 = await forget();
    for (const [action, seen] of [
      ['start', [start200, start409, start503]],
      ['check', [check200, kept409, check503]],
    ] as const) {
      const bad = JSON.stringify({ a: 1 });
      const refusedToo = [['nobody'], ['first-token', json, bad], ['first-token', json, long], ['first-token', empty]];
      const answers = [...refusedToo, ['first-token', { ...json, ...foreign }]] as [string, Headers?, string?][];
      await on(
        `post /exercises/{id}/${action}`,
        ...seen.map((answer) => Promise.resolve(answer)),
        ...answers.map((given) => exercise(action, ...given)),
      );
    }
    await on(
      'delete /exercises/{id}',
      ...[reset204, reset409, reset503].map((answer) => Promise.resolve(answer)),
      ...[forget('nobody'), forget('first-token?a=1'), forget('first-token', {}), forget('first-token', foreign)],
    );
    const question = JSON.stringify({ method: 'GET', path: '/subscriptions?api-version=2022-12-01' });
    const azure = (headers: Headers = json, body = question) => post('/azure', headers, body);
    const access = (query = '?resourceId=/subscriptions/x&dataAction=a', headers: Headers = bearer) =>
      get(`/access${query}`, headers);
    const silent = await Promise.all([azure(), access()]);
    fabric.answers = {
      arm: none,
      'arm GET /resources?kind=tenant': { status: 200, body: { resources: [{ kind: 'tenant', id: 't', name: 't' }] } },
      entra: { status: 200, body: { token: 'a.b.c', header: {}, claims: {} } },
      'entra GET /resources': none,
      'arm POST /access': refused(404),
    };
    const nowhere = await access();
    await on(
      'post /azure',
      Promise.resolve(silent[0]),
      ...[azure(), azure(json, '{}'), azure(json, 'x'.repeat(300_000)), azure(empty), azure({ ...json, ...foreign })],
    );
    fabric.answers['arm POST /access'] = { status: 200, body: { principals: [] } };
    await on(
      'get /access',
      ...[Promise.resolve(silent[1]), Promise.resolve(nowhere)],
      ...[access(), access(''), access('?a=1', {}), access('?a=1', { ...bearer, ...foreign })],
    );
    fabric.answers = {};

    await on('get /topology', get('/topology'), get('/topology?a=1'), get('/topology', {}), get('/topology', foreign));
    const probes = (headers: Headers = json, body = '{}') => post('/isolation/probes', headers, body);
    const notIsolated = { isolation: [await get('/isolation')], probes: [await probes()] };
    const failing = async (kind: 'unavailable' | 'throttled') => {
      const error = new AzureError({ kind, code: 'Why', message: 'No.' });
      vi.spyOn(lab.isolation, 'read').mockRejectedValueOnce(error);
      vi.spyOn(lab.isolation, 'probe').mockRejectedValueOnce(error);
      return { isolation: await get('/isolation'), probes: await probes() };
    };
    const map = { sources: [], targets: [], cells: [], unheard: [] };
    const [unavailable, throttled] = [await failing('unavailable'), (await failing('throttled')).probes];
    vi.spyOn(lab.isolation, 'read').mockResolvedValue(map);
    vi.spyOn(lab.isolation, 'probe').mockResolvedValue(map);
    const told = (answers: { status: number }[]) => answers.map((answer) => Promise.resolve(answer));
    await on(
      'get /isolation',
      ...told([...notIsolated.isolation, unavailable.isolation]),
      ...[get('/isolation'), get('/isolation?a=1'), get('/isolation', {}), get('/isolation', foreign)],
    );
    await on(
      'post /isolation/probes',
      ...told([...notIsolated.probes, unavailable.probes, throttled]),
      ...[probes(), probes(json, '{"a":1}'), probes(json, long), probes(empty), probes({ ...json, ...foreign })],
    );

    const answer = (question: string, headers: Headers = json, body = '{"choice":"entra"}') =>
      post(`/quiz/${question}/answer`, headers, body);
    await on('get /quiz', get('/quiz'), get('/quiz?a=1'), get('/quiz', {}), get('/quiz', foreign));
    await on(
      'post /quiz/{question}/answer',
      ...[answer('who-signs'), answer('who-signs', json, '{"choice":"nobody"}'), answer('nothing')],
      ...[answer('who-signs', json, long), answer('who-signs', empty), answer('who-signs', { ...json, ...foreign })],
    );

    for (const [path, item] of Object.entries((await read()).paths)) {
      for (const [method, { responses }] of Object.entries(item)) {
        const operation = `${method} ${path.replace('/lab/v1', '')}`;
        const seen = [...(answered[operation] ?? [])];
        expect([operation, seen.toSorted()]).toEqual([operation, Object.keys(responses).map(Number).toSorted()]);
      }
    }
  });
});
