import { exchangeJson } from '@lab/shared/testing/exchange.ts';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { graphOf } from '../graph/testing.ts';
import { clientAssertion, PRINCIPAL, type PublicApp, startPublicApp, TENANT } from '../testing.ts';

let app: PublicApp;
beforeEach(async () => {
  app = await startPublicApp();
});
afterEach(() => app.close());

const set = (fault: object) => app.faults.add({ service: 'entra', ...fault } as Parameters<typeof app.faults.add>[0]);
const port = () => Number(new URL(app.origin).port);
const get = (path: string) => exchangeJson(port(), { path });
const token = (form: Record<string, string> = {}) =>
  exchangeJson(port(), {
    method: 'POST',
    path: `/${TENANT.tenantId}/oauth2/token`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: PRINCIPAL.clientId,
      resource: 'https://vault.azure.net',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: clientAssertion(),
      ...form,
    }).toString(),
  });

it.each([
  [429, 'temporarily_unavailable', 90055],
  [500, 'server_error', 50000],
  [502, 'temporarily_unavailable', 90024],
  [503, 'temporarily_unavailable', 90033],
  [504, 'temporarily_unavailable', 90024],
])('Entra fails with %i, in its own words', async (status, error, code) => {
  set({ operation: 'IssueToken', effect: { status, retryAfterSeconds: 2 } });
  const answer = await token();
  expect([answer.status, answer.body.error, answer.body.error_codes]).toEqual([status, error, [code]]);
  expect(answer.headers['retry-after']).toBe('2');
});

it.each([
  ['GetKeys', 'discovery/keys'],
  ['GetKeys', 'discovery/v2.0/keys'],
  ['GetOpenIdConfiguration', '.well-known/openid-configuration'],
  ['GetOpenIdConfiguration', 'v2.0/.well-known/openid-configuration'],
])('Entra fails at %s, and issues tokens meanwhile: %s', async (operation, path) => {
  set({ operation, effect: { status: 503 } });
  expect((await get(`/${TENANT.tenantId}/${path}`)).status).toBe(503);
  expect((await token()).status).toBe(200);
});

it('Entra throttles a client before it asks for proof of who it is', async () => {
  set({ caller: PRINCIPAL.clientId, effect: { status: 429 } });
  expect((await token({ client_assertion: 'nonsense' })).status).toBe(429);
  expect((await token({ client_id: '00000000-0000-4000-8000-000000000009' })).status).toBe(400);
});

it('Entra fails for a principal, by the id that tokens have', async () => {
  set({ caller: PRINCIPAL.principalId, times: 1, effect: { status: 503 } });
  expect([(await token()).status, (await token()).status]).toEqual([503, 200]);
});

it.each([
  [429, 'TooManyRequests'],
  [500, 'InternalServerError'],
  [502, 'BadGateway'],
  [503, 'ServiceUnavailable'],
  [504, 'GatewayTimeout'],
])('Microsoft Graph fails with %i, in its own words', async (status, code) => {
  const { ask } = graphOf(app);
  set({ operation: 'ListServicePrincipals', effect: { status } });
  expect(await ask('GET', '/servicePrincipals')).toMatchObject({ status, body: { error: { code } } });
  expect((await ask('GET', '/servicePrincipals', undefined, { token: null })).status).toBe(401);
});

it('Microsoft Graph fails with all of Entra, and before all else', async () => {
  set({ effect: { status: 503 } });
  const { ask } = graphOf(app);
  const answer = await ask('GET', '/servicePrincipals', undefined, { token: null });
  expect([answer.status, answer.body.error.code]).toEqual([503, 'ServiceUnavailable']);
});
