import { fixedClock } from '@lab/shared/clock.ts';
import { recentEvents } from '@lab/shared/events.ts';
import { silentLog } from '@lab/shared/log.ts';
import { strictFaults } from '@lab/shared/testing/strict-faults.ts';
import { expect, it, vi } from 'vitest';
import { appServiceApp } from '../apps.ts';
import { imdsFaults } from '../domain/faults.ts';
import { tokenCache } from '../domain/token-cache.ts';
import { type Ask, identity, issued, serving, site, system, user } from '../testing.ts';
import type { IssueToken } from '../upstream/entra.ts';
import { toLegacyTokenResponse } from '../wire.ts';
import { tokensFrom } from './tokens.ts';

const clock = fixedClock();
const other = identity(3);
const holders = [site('func-first', 'first-secret'), site('func-second', 'second-secret', { identities: [other] })].map(
  (host) => ({ sha256: Buffer.from(host.identityHeaderSha256, 'hex'), host }),
);
const FIRST = { 'X-IDENTITY-HEADER': 'first-secret' };
const SECOND = { 'x-identity-header': 'second-secret' };
const TOKEN = '/msi/token?api-version=2019-08-01&resource=https%3A%2F%2Fvault.azure.net';

function appService<T>(
  use: (ask: Ask, issueToken: ReturnType<typeof vi.fn<IssueToken>>) => Promise<T>,
  { isSynced = true } = {},
): Promise<T> {
  const issueToken = vi.fn<IssueToken>(async () => issued(clock.now()));
  const tokens = tokensFrom(tokenCache(clock), issueToken, silentLog);
  const events = recentEvents('appservice');
  const sites = { holders: () => (isSynced ? holders : []), isSynced: () => isSynced };
  const app = appServiceApp({
    ...sites,
    tokens,
    events,
    faults: strictFaults(imdsFaults('appservice')),
    log: silentLog,
  });
  return serving(app, (ask) => use(ask, issueToken));
}

it('answers without expires_in, in the order of the service', () =>
  appService(async (ask) => {
    for (const path of [TOKEN, TOKEN.replace('msi', 'MSI'), TOKEN.replace('?', '/?'), `/${TOKEN}`]) {
      const { status, text } = await ask(path, { headers: { ...FIRST, Metadata: 'true' } });
      expect(status).toBe(200);
      expect(text).toBe(
        `{"access_token":"header.payload.signature","client_id":"${system.clientId}",` +
          `"expires_on":"${clock.now() + 86_400}","not_before":"${clock.now()}",` +
          '"resource":"https://vault.azure.net","token_type":"Bearer"}',
      );
    }
  }));

it.each([
  ['missing', {}],
  ['empty', { 'X-IDENTITY-HEADER': '' }],
  ['wrong', { 'X-IDENTITY-HEADER': 'third-secret' }],
  ['the beginning of a right one', { 'X-IDENTITY-HEADER': 'first-secre' }],
  ['in another case', { 'X-IDENTITY-HEADER': 'FIRST-SECRET' }],
  ['sent twice', { 'X-IDENTITY-HEADER': ['first-secret', 'first-secret'] }],
])('refuses an X-IDENTITY-HEADER that is %s', (_, headers) =>
  appService(async (ask, issueToken) => {
    const { status, json } = await ask(TOKEN, { headers: headers as Record<string, string> });
    expect([status, json.statusCode]).toEqual([401, 401]);
    expect(issueToken).not.toHaveBeenCalled();
  }),
);

it('lets the secret decide whose identities are meant', () =>
  appService(async (ask) => {
    const selected = `${TOKEN}&client_id=${other.clientId}`;
    expect((await ask(selected, { headers: SECOND })).json.client_id).toBe(other.clientId);
    expect((await ask(selected, { headers: FIRST })).status).toBe(400);
  }));

it('never gives a lone user-assigned identity without a selector', () =>
  appService(async (ask) => {
    const { status, json } = await ask(TOKEN, { headers: SECOND });
    expect([status, json]).toEqual([
      400,
      {
        statusCode: 400,
        message: 'No User Assigned or Delegated Managed Identity found for specified ClientId/ResourceId/PrincipalId.',
        correlationId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      },
    ]);
  }));

it.each([
  ['client_id', user.clientId],
  ['principal_id', user.principalId],
  ['object_id', user.principalId],
  ['mi_res_id', user.resourceId],
])('knows the selector %s', (name, value) =>
  appService(async (ask) => {
    const { json } = await ask(`${TOKEN}&${name}=${encodeURIComponent(value)}`, { headers: FIRST });
    expect(json.client_id).toBe(user.clientId);
  }),
);

it.each([
  ['another path', '/msi/other', 'GET', 404],
  ['another method', TOKEN, 'POST', 405],
  ['an unknown version', TOKEN.replace('2019-08-01', '2018-02-01'), 'GET', 400],
  ['no version', '/msi/token?resource=x', 'GET', 400],
  ['no resource', '/msi/token?api-version=2019-08-01', 'GET', 400],
  ['a resource twice', `${TOKEN}&Resource=x`, 'GET', 400],
])('refuses %s', (_, path, method, statusCode) =>
  appService(async (ask) => {
    const { status, json } = await ask(path, { method, headers: FIRST });
    expect([status, json.statusCode, typeof json.message]).toEqual([statusCode, statusCode, 'string']);
  }),
);

it('gets a new token for a caller whose token was rejected', () =>
  appService(async (ask, issueToken) => {
    const path = TOKEN.replace('2019-08-01', '2025-03-30');
    await ask(`${path}&xms_cc=cp1`, { headers: FIRST });
    await ask(`${path}&xms_cc=cp1&token_sha256_to_refresh=00ff`, { headers: FIRST });
    expect(issueToken).toHaveBeenCalledTimes(2);
  }));

it('answers that it is not available until it knows the sites: no secret is known to be wrong before', () =>
  appService(async (ask) => expect((await ask(TOKEN, { headers: FIRST })).status).toBe(503), { isSynced: false }));

const LEGACY = TOKEN.replace('2019-08-01', '2017-09-01');

it('speaks the first version of the protocol, with its own header, selector and form of time', () =>
  appService(async (ask) => {
    const { status, json } = await ask(LEGACY, { headers: { Secret: 'first-secret' } });
    expect([status, Object.keys(json)]).toEqual([200, ['access_token', 'expires_on', 'resource', 'token_type']]);
    expect(json.expires_on).toMatch(/^\d{2}\/\d{2}\/\d{4} (0\d|1[01]):\d{2}:\d{2} [AP]M \+00:00$/);
    expect(Date.parse(json.expires_on as string)).toBe((clock.now() + 86_400) * 1_000);
    const selected = await ask(`${LEGACY}&clientid=${user.clientId}`, { headers: { secret: 'first-secret' } });
    expect(selected.status).toBe(200);
    const unknown = await ask(`${LEGACY}&clientid=${other.clientId}`, { headers: { secret: 'first-secret' } });
    expect([unknown.status, unknown.json.StatusCode, typeof unknown.json.CorrelationId]).toEqual([400, 400, 'string']);
  }));

it.each([
  ['the newer header in the older version', LEGACY, FIRST],
  ['the older header in the newer version', TOKEN, { secret: 'first-secret' }],
  ['a wrong secret in the older version', LEGACY, { secret: 'third-secret' }],
])('refuses %s', (_, path, headers) =>
  appService(async (ask, issueToken) => {
    expect((await ask(path, { headers: headers as Record<string, string> })).status).toBe(401);
    expect(issueToken).not.toHaveBeenCalled();
  }),
);

it('writes noon as the SDKs read it', () => {
  const noon = Date.UTC(2017, 8, 14, 12) / 1_000;
  const token = issued(noon, { expiresOn: noon });
  expect(toLegacyTokenResponse(token, { audience: 'x' }).expires_on).toBe('09/14/2017 00:00:00 PM +00:00');
});
