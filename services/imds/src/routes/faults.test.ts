import { fixedClock } from '@lab/shared/clock.ts';
import { recentEvents } from '@lab/shared/events.ts';
import type { FaultRequest } from '@lab/shared/faults/fault.ts';
import { silentLog } from '@lab/shared/log.ts';
import { expect, it } from 'vitest';
import { appServiceApp, vmApp } from '../apps.ts';
import { imdsFaults } from '../domain/faults.ts';
import { tokenCache } from '../domain/token-cache.ts';
import { type Ask, issued, serving, site, system, user, virtualMachine } from '../testing.ts';
import { sha256 } from './app-service.ts';
import { tokensFrom } from './tokens.ts';

const clock = fixedClock();
const TOKEN = '/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2Fvault.azure.net';
const METADATA = { Metadata: 'true' };
const SECRET = 'secret-of-the-site';

/** The services with one fault. @param asked How often Entra was. */
async function withFault<T>(
  fault: Omit<FaultRequest, 'service'>,
  use: (ask: Ask, asked: () => number) => Promise<T>,
  service: 'imds' | 'appservice' = 'imds',
): Promise<T> {
  const faults = imdsFaults(service);
  faults.add({ service, ...fault });
  let asked = 0;
  const issueToken = async () => {
    asked += 1;
    return issued(clock.now());
  };
  const tokens = tokensFrom(tokenCache(clock), issueToken, silentLog);
  const common = { tokens, events: recentEvents(service), faults, isSynced: () => true, log: silentLog };
  const machines = { all: () => [virtualMachine()], former: () => [] };
  const holders = () => [{ sha256: sha256(SECRET), host: site('func-lab', SECRET) }];
  const app = service === 'imds' ? vmApp({ ...common, machines, clock }) : appServiceApp({ ...common, holders });
  return serving(app, (ask) => use(ask, () => asked));
}

it.each([
  [404, { error: 'not_found' }],
  [410, { error: 'gone' }],
  [429, { error: 'too_many_requests' }],
  [500, { error: 'unknown', error_description: expect.stringContaining('retry') }],
  [503, { error: 'service_unavailable', error_description: expect.stringContaining('retry') }],
])('IMDS fails with %i in its own words, and asks nobody for a token', (status, body) =>
  withFault({ effect: { status } }, async (ask, asked) => {
    const answer = await ask(TOKEN, { headers: METADATA });
    expect([answer.status, answer.json, asked()]).toEqual([status, body, 0]);
    expect(answer.headers.server).toMatch(/^IMDS\//);
  }),
);

it.each([{}, { operation: 'GetManagedIdentityToken' }, { caller: 'vm-app01' }])(
  'IMDS throttles a machine before it looks at the request: %j',
  (fault) =>
    withFault({ ...fault, effect: { status: 429 } }, async (ask) => expect((await ask(TOKEN)).status).toBe(429)),
);

it('IMDS refuses who is no virtual machine whatever fault there is', () =>
  withFault({ effect: { contentType: 'text/html' } }, async (ask) => {
    expect((await ask(TOKEN, { headers: METADATA, localAddress: '127.0.0.9' })).status).toBe(403);
    expect((await ask(TOKEN, { headers: METADATA })).headers['content-type']).toBe('text/html');
  }));

it.each([
  ['another machine', { caller: 'vm-app02' }],
  ['another operation', { operation: 'GetInstanceMetadata' }],
  ['another identity', { caller: user.clientId }],
])('IMDS works for others than a fault is meant for: %s', (_, fault) =>
  withFault({ ...fault, effect: { status: 503 } }, async (ask) =>
    expect((await ask(TOKEN, { headers: METADATA })).status).toBe(200),
  ),
);

it.each([system.clientId, system.principalId.toUpperCase()])(
  'IMDS fails for one identity of a machine, where a fault is meant for it: %s',
  (caller) =>
    withFault({ caller, effect: { status: 503 } }, async (ask, asked) => {
      expect((await ask(TOKEN, { headers: METADATA })).status).toBe(503);
      expect((await ask(`${TOKEN}&client_id=${user.clientId}`, { headers: METADATA })).status).toBe(200);
      expect(asked()).toBe(1);
    }),
);

it.each([404, 410, 429, 500, 503])('App Service fails with %i in its own words', (status) =>
  withFault(
    { effect: { status } },
    async (ask) => {
      const { json } = await ask('/msi/token?api-version=2019-08-01&resource=x');
      expect(json).toEqual({ statusCode: status, message: expect.any(String), correlationId: expect.any(String) });
    },
    'appservice',
  ),
);

it('App Service fails for the site that a fault is meant for, and only for who knows its secret', () =>
  withFault(
    { caller: 'func-lab', effect: { status: 503 } },
    async (ask) => {
      const path = '/msi/token?api-version=2019-08-01&resource=x';
      expect((await ask(path, { headers: { 'X-IDENTITY-HEADER': 'wrong' } })).status).toBe(401);
      expect((await ask(path, { headers: { 'X-IDENTITY-HEADER': SECRET } })).status).toBe(503);
    },
    'appservice',
  ));
