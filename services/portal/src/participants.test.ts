import { describe, expect, it, vi } from 'vitest';
import { apiOperations } from './routes/api.ts';
import { virtualMachine } from './testing/fake-lab.ts';
import { ANA, BEN, guidOf } from './testing/fake-places.ts';
import { bearer, fakeLabApi, type Headers } from './testing/lab-api.ts';

const { lab, fake, fabric, ask, get, post, open, fromPage } = fakeLabApi({ room: true, places: [ANA, BEN] });
const JSON_TYPE = { 'content-type': 'application/json' };

const signIn = (body: object, headers: Headers = {}) =>
  post('/session', { ...fromPage(), ...JSON_TYPE, ...headers }, JSON.stringify(body));

/** What the page of a participant sends. */
async function pageOf(participant: string): Promise<Headers> {
  const { headers } = await signIn({ code: lab.door.signIn.codeOf(participant) });
  return { ...fromPage(), ...JSON_TYPE, cookie: String(headers['set-cookie']).split(';')[0] ?? '' };
}

describe('a participant', () => {
  it('may ask for what an operation says is theirs, and for nothing else', async () => {
    const page = await pageOf('ana');
    const open: string[] = [];
    for (const { method, path, access, participants } of apiOperations(lab)) {
      const asked = `/lab/v1${path.replace('{name}', 'app').replaceAll(/\{\w+\}/g, 'x')}`;
      if (access === 'open') continue;
      if (participants) {
        open.push(`${method} ${path}: ${participants}`);
        continue;
      }
      const { status, json } = await ask(
        method.toUpperCase(),
        asked,
        page,
        ['get', 'delete'].includes(method) ? undefined : '{}',
      );
      expect([method, path, status, json?.error?.code]).toEqual([method, path, 403, 'TrainersOnly']);
    }
    expect(fabric.called).toEqual([]);
    // Each of these was opened on purpose. What is `own part` has a test below that it is.
    expect(open.toSorted()).toEqual([
      'delete /exercises/{id}: own part',
      'get /access: own part',
      'get /clock: all',
      'get /events/stream: own part',
      'get /events: own part',
      'get /exercises: own part',
      'get /faults: all',
      'get /flows/{id}/mermaid: own part',
      'get /flows/{id}: own part',
      'get /flows: own part',
      'get /isolation: own part',
      'get /quiz: own part',
      'get /resources: own part',
      'get /tokens/flaws: all',
      'get /topology: all',
      'get /workloads/{name}/source: own workload',
      'get /workloads: own part',
      'post /azure: own part',
      'post /exercises/{id}/check: own part',
      'post /exercises/{id}/start: own part',
      'post /isolation/probes: own part',
      'post /participants/{name}/reset: own part',
      'post /quiz/{question}/answer: own part',
      'post /tokens/inspect: own part',
      'post /tokens: own part',
      'post /workloads/{name}/requests: own workload',
      'post /workloads/{name}/run: own workload',
    ]);
  });

  it('is refused before what they sent is read', async () => {
    const { status, json } = await post('/faults', await pageOf('ana'), '{');
    expect([status, json?.error?.code]).toEqual([403, 'TrainersOnly']);
  });

  it('has the events of their machine, their identities, their vault and their group, and no others', async () => {
    fake.happened('imds', { virtualMachine: 'vm-app01', path: '/by-machine' });
    fake.happened('entra', { clientId: 'client-of-ana', path: '/by-client' });
    fake.happened('keyvault', { principalId: 'identity-of-ana', path: '/by-principal' });
    fake.happened('keyvault', { host: 'kv-ana.vault.azure.net:443', path: '/to-the-vault' });
    fake.happened('arm', { path: `${ANA.resourceGroupId.toUpperCase()}/providers/x` });
    fake.happened('imds', { virtualMachine: 'vm-app02', path: '/of-ben' });
    fake.happened('arm', { path: `${ANA.resourceGroupId}2/providers/x` });
    fake.happened('blob', { principalId: 'identity-of-ben', host: 'stlab.blob.core.windows.net', path: '/of-ben' });
    fake.happened('imds', { path: '/of-nobody' });
    const pathsOf = async (page: Headers) =>
      ((await get('/events', page)).json.events as { path: string }[]).map(({ path }) => path).toSorted();
    expect(await pathsOf(await pageOf('ana'))).toEqual(
      [
        '/by-client',
        '/by-machine',
        '/by-principal',
        '/to-the-vault',
        `${ANA.resourceGroupId.toUpperCase()}/providers/x`,
      ].toSorted(),
    );
    expect(await pathsOf(await pageOf('ben'))).toEqual(['/of-ben', '/of-ben']);
    expect(await pathsOf(bearer)).toHaveLength(9);
  });

  it('has the flows that they have a part in, and of these what is theirs', async () => {
    const at = (ms: number) => new Date(1_767_225_700_000 + ms).toISOString();
    const clientRequestId = '00000000-0000-4000-8000-000000000001';
    // Ben gives his request the id of one of Ana's, which makes one flow of the two.
    fake.happened('keyvault', { at: at(0), clientRequestId, caller: 'vm-app01', path: '/flow-of-ana' });
    fake.happened('entra', { at: at(1), clientRequestId, caller: 'keyvault', path: '/keys' });
    fake.happened('entra', { at: at(2), clientRequestId, caller: 'imds', clientId: 'client-of-ana', path: '/token' });
    fake.happened('keyvault', { at: at(3), clientRequestId, caller: 'vm-app02', path: '/flow-of-ben' });
    const page = await pageOf('ben');
    const all = (await get('/flows?limit=500')).json.flows as { id: string; steps: number }[];
    const joined = all.find(({ steps }) => steps === 4);
    const pathsOf = async (asked: Headers) => {
      const { steps } = (await get(`/flows/${joined?.id}`, asked)).json as { steps: { event: { path: string } }[] };
      return steps.map(({ event }) => event.path).toSorted();
    };
    expect(await pathsOf(bearer)).toEqual(['/flow-of-ana', '/flow-of-ben', '/keys', '/token']);
    expect(await pathsOf(page)).toEqual(['/flow-of-ben', '/keys']);
    expect(await pathsOf(await pageOf('ana'))).toEqual(['/flow-of-ana', '/keys', '/token']);
    expect((await get(`/flows/${joined?.id}/mermaid`, page)).text).not.toContain('vm-app01');
    const own = (await get('/flows?limit=500', page)).json.flows as { id: string }[];
    expect(own.length).toBeLessThan(all.length);
    const foreign = all.find(({ id }) => !own.some((one) => one.id === id));
    expect((await get(`/flows/${foreign?.id}`, page)).status).toBe(404);
  });

  it('is told the same of what happens', async () => {
    const [res] = await new Promise<[import('node:http').IncomingMessage]>((resolve, reject) => {
      pageOf('ana').then((page) => {
        open('GET', '/lab/v1/events/stream?since=e30', page).once('response', (answer) => resolve([answer]));
      }, reject);
    });
    const told: string[] = [];
    for await (const chunk of res) {
      for (const [, path] of String(chunk).matchAll(/"path":"([^"]*)"/g)) told.push(path ?? '');
      if (told.length > 0 && String(chunk).includes('vm-app01')) {
        // Another of theirs ends it; Ben's comes before.
        if (told.includes('/last')) break;
        fake.happened('imds', { virtualMachine: 'vm-app02', path: '/of-ben' });
        fake.happened('imds', { virtualMachine: 'vm-app01', path: '/last' });
      }
    }
    expect(told).toContain('/by-machine');
    expect(told).not.toContain('/of-ben');
  });

  it('forges tokens of their own identities, wrong in a classic way or not at all, and no others', async () => {
    const page = await pageOf('ana');
    const forge = (wish: object) =>
      post('/tokens', page, JSON.stringify({ audience: 'https://vault.azure.net', ...wish }));
    fabric.answers.entra = { status: 200, body: { token: 'a.b.c', header: {}, claims: {} } };
    const own = { principalId: guidOf('ana') };
    for (const wish of [own, { ...own, flaw: 'alg-none' }]) expect((await forge(wish)).status).toBe(200);
    const asked = fabric.called.length;
    for (const wish of [
      { principalId: guidOf('ben') },
      { principal: guidOf('ana') },
      { principal: 'contoso/operator' },
      { ...own, claims: { oid: guidOf('ben') } },
      { ...own, tamperedClaims: { oid: guidOf('ben') } },
      { ...own, lifetime: { expires: 1_000_000 } },
      { ...own, removeClaims: ['tid'] },
      { ...own, header: { kid: 'x' } },
      { ...own, signWith: 'foreign' },
    ]) {
      const { status, json } = await forge(wish);
      expect([wish, status, json?.error?.code]).toEqual([wish, 403, 'OwnIdentitiesOnly']);
    }
    expect(fabric.called).toHaveLength(asked);
  });

  it('is told what their own vault and account say to a token, and of no others that there are any', async () => {
    const claims = Buffer.from(JSON.stringify({ tid: ANA.tenantId })).toString('base64url');
    const report = (resource: string) => ({ resource, audience: 'https://x', checks: [], accepted: true });
    const reports = (...names: string[]) => ({ status: 200, body: { reports: names.map(report) } });
    const { resource: _, ...general } = report('');
    fabric.answers = {
      arm: {
        status: 200,
        body: { resources: [{ kind: 'tenant', id: 't', tenantId: ANA.tenantId, name: 'contoso' }], reports: [general] },
      },
      keyvault: reports('kv-ana', 'kv-ben', 'stana'),
      blob: reports('stana', 'stben'),
    };
    const named = async (page: Headers) => {
      const { json } = await post('/tokens/inspect', page, JSON.stringify({ token: `e30.${claims}.` }));
      return (json.services as { service: string; resource?: string }[]).map(({ service, resource }) => [
        service,
        resource,
      ]);
    };
    expect(await named(await pageOf('ana'))).toEqual([
      ['keyvault', 'kv-ana'],
      ['blob', 'stana'],
      ['arm', undefined],
    ]);
    expect(await named({ ...bearer, ...JSON_TYPE })).toHaveLength(6);
  });

  it('has few streams, so that others have some too', async () => {
    const page = await pageOf('ben');
    const watching = Array.from({ length: 3 }, () =>
      lab.streams.watch({
        positions: undefined,
        filter: {},
        watcher: { event() {}, settled() {}, ended() {} },
        viewer: { name: 'ben', sees: () => true },
      }),
    );
    expect((await get('/events/stream', page)).status).toBe(429);
    expect((await ask('HEAD', '/lab/v1/events/stream', await pageOf('ana'))).status).toBe(200);
    for (const stop of watching) stop();
  });

  it('sees their own workloads, and the one that is nobody’s', async () => {
    const all = ['app', 'app02', 'outsider'].map(virtualMachine);
    Object.assign(lab.workloads, { list: async () => all });
    const names = async (page: Headers) =>
      ((await get('/workloads', page)).json.workloads as { name: string }[]).map(({ name }) => name);
    expect(await names(await pageOf('ana'))).toEqual(['app', 'outsider']);
    expect(await names(bearer)).toContain('app02');
  });

  it('runs the program on their own machine, and knows nothing of others', async () => {
    const page = await pageOf('ana');
    expect((await post('/workloads/app/run', page, '{}')).status).toBe(200);
    for (const name of ['app02', 'nobody']) {
      const { status, json } = await post(`/workloads/${name}/run`, page, '{}');
      expect([name, status, json?.error?.code]).toEqual([name, 404, 'WorkloadNotFound']);
    }
  });

  it('acts in Azure as themselves, whichever operator they name', async () => {
    fabric.answers = {
      'entra POST /forge': { status: 200, body: { token: 'a.b.c', header: {}, claims: {} } },
      arm: { status: 403, body: { error: { code: 'AuthorizationFailed', message: 'No.' } } },
    };
    const request = JSON.stringify({ method: 'GET', path: '/subscriptions?api-version=2022-12-01', tenant: 'contoso' });
    const { json } = await post('/azure', await pageOf('ana'), request);
    expect(json.status).toBe(403);
    expect(fabric.called[0]).toContain('"principalId":"operator-of-ana"');
  });

  it('sees who may do something with what is theirs, as far as those are theirs', async () => {
    const page = await pageOf('ana');
    const of = (place: typeof ANA) => get(`/access?action=a&resourceId=${place.resourceGroupId}`, page);
    const identity = (principalId: string) => ({ kind: 'servicePrincipal', id: principalId, principalId });
    const decision = { operation: 'a', resourceId: 'x', grantedBy: null, considered: [] };
    const judged = (principalId: string) => ({ principalId, allowed: false, reason: 'notGranted', decision });
    const resources = [identity('identity-of-ana'), identity('identity-of-ben')];
    fabric.answers = {
      arm: { status: 200, body: { resources: [] } },
      'arm GET /resources?kind=servicePrincipal': { status: 200, body: { resources } },
      entra: { status: 200, body: { resources: [] } },
      'arm POST /access': {
        status: 200,
        body: { principals: ['identity-of-ana', 'identity-of-ben', 'gone'].map(judged) },
      },
    };
    const shown = (await of(ANA)).json.principals.map((one: { principalId: string }) => one.principalId);
    expect(shown).toEqual(['identity-of-ana', 'gone']);
    fabric.called = [];
    expect((await of(BEN)).json.error?.code).toBe('ResourceNotFound');
    expect(fabric.called).toEqual([]);
  });

  it('works on exercises of their own', async () => {
    const page = await pageOf('ana');
    const asked = ['list', 'start', 'check', 'reset'] as const;
    const spies = asked.map((name) => vi.spyOn(lab.exercises, name).mockRejectedValue(new Error('asked')));
    await get('/exercises', page);
    await post('/exercises/claims/start', page, '{}');
    await post('/exercises/claims/check', page, '{}');
    await ask('DELETE', '/lab/v1/exercises/claims', page);
    expect(spies.map(({ mock }) => mock.calls[0]?.[0])).toEqual(['ana', 'ana', 'ana', 'ana']);
    for (const spy of spies) spy.mockRestore();
  });

  it('sees what lies in their group and who is there, and nothing of others', async () => {
    const group = (place: typeof ANA) => [
      { kind: 'resourceGroup', id: place.resourceGroupId },
      { kind: 'vault', id: `${place.resourceGroupId}/providers/Microsoft.KeyVault/vaults/kv` },
      {
        kind: 'servicePrincipal',
        id: `identity-of-${place.participant}`,
        principalId: `identity-of-${place.participant}`,
      },
      {
        kind: 'roleAssignment',
        id: `/subscriptions/other/${place.participant}`,
        principalId: `identity-of-${place.participant}`,
      },
    ];
    const shared = [
      { kind: 'tenant', id: ANA.tenantId, tenantId: ANA.tenantId },
      { kind: 'subscription', id: `/subscriptions/${ANA.subscriptionId}`, subscriptionId: ANA.subscriptionId },
    ];
    const others = [
      { kind: 'tenant', id: 'other', tenantId: 'other' },
      { kind: 'subscription', id: '/subscriptions/other', subscriptionId: 'other' },
      { kind: 'vault', id: '/subscriptions/other/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv-lab' },
    ];
    const none = { status: 200, body: { resources: [] } };
    const arm = { status: 200, body: { resources: [...group(ANA), ...group(BEN), ...shared, ...others] } };
    fabric.answers = { arm, entra: none, keyvault: none, blob: none };
    expect((await get('/resources', await pageOf('ana'))).json.resources).toEqual([...group(ANA), ...shared]);
    expect((await get('/resources')).json.resources).toHaveLength(13);
  });

  it('is refused all of it where their place is no more', async () => {
    const page = await pageOf('ana');
    const { find } = lab.places;
    Object.assign(lab.places, { find: async () => undefined });
    try {
      const { status, json } = await get('/events', page);
      expect([status, json?.error?.code]).toEqual([403, 'NoPlace']);
    } finally {
      Object.assign(lab.places, { find });
    }
  });
});

describe('in a room', () => {
  it('nobody has a session but who has a code', async () => {
    expect((await ask('GET', '/')).headers['set-cookie']).toBeUndefined();
    const { status, json, headers } = await signIn({});
    expect([status, json?.error?.code, headers['set-cookie']]).toEqual([401, 'CodeNeeded', undefined]);
    expect((await get('/session', fromPage())).json).toEqual({ role: 'none' });
  });

  it('nothing happens without one', async () => {
    for (const [method, path] of [
      ['GET', '/events'],
      ['GET', '/workloads'],
      ['POST', '/workloads/app/run'],
      ['POST', '/reset'],
    ] as const) {
      const answer = await ask(method, `/lab/v1${path}`, { ...fromPage(), ...JSON_TYPE });
      expect([path, answer.status, answer.json?.error?.code]).toEqual([path, 401, 'Unauthenticated']);
    }
    expect((await get('/health', {})).status).toBe(200);
  });

  it('the token of the lab makes a trainer', async () => {
    const answer = await signIn({ code: bearer.authorization.slice('Bearer '.length) });
    expect(answer.json).toEqual({ role: 'trainer' });
    const cookie = String(answer.headers['set-cookie']).split(';')[0] ?? '';
    expect((await get('/events', { cookie })).status).toBe(200);
  });

  it('the code of a participant makes that participant, however it is typed', async () => {
    const code = lab.door.signIn.codeOf('ben');
    for (const typed of [code, ` ${code.toUpperCase()} `, code.replace('-', '')]) {
      expect((await signIn({ code: typed })).json).toEqual({ role: 'participant', participant: 'ben' });
    }
    expect((await get('/session', await pageOf('ben'))).json).toEqual({ role: 'participant', participant: 'ben' });
  });

  it('a participant who signs in a hundred times ends nobody else’s session', async () => {
    const page = await pageOf('ana');
    for (let times = 0; times < 101; times += 1) lab.door.sessions.open({ role: 'participant', participant: 'ben' });
    expect((await get('/session', page)).json).toEqual({ role: 'participant', participant: 'ana' });
  });
});
