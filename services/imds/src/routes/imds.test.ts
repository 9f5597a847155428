import { connect } from 'node:net';
import { fixedClock } from '@lab/shared/clock.ts';
import { recentEvents } from '@lab/shared/events.ts';
import { silentLog } from '@lab/shared/log.ts';
import { strictFaults } from '@lab/shared/testing/strict-faults.ts';
import { expect, it, vi } from 'vitest';
import { vmApp } from '../apps.ts';
import { API_VERSIONS } from '../domain/api-versions.ts';
import { temporarilyUnavailable } from '../domain/failures.ts';
import { imdsFaults } from '../domain/faults.ts';
import { type TokenCache, tokenCache } from '../domain/token-cache.ts';
import type { VirtualMachine } from '../domain/virtual-machine.ts';
import { type Ask, identity, issued, serving, system, user, virtualMachine } from '../testing.ts';
import type { IssueToken } from '../upstream/entra.ts';
import { tokensFrom } from './tokens.ts';

const clock = fixedClock();
const VAULT = 'https://vault.azure.net';
const TOKEN = '/metadata/identity/oauth2/token';
const VERSION = 'api-version=2018-02-01';
const WHOLE = `${TOKEN}?${VERSION}&resource=${encodeURIComponent(VAULT)}`;
const METADATA = { Metadata: 'true' };
const BAD_VERSION = {
  error:
    'Bad request. api-version is invalid or was not specified in the request. For more information refer to aka.ms/azureimds',
  'newest-versions': ['2025-04-07', '2024-07-17', '2024-03-15'],
};

type Lab = { ask: Ask; port: number; issueToken: ReturnType<typeof vi.fn<IssueToken>>; cache: TokenCache };

/** IMDS for these machines, with an Entra that issues whatever it is asked for. */
function imds<T>(
  use: (lab: Lab & { events: ReturnType<typeof recentEvents> }) => Promise<T>,
  {
    machines = [virtualMachine()],
    former = [],
    isSynced = true,
  }: { machines?: VirtualMachine[]; former?: VirtualMachine[]; isSynced?: boolean } = {},
): Promise<T> {
  const issueToken = vi.fn<IssueToken>(async () => issued(clock.now()));
  const events = recentEvents('imds');
  const cache = tokenCache(clock);
  const tokens = tokensFrom(cache, issueToken, silentLog);
  const dependencies = {
    machines: { all: () => machines, former: () => former },
    isSynced: () => isSynced,
    tokens,
    events,
    faults: strictFaults(imdsFaults('imds')),
    clock,
  };
  const app = vmApp({ ...dependencies, log: silentLog });
  return serving(app, (ask, port) => use({ ask, port, issueToken, cache, events }));
}

/** Sends raw bytes and gives all that comes back until the connection ends. */
const raw = (port: number, bytes: string): Promise<string> =>
  new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.on('close', () => resolve(text));
    socket.on('error', reject);
  });

it('answers a token request with every member as a text, in the order of the service', () =>
  imds(async ({ ask }) => {
    const { status, headers, text } = await ask(WHOLE, { headers: METADATA });
    expect(status).toBe(200);
    expect(text).toBe(
      `{"access_token":"header.payload.signature","client_id":"${system.clientId}","expires_in":"86400",` +
        `"expires_on":"${clock.now() + 86_400}","ext_expires_in":"86400","not_before":"${clock.now()}",` +
        `"resource":"${VAULT}","token_type":"Bearer"}`,
    );
    expect(headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'content-length': String(text.length),
      server: expect.stringMatching(/^IMDS\/150\.870\.65\.\d+$/),
      'x-ms-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
      date: expect.any(String),
    });
    expect(headers).not.toHaveProperty('transfer-encoding');
    expect(headers).not.toHaveProperty('x-powered-by');
    expect(headers).not.toHaveProperty('etag');
  }));

it('answers a second request with the same token and a smaller expires_in', () =>
  imds(async ({ ask, issueToken }) => {
    const first = await ask(WHOLE, { headers: METADATA });
    clock.advance(100);
    const second = await ask(WHOLE, { headers: METADATA });
    expect(second.json).toEqual({ ...first.json, expires_in: '86300', ext_expires_in: '86300' });
    expect(issueToken).toHaveBeenCalledTimes(1);
  }));

it('asks entra once for a hundred simultaneous first callers', () =>
  imds(async ({ ask, issueToken }) => {
    const answers = await Promise.all(Array.from({ length: 100 }, () => ask(WHOLE, { headers: METADATA })));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(issueToken).toHaveBeenCalledTimes(1);
  }));

it('asks entra for the tenant of the machine and the audience exactly as asked', () =>
  imds(async ({ ask, issueToken }) => {
    await ask(`${TOKEN}?${VERSION}&resource=https://vault.azure.net/`, { headers: METADATA });
    const { tenantId, resourceId: hostResourceId } = virtualMachine();
    const audience = `${VAULT}/`;
    expect(issueToken).toHaveBeenCalledWith({ tenantId, clientId: system.clientId, audience, hostResourceId });
  }));

it.each([
  ['client_id', user.clientId, {}],
  ['object_id', user.principalId.toUpperCase(), { object_id: user.principalId.toUpperCase() }],
  ['principal_id', user.principalId, { object_id: user.principalId }],
  ['msi_res_id', user.resourceId.toUpperCase(), { msi_res_id: user.resourceId.toUpperCase() }],
  ['mi_res_id', user.resourceId, { msi_res_id: user.resourceId }],
])('echoes the selector that was sent, and no other: %s', (name, value, echo) =>
  imds(async ({ ask }) => {
    const { json } = await ask(`${WHOLE}&${name}=${encodeURIComponent(value)}`, { headers: METADATA });
    const { client_id, object_id, msi_res_id } = json;
    const expected = { client_id: user.clientId, object_id: undefined, msi_res_id: undefined, ...echo };
    expect({ client_id, object_id, msi_res_id }).toEqual(expected);
  }),
);

it('asks for a new token with bypass_cache=true', () =>
  imds(async ({ ask, issueToken }) => {
    await ask(WHOLE, { headers: METADATA });
    await ask(`${WHOLE}&bypass_cache=false`, { headers: METADATA });
    expect(issueToken).toHaveBeenCalledTimes(1);
    await ask(`${WHOLE}&bypass_cache=true`, { headers: METADATA });
    expect(issueToken).toHaveBeenCalledTimes(2);
  }));

it.each([
  ['a leading empty segment', `/${WHOLE}`],
  ['a slash before the query', WHOLE.replace('?', '/?')],
  ['upper case', WHOLE.replace(TOKEN, TOKEN.toUpperCase())],
  ['an encoded hyphen in the name of the version', WHOLE.replace('api-version', 'api%2Dversion')],
  ['names in another case', WHOLE.replace('api-version', 'API-Version').replace('resource', 'Resource')],
  ['names that nobody knows', `${WHOLE}&something=else`],
  ['an authority', `${WHOLE}&authority=https%3A%2F%2Flogin.example.com`],
])('understands a token request with %s', (_, path) =>
  imds(async ({ ask }) => expect((await ask(path, { headers: METADATA })).status).toBe(200)),
);

it('understands a GET that announces a form and has no body', () =>
  imds(async ({ ask }) => {
    const headers = { ...METADATA, 'Content-Type': 'application/x-www-form-urlencoded;charset=utf-8' };
    expect((await ask(WHOLE, { headers })).status).toBe(200);
  }));

it('refuses a peer that is not one of the virtual machines, whatever it asks for, and hangs up', () =>
  imds(
    async ({ ask, issueToken, events }) => {
      for (const path of [WHOLE, '/metadata/identity/info', '/metadata/instance', '/metadata/versions', '/nothing']) {
        const { status, headers, text } = await ask(path, { headers: METADATA });
        expect([status, headers.connection]).toEqual([403, 'close']);
        expect(text).toMatch(/^\{"error":/);
        expect(text).not.toMatch(/Identity not found|unreachable/);
      }
      expect(issueToken).not.toHaveBeenCalled();
      expect(events.since(0)[0]).toMatchObject({
        status: 403,
        errorCode: 'forbidden',
        checks: [{ check: 'source address', outcome: 'failed' }],
      });
    },
    { machines: [virtualMachine({ sourceAddress: '169.254.169.250' })] },
  ));

it('tells a virtual machine that was deleted that it has no identity, and refuses it everything else', () =>
  imds(
    async ({ ask, issueToken }) => {
      for (const path of [WHOLE, `${WHOLE}&client_id=${system.clientId}`, `/metadata/identity/info?${VERSION}`]) {
        const { status, text } = await ask(path, { headers: METADATA });
        expect([status, text]).toEqual([400, '{"error":"invalid_request","error_description":"Identity not found"}']);
      }
      expect((await ask(WHOLE)).json.error_description).toBe('Required metadata header not specified');
      for (const path of [`/metadata/instance?api-version=2021-02-01`, '/metadata/versions', '/nothing']) {
        expect((await ask(path, { headers: METADATA })).status).toBe(403);
      }
      expect(issueToken).not.toHaveBeenCalled();
    },
    { machines: [], former: [virtualMachine({ identities: [] })] },
  ));

it('answers no second request on the connection of a peer that it refused', () =>
  imds(
    async ({ port }) => {
      const head = `GET ${WHOLE} HTTP/1.1\r\nHost: 169.254.169.254\r\nMetadata: true\r\n`;
      expect((await raw(port, `${head}\r\n${head}Connection: close\r\n\r\n`)).match(/HTTP\/1\.1/g)).toHaveLength(1);
    },
    { machines: [virtualMachine({ sourceAddress: '169.254.169.250' })] },
  ));

it('answers that it is not available until it knows the virtual machines', () =>
  imds(async ({ ask }) => expect((await ask(WHOLE, { headers: METADATA })).status).toBe(503), {
    machines: [],
    isSynced: false,
  }));

it.each([
  [
    'a token',
    `${TOKEN}`,
    '{"error":"invalid_request","error_description":"Required metadata header not specified"}',
    88,
  ],
  ['a whole token request', WHOLE, expect.not.stringContaining('Identity not found'), 88],
  ['the instance', '/metadata/instance', '{"error":"Bad request. Required metadata header not specified"}', 63],
  ['versions', '/metadata/versions', '{"error":"Bad request. Required metadata header not specified"}', 63],
])('refuses a request without the Metadata header for %s, to the byte', (_, path, body, length) =>
  imds(async ({ ask, issueToken }) => {
    for (const headers of [{}, { Metadata: 'True' }, { Metadata: '' }, { Metadata: ['true', 'true'] }]) {
      const answer = await ask(path, { headers: headers as Record<string, string> });
      expect(answer.status).toBe(400);
      expect(answer.text).toEqual(body);
      expect(answer.headers['content-length']).toBe(String(length));
    }
    expect(issueToken).not.toHaveBeenCalled();
  }),
);

it.each([
  ['an unknown path comes before all else', '/metadata/identity/getplatformmetadata?cred-api-version=2.0', 404],
  ['so does one outside of the identity paths', '/metadata/attested/document', 404],
  ['so does one below the instance', '/metadata/instance/compute/nothing', 404],
  ['so does the root', '/', 404],
])('checks in order: %s', (_, path, status) =>
  imds(async ({ ask }) => {
    for (const method of ['GET', 'POST']) {
      const answer = await ask(path, { method, headers: { 'X-Forwarded-For': '10.0.0.1' } });
      expect([answer.status, answer.text]).toEqual([status, '{"error":"not_found"}']);
    }
  }),
);

it.each([
  ['X-Forwarded-For before the method', 'POST', { 'X-Forwarded-For': '10.0.0.1' }, TOKEN, 400, 'bad_request'],
  ['an empty X-Forwarded-For', 'GET', { ...METADATA, 'X-Forwarded-For': '' }, WHOLE, 400, 'bad_request'],
  ['the method before the header', 'POST', {}, TOKEN, 405, 'method_not_allowed'],
  ['the header before repeated names', 'GET', {}, `${TOKEN}?a=1&a=2`, 400, 'invalid_request'],
  ['repeated names before the version', 'GET', METADATA, `${TOKEN}?a=1&A=2`, 400, 'invalid_request'],
  ['the version before the resource', 'GET', METADATA, TOKEN, 400, BAD_VERSION.error],
  ['the resource before the identity', 'GET', METADATA, `${TOKEN}?${VERSION}&client_id=x`, 400, 'invalid_request'],
])('checks in order: %s', (_, method, headers, path, status, error) =>
  imds(async ({ ask }) => {
    const answer = await ask(path, { method, headers });
    expect([answer.status, answer.json.error]).toEqual([status, error]);
  }),
);

it('refuses a request that was forwarded', () =>
  imds(async ({ ask, issueToken }) => {
    const headers = { ...METADATA, 'X-Forwarded-For': '169.254.169.250' };
    const token = await ask(WHOLE, { headers });
    expect([token.status, token.text]).toEqual([400, expect.stringContaining('"error_description":"Bad request')]);
    const instance = await ask('/metadata/instance?api-version=2021-02-01', { headers });
    expect([instance.status, instance.text]).toEqual([400, expect.stringMatching(/^\{"error":"Bad request/)]);
    expect(issueToken).not.toHaveBeenCalled();
  }));

it.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD', 'PROPFIND'])('does not allow %s', (method) =>
  imds(async ({ ask }) => {
    for (const path of [WHOLE, '/metadata/identity/info', '/metadata/instance', '/metadata/versions']) {
      const { status, text, headers } = await ask(path, { method, headers: METADATA });
      expect([status, text]).toEqual([405, method === 'HEAD' ? '' : '{"error":"method_not_allowed"}']);
      expect(headers.allow).toBe('GET');
    }
  }),
);

it.each([
  ['no version', TOKEN],
  ['a version that never was', `${TOKEN}?api-version=2018-02-02&resource=x`],
  ['a version before the identity endpoint', `${TOKEN}?api-version=2017-12-01&resource=x`],
  ['no version of the instance', '/metadata/instance'],
  ['a version before the instance', '/metadata/instance?api-version=2017-03-01'],
])('names the newest versions for %s', (_, path) =>
  imds(async ({ ask }) => {
    const { status, json } = await ask(path, { headers: METADATA });
    expect([status, json]).toEqual([400, BAD_VERSION]);
  }),
);

it.each([
  ['no resource', [system], VERSION, "Required query variable 'resource' is missing"],
  ['an empty resource', [system], `${VERSION}&resource=`, "Required query variable 'resource' is missing"],
  ['a resource twice', [system], `${VERSION}&resource=a&resource=b`, expect.stringContaining("'resource'")],
  [
    'a resource twice in two cases',
    [system],
    `${VERSION}&resource=a&RESOURCE=a`,
    expect.stringContaining("'resource'"),
  ],
  ['an identity of nobody', [system], `${VERSION}&resource=a&client_id=nobody`, 'Identity not found'],
  ['a machine without identities', [], `${VERSION}&resource=a`, 'Identity not found'],
  ['too many to choose from', [user, identity(3)], `${VERSION}&resource=a`, expect.stringMatching(/^Multiple user/)],
  ['two selectors', [user], `${VERSION}&resource=a&client_id=a&object_id=b`, expect.stringContaining('exclusive')],
])('refuses %s', (_, identities, query, error_description) =>
  imds(
    async ({ ask }) => {
      const { status, json } = await ask(`${TOKEN}?${query}`, { headers: METADATA });
      expect([status, json]).toEqual([400, { error: 'invalid_request', error_description }]);
    },
    { machines: [virtualMachine({ identities })] },
  ),
);

it('refuses an unknown identity with 68 bytes', () =>
  imds(async ({ ask }) => {
    const { headers } = await ask(`${WHOLE}&client_id=nobody`, { headers: METADATA });
    expect(headers['content-length']).toBe('68');
  }));

it('passes a failure on in the shape of identity paths', () =>
  imds(async ({ ask, issueToken }) => {
    issueToken.mockRejectedValue(temporarilyUnavailable('entra cannot be reached'));
    const { status, json } = await ask(WHOLE, { headers: METADATA });
    expect([status, json.error]).toEqual([503, 'service_unavailable']);
    expect(json.error_description).not.toContain('entra cannot be reached');
  }));

it('answers what it did not foresee with 500 and none of it', () =>
  imds(async ({ ask, issueToken }) => {
    issueToken.mockRejectedValue(new TypeError('header.payload.signature of undefined'));
    const { status, text } = await ask(WHOLE, { headers: METADATA });
    expect([status, text]).toEqual([500, '{"error":"server_error","error_description":"An internal error occurred."}']);
  }));

it('tells the tenant, and to a machine without identities that it has none', async () => {
  const path = `/metadata/identity/info?${VERSION}`;
  const { tenantId } = virtualMachine();
  await imds(async ({ ask }) =>
    expect((await ask(path, { headers: METADATA })).text).toBe(`{"tenantId":"${tenantId}"}`),
  );
  await imds(
    async ({ ask }) =>
      expect((await ask(path, { headers: METADATA })).json.error_description).toBe('Identity not found'),
    { machines: [virtualMachine({ identities: [] })] },
  );
});

it('shows the instance, its parts and its leaves', () =>
  imds(async ({ ask }) => {
    const get = (path: string) => ask(`/metadata/instance${path}`, { headers: METADATA });
    const version = 'api-version=2021-02-01';
    const { compute, network } = (await get(`?${version}`)).json;
    expect(compute).toMatchObject({ name: 'vm-app01', location: 'westeurope', securityProfile: { securityType: '' } });
    expect(network).toMatchObject({ interface: [{ macAddress: '000D3AF806EC' }] });
    expect((await get(`/compute/?${version}`)).json).toEqual(compute);

    const leaf = await get(`/compute/location?${version}&format=text`);
    expect([leaf.status, leaf.text, leaf.headers['content-type']]).toEqual([
      200,
      'westeurope',
      'text/plain; charset=utf-8',
    ]);
    expect((await get(`/compute/location?${version}`)).json.error).toMatch(/^Bad request/);
    expect((await get(`/network/interface/0?${version}&format=text`)).text).toBe('ipv4/\nipv6/\nmacAddress');
    for (const unknown of [
      '/compute/nothing',
      '/network/interface/1',
      '/compute/location/x',
      '/a%2Fb',
      '/constructor',
    ]) {
      expect((await get(`${unknown}?${version}`)).status).toBe(404);
    }
    expect((await get(`/%zz?${version}`)).status).toBe(400);
  }));

it('lists its versions without being asked for one', () =>
  imds(async ({ ask }) => {
    const { json } = await ask('/metadata/versions', { headers: METADATA });
    expect(json).toEqual({ apiVersions: API_VERSIONS });
    expect(API_VERSIONS).toHaveLength(35);
  }));

it('answers before a body has come, and does not read on', () =>
  imds(async ({ port }) => {
    const head = `GET ${WHOLE} HTTP/1.1\r\nHost: x\r\nMetadata: true\r\n`;
    expect(await raw(port, `${head}Content-Length: 1000000\r\n\r\nabc`)).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(await raw(port, `${head}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n`)).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  }));

it('does not answer 304 to a condition', () =>
  imds(async ({ ask }) => {
    const { status } = await ask(WHOLE, { headers: { ...METADATA, 'If-None-Match': '*' } });
    expect(status).toBe(200);
  }));

it('records who asked for what, which checks were made and where the token came from, and never the token', () =>
  imds(async ({ ask, events }) => {
    await ask(WHOLE, { headers: { ...METADATA, 'x-ms-client-request-id': 'request-1' } });
    await ask(WHOLE, { headers: METADATA });
    await ask(`${WHOLE}&client_id=nobody`, { headers: METADATA });
    const [first, second, third] = events.since(0);
    const checks = [
      'source address',
      'x-forwarded-for',
      'method',
      'metadata header',
      'query',
      'api-version',
      'resource',
    ];
    expect(first).toMatchObject({
      operation: 'GetManagedIdentityToken',
      virtualMachine: 'vm-app01',
      clientId: system.clientId,
      principalId: system.principalId,
      audience: VAULT,
      tokenId: 'uti-1',
      clientRequestId: 'request-1',
      note: 'asked entra',
      checks: [...checks, 'identity'].map((check) => ({ check, outcome: 'passed' })),
    });
    expect(second?.note).toBe('answered from the cache');
    expect(third).toMatchObject({ status: 400, errorCode: 'invalid_request' });
    expect(third?.checks?.at(-1)).toEqual({ check: 'identity', outcome: 'failed', reason: 'Identity not found' });
    expect(JSON.stringify(events.since(0))).not.toContain('header.payload.signature');
  }));
