import type { Router } from 'express';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { publicRoutes } from './apps.ts';
import {
  FOREIGN_SUBSCRIPTION,
  failure,
  GROUP,
  OTHER_TENANT,
  OWNER,
  STRANGER,
  SUBSCRIPTION,
  startTestArm,
  TENANT,
  type TestArm,
} from './testing.ts';

let arm: TestArm;
beforeEach(async () => {
  arm = await startTestArm();
});
afterEach(() => arm.close());

/** What everybody may ask who is authenticated: about itself, or what is the same for all. */
const OPEN = ['GET /tenants', 'GET /subscriptions', 'GET /providers', 'GET /providers/:namespace'];

/** Every route that is mounted, as `METHOD path`; of routers in routers too. */
const mounted = (routers: readonly Router[] = publicRoutes(arm.parts)): string[] =>
  routers.flatMap(({ stack }) =>
    stack.flatMap(({ route, handle }) =>
      route
        ? route.stack.map(({ method }) => `${method.toUpperCase()} ${String(route.path)}`)
        : mounted([handle as unknown as Router]),
    ),
  );

const [SUBSCRIPTION_ID = '', FOREIGN_ID = ''] = [SUBSCRIPTION, FOREIGN_SUBSCRIPTION].map((id) => id.split('/')[2]);

/** A request to the route, with something in every place. */
const pathOf = (route: string, subscriptionId = SUBSCRIPTION_ID): string =>
  (route.split(' ')[1] ?? '')
    .replace(/^\{?\/\{?\*scope\}?/, `/subscriptions/${subscriptionId}/resourceGroups/rg-lab`)
    .replace(':subscriptionId', subscriptionId)
    .replace(':group', 'rg-lab')
    .replaceAll(/:\w+/g, 'some-name');

const send = (route: string, path: string, as: string) => {
  const method = route.split(' ')[0] ?? '';
  return arm.ask(method, path, { as, ...(['PUT', 'PATCH', 'POST'].includes(method) && { body: {} }) });
};

describe('every route', () => {
  it('refuses a caller without a role, before it looks at what is asked', async () => {
    const routes = mounted().filter((route) => !OPEN.includes(route));
    expect(routes.length).toBeGreaterThan(40);
    for (const route of routes) {
      expect([route, failure(await send(route, pathOf(route), STRANGER))]).toEqual([route, '403 AuthorizationFailed']);
    }
  });

  it("refuses another tenant's subscription, whatever the caller's roles", async () => {
    arm.assign(OWNER, 'Owner', FOREIGN_SUBSCRIPTION);
    for (const route of mounted().filter((one) => /:subscriptionId|\*scope/.test(one))) {
      const refused = failure(await send(route, pathOf(route, FOREIGN_ID), OWNER));
      expect([route, refused]).toEqual([route, '401 InvalidAuthenticationTokenTenant']);
    }
  });

  it('answers nobody without a token', async () => {
    for (const route of mounted()) {
      const { status } = await arm.ask(route.split(' ')[0] ?? '', pathOf(route), { as: null });
      expect([route, status]).toEqual([route, 401]);
    }
  });
});

it('says to whom has no token whose tenant it needs one of', async () => {
  const challenge = async (path: string) => (await arm.ask('GET', path, { as: null })).headers['www-authenticate'];
  const login = 'authorization_uri="https://login.microsoftonline.com';
  expect(await challenge('/subscriptions')).toContain(`${login}/${TENANT}"`);
  expect(await challenge(`${FOREIGN_SUBSCRIPTION}/resourceGroups`)).toContain(`${login}/${OTHER_TENANT}"`);
});

it.each([
  ['no api-version', '/subscriptions', '', '400 MissingApiVersionParameter'],
  ['an api-version that is none', '/subscriptions', 'api-version=latest', '400 InvalidApiVersionParameter'],
  [
    'an option twice',
    '/subscriptions',
    'api-version=2024-01-01&api-version=2024-01-01',
    '400 InvalidQueryParameterValue',
  ],
  ['a hidden slash', `${SUBSCRIPTION}%2FresourceGroups/rg-lab`, 'api-version=2024-01-01', '400 BadRequest'],
  ['a hidden step up', `${GROUP}/%2e%2e/rg-lab`, 'api-version=2024-01-01', '400 BadRequest'],
  ['what cannot be decoded', `${GROUP}/%E0%A4%A`, 'api-version=2024-01-01', '400 BadRequest'],
  ['no GUID for a subscription', '/subscriptions/contoso', 'api-version=2024-01-01', '400 InvalidSubscriptionId'],
  ['$top of nothing', '/subscriptions', 'api-version=2024-01-01&$top=0', '400 InvalidQueryParameterValue'],
  [
    'a $skiptoken of its own',
    '/subscriptions',
    'api-version=2024-01-01&$skiptoken=***',
    '400 InvalidQueryParameterValue',
  ],
])('refuses %s', async (_, path, query, expected) => {
  expect(failure(await arm.ask('GET', path, { query }))).toBe(expected);
});

it('takes paths in any case, doubled slashes, one last, and an encoded name of api-version', async () => {
  for (const path of [
    GROUP.toUpperCase(),
    `/${GROUP}`,
    `${GROUP}/`,
    GROUP.replace('/resourceGroups', '//resourceGroups'),
  ]) {
    expect((await arm.ask('GET', path, { query: 'api%2Dversion=2030-01-01' })).body.id).toBe(GROUP);
  }
});

it('names the operation that it does not have', async () => {
  const missing = await arm.ask('GET', `${GROUP}/providers/Microsoft.Sql/servers/sql`);
  expect(failure(missing)).toBe('404 InvalidResourceType');
  expect(missing.body.error.message).toContain(`GET ${GROUP}/providers/Microsoft.Sql/servers/sql`);
});

it('names the methods of a path that has others', async () => {
  const wrong = await arm.ask('POST', GROUP, { body: {} });
  expect(failure(wrong)).toBe('405 MethodNotAllowed');
  expect(wrong.headers.allow).toBe('DELETE, GET, HEAD, PATCH, PUT');
  const assignments = await arm.ask('POST', `${GROUP}/providers/Microsoft.Authorization/roleAssignments`, { body: {} });
  expect(failure(assignments)).toBe('405 MethodNotAllowed');
  expect(assignments.headers.allow).toBe('GET, HEAD');
});

it('puts the headers of Resource Manager on every answer, and gives the client its own id back', async () => {
  for (const as of [OWNER, null]) {
    const { headers } = await arm.ask('GET', '/subscriptions', { as, headers: { 'x-ms-client-request-id': 'mine' } });
    expect(headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
      'x-ms-client-request-id': 'mine',
      'x-ms-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
      'x-ms-correlation-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
      'x-ms-routing-request-id': expect.stringContaining('WESTEUROPE:'),
      'x-ms-ratelimit-remaining-subscription-reads': expect.stringMatching(/^\d+$/),
      'strict-transport-security': expect.stringContaining('max-age='),
    });
  }
});

it('refuses a body that is too large, and one in no charset that there is', async () => {
  const large = await arm.ask('PUT', GROUP, { rawBody: 'x'.repeat(5_000_000) });
  expect(failure(large)).toBe('413 RequestEntityTooLarge');
  const strange = { 'content-type': 'application/json; charset=klingon' };
  expect((await arm.ask('PUT', GROUP, { rawBody: '{}', headers: strange })).status).toBe(400);
});

it('refuses a body that is nested too deeply', async () => {
  const rawBody = `{"location":"westeurope","x":${'['.repeat(5_000)}${']'.repeat(5_000)}}`;
  const deep = await arm.ask('PUT', GROUP, { rawBody });
  expect(failure(deep)).toBe('400 InvalidRequestContent');
});

it('looks at a body once, however it is quoted: nobody can keep it busy', async () => {
  const path = `${GROUP}/providers/Microsoft.Authorization/roleAssignments/${crypto.randomUUID()}`;
  const since = performance.now();
  const answer = await arm.ask('PUT', path, { as: STRANGER, rawBody: '\\"'.repeat(200_000) });
  expect(failure(answer)).toBe('403 AuthorizationFailed');
  expect(performance.now() - since).toBeLessThan(2_000);
});

it.each(['a:99999', '999.999.999.999', '1.2.3.4.5'])('pages with the host %s, which is none', async (host) => {
  await arm.ask('PUT', `${SUBSCRIPTION}/resourceGroups/rg-b`, { body: { location: 'westeurope' } });
  const { status, body } = await arm.ask('GET', `${SUBSCRIPTION}/resourceGroups?$top=1`, { headers: { host } });
  expect(status).toBe(200);
  expect(new URL(body.nextLink).origin).toBe('https://management.azure.com');
});

it.each(['constructor', '__proto__', 'valueOf'])('has nothing called %s to filter by', async (name) => {
  const filter = encodeURIComponent(`${name} eq 'x'`);
  const answer = await arm.ask('GET', `${SUBSCRIPTION}/resourceGroups?$filter=${filter}`);
  expect(failure(answer)).toBe('400 InvalidQueryParameterValue');
});

it('is not led astray by a header that names another host', async () => {
  await arm.ask('PUT', `${SUBSCRIPTION}/resourceGroups/rg-b`, { body: { location: 'westeurope' } });
  const { body } = await arm.ask('GET', `${SUBSCRIPTION}/resourceGroups?$top=1`, { headers: { host: 'a"b' } });
  expect(new URL(body.nextLink).origin).toBe('https://management.azure.com');
});
