import { MockAgent } from 'undici';
import { expect, it, vi } from 'vitest';
import { entraTokens, type SignAssertion } from './entra.ts';

const ORIGIN = 'https://login.microsoftonline.com';
const ask = { tenantId: 'tenant', clientId: 'client', audience: 'https://vault.azure.net/', hostResourceId: '/vm' };
const accessToken = `e30.${Buffer.from('{"uti":"uti-1"}').toString('base64url')}.c2ln`;
const granted = { token_type: 'Bearer', expires_on: '1790086399', not_before: '1789999999', access_token: accessToken };

/** One token request to an Entra that answers this. */
async function issue(status: number, body: unknown, signAssertion: SignAssertion = async () => 'assertion') {
  const dispatcher = new MockAgent();
  dispatcher.disableNetConnect();
  const answer = vi.fn((_request: { body?: unknown }) => ({
    statusCode: status,
    data: typeof body === 'string' ? body : JSON.stringify(body),
  }));
  dispatcher.get(ORIGIN).intercept({ path: '/tenant/oauth2/token', method: 'POST' }).reply(answer);
  const token = await entraTokens({ authorityOrigin: ORIGIN, signAssertion, dispatcher })(ask);
  return { token, form: new URLSearchParams(String(answer.mock.calls[0]?.[0].body)) };
}

it('asks with client credentials, for the resource as it was asked for', async () => {
  const signAssertion = vi.fn(async () => 'assertion');
  const { token, form } = await issue(200, granted, signAssertion);
  expect(Object.fromEntries(form)).toEqual({
    grant_type: 'client_credentials',
    client_id: 'client',
    resource: 'https://vault.azure.net/',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: 'assertion',
  });
  const audience = `${ORIGIN}/tenant/oauth2/token`;
  expect(signAssertion).toHaveBeenCalledWith('client', { audience, hostResourceId: '/vm' });
  expect(token).toEqual({ accessToken, expiresOn: 1790086399, notBefore: 1789999999, tokenId: 'uti-1' });
});

const refusal = (error: string) => ({ error, error_description: 'AADSTS1: …', error_codes: [1], trace_id: 'x' });

it.each([
  [400, 'invalid_resource', 'invalid'],
  [400, 'unauthorized_client', 'invalid'],
  [401, 'invalid_client', 'invalid'],
  [403, 'access_denied', 'forbidden'],
  [429, 'too_many_requests', 'throttled'],
  [418, 'teapot', 'invalid'],
])("passes Entra's own refusal through: %s %s", async (status, error, kind) => {
  await expect(issue(status, refusal(error))).rejects.toMatchObject({ kind, code: error, message: 'AADSTS1: …' });
});

it('passes a refusal on that quotes more than is of use', async () => {
  const long = { error: 'invalid_resource', error_description: 'x'.repeat(40_000) };
  await expect(issue(400, long)).rejects.toMatchObject({ code: 'invalid_resource', message: 'x'.repeat(4_096) });
});

it.each([
  ['a failure of its own', 500, refusal('server_error'), 'unknown'],
  ['a gateway without a body', 502, '', 'unknown'],
  ['that it is not available', 503, refusal('temporarily_unavailable'), 'service_unavailable'],
  ['a refusal that is no JSON', 400, '<html>', 'unknown'],
  ['a redirect', 302, '', 'unknown'],
  ['200 without JSON', 200, '<html>', 'unknown'],
  ['200 without a token', 200, { ...granted, access_token: '' }, 'unknown'],
  ['200 without a time', 200, { ...granted, expires_on: 'soon' }, 'unknown'],
])('makes a retryable error of %s', async (_, status, body, code) => {
  await expect(issue(status, body)).rejects.toMatchObject({ code });
});

it('does not ask while the certificate of the identity is not confirmed', async () => {
  const unconfirmed = issue(200, granted, async () => undefined);
  await expect(unconfirmed).rejects.toMatchObject({ kind: 'unavailable', code: 'service_unavailable' });
});

it('does not wait for an Entra that never answers', async () => {
  const dispatcher = new MockAgent();
  dispatcher.disableNetConnect();
  dispatcher.get(ORIGIN).intercept({ path: '/tenant/oauth2/token', method: 'POST' }).reply(200, granted).delay(60_000);
  const issueToken = entraTokens({
    authorityOrigin: ORIGIN,
    signAssertion: async () => 'assertion',
    dispatcher,
    timeoutMs: 20,
  });
  await expect(issueToken(ask)).rejects.toMatchObject({ code: 'service_unavailable' });
});
