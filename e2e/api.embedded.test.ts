import { FLAW_NAMES, type FlawName } from '@lab/shared/forge/flaws.ts';
import { type EmbeddedLab, startLab } from '@managed-identity-lab/embedded';
import { requireManagedIdentity } from '@managed-identity-lab/express';
import express from 'express';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { listen } from './listen.ts';

const AUDIENCE = 'api://orders-api';
let lab: EmbeddedLab;
beforeAll(async () => {
  lab = await startLab();
});
afterAll(() => lab.close());

const tokenOf = async (principal: string, more: { flaw?: FlawName } = {}) =>
  (await lab.api.tokens.forge({ principal, audience: AUDIENCE, ...more })).token;

/** An API of a user's own, in this process, that accepts tokens of the lab. */
async function startOwn(options: Partial<Parameters<typeof requireManagedIdentity>[0]> = {}) {
  const middleware = requireManagedIdentity({
    audience: AUDIENCE,
    tenant: lab.operators[0]?.tenantId ?? '',
    roles: ['Orders.Read'],
    lab: { authority: lab.authorityUrl, ca: lab.caCertificate },
    ...options,
  });
  const app = express();
  app.get('/', middleware, (req, res) => {
    res.json(req.managedIdentity);
  });
  const { url, close } = await listen(app);
  onTestFinished(() => {
    middleware.close();
    close();
  });
  return async (token: string) => fetch(url, { headers: { authorization: `Bearer ${token}` } });
}

describe("an API of one's own, with the middleware", () => {
  it('lets in the identity that has the role in lab.yaml, and tells who it is', async () => {
    const ask = await startOwn();
    const answer = await ask(await tokenOf('vm-app01'));
    expect([answer.status, await answer.json()]).toMatchObject([200, { roles: ['Orders.Read'] }]);
  });

  it('answers 403 to an identity without the role', async () => {
    const ask = await startOwn();
    expect((await ask(await tokenOf('id-orders'))).status).toBe(403);
  });

  it('refuses each token that the forge makes wrong', async () => {
    const ask = await startOwn();
    for (const flaw of FLAW_NAMES) {
      expect([flaw, (await ask(await tokenOf('vm-app01', { flaw }))).status]).toEqual([flaw, 401]);
    }
  });

  it("goes by the lab's clock: a token that has ended there is refused, a new one is not", async () => {
    const ask = await startOwn();
    const old = await tokenOf('vm-app01');
    expect((await ask(old)).status).toBe(200);
    await lab.api.clock.forward(25 * 3600);
    expect((await ask(old)).status).toBe(401);
    expect((await ask(await tokenOf('vm-app01'))).status).toBe(200);
  });
});

it('is an API itself by its name, whatever else the lab declares', async () => {
  const assigned = {
    appRoles: [{ value: 'Orders.Read' }],
    appRoleAssignments: [{ principal: 'vm', role: 'Orders.Read' }],
  };
  const applications = ['another-api', 'orders-api'].map((name) => ({
    name,
    identifierUris: [`api://${name}`],
    ...assigned,
  }));
  const resourceGroups = [{ name: 'rg', virtualMachines: [{ name: 'vm', systemAssignedIdentity: true }] }];
  const tenant = { name: 'contoso', applications, subscriptions: [{ name: 'prod', resourceGroups }] };
  const own = await startLab({ lab: { tenants: [tenant] } });
  onTestFinished(() => own.close());
  const restore = own.actAs('vm');
  onTestFinished(restore);
  const ask = async (audience: string) => {
    const { token } = await own.api.tokens.forge({ principal: 'vm', audience });
    return (await fetch(`${own.apiUrl}/orders`, { headers: { authorization: `Bearer ${token}` } })).status;
  };
  expect([await ask('api://orders-api'), await ask('api://another-api')]).toEqual([200, 401]);
});

it('is an API itself, which the sample program reads orders of', async () => {
  const response = await fetch(`${lab.url}/lab/v1/workloads/vm-app01/run`, {
    method: 'POST',
    headers: { origin: lab.url, 'content-type': 'application/json' },
    body: '{}',
  });
  const run = (await response.json()) as { steps: readonly object[] };
  expect(run.steps.at(-1)).toMatchObject({ step: 'Read the orders', outcome: 'succeeded' });
  const ask = (token: string) => fetch(`${lab.apiUrl}/orders`, { headers: { authorization: `Bearer ${token}` } });
  const restore = lab.actAs('vm-app01');
  onTestFinished(restore);
  expect((await ask(await tokenOf('vm-app01'))).status).toBe(200);
  expect((await ask(await tokenOf('id-orders'))).status).toBe(403);
  const { events } = await lab.api.events.list({ service: 'api' });
  expect(events.at(-1)).toMatchObject({ service: 'api', operation: 'ListOrders', status: 403 });
});
