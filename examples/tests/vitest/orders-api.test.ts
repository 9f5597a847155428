import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DefaultAzureCredential } from '@azure/identity';
import { type EmbeddedLab, startLab } from '@managed-identity-lab/embedded';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { ordersApi } from './orders-api.ts';

const AUDIENCE = 'api://orders-api';

let lab: EmbeddedLab;
let leave: () => void;
let server: Server;

beforeAll(async () => {
  lab = await startLab();
  // From here on, this process is a program on the virtual machine vm-app01.
  leave = lab.actAs('vm-app01');
  const api = ordersApi({
    tenantId: lab.operators.find(({ tenantName }) => tenantName === 'contoso')?.tenantId ?? '',
    vaultUrl: lab.vaultUrls['kv-lab'] ?? '',
    // The vault's name does not end as in Azure, which this client would refuse; and nobody wants to wait for a retry.
    vaultOptions: { disableChallengeResourceVerification: true, retryOptions: { retryDelayInMs: 1 } },
    lab: true,
  });
  server = api.listen(0, '127.0.0.1');
  await once(server, 'listening');
}, 60_000);

afterEach(() => lab.api.faults.clear());

afterAll(async () => {
  server.close();
  leave();
  await lab.close();
});

async function getOrders(token: string) {
  const { port } = server.address() as AddressInfo;
  const headers = { authorization: `Bearer ${token}` };
  const answer = await fetch(`http://127.0.0.1:${port}/orders`, { headers });
  return { status: answer.status, body: await answer.json().catch(() => undefined) };
}

const tokenOf = async (principal: string) => (await lab.api.tokens.forge({ principal, audience: AUDIENCE })).token;

test('a program on vm-app01 may read orders, and the API finds its database', async () => {
  const { token } = await new DefaultAzureCredential().getToken(`${AUDIENCE}/.default`);
  expect(await getOrders(token)).toMatchObject({ status: 200, body: { database: 'orders' } });
});

test('an identity without the role may not', async () => {
  expect(await getOrders(await tokenOf('id-orders'))).toMatchObject({ status: 403 });
});

test('no bad token opens the API', async () => {
  const flaws = await lab.api.tokens.flaws();
  for (const { name } of flaws) {
    const { token } = await lab.api.tokens.forge({ principal: 'vm-app01', audience: AUDIENCE, flaw: name });
    expect([name, (await getOrders(token)).status]).toEqual([name, 401]);
  }
});

test('a vault that fails for a moment is asked again', async () => {
  const fault = await lab.api.faults.add({
    service: 'keyvault',
    operation: 'GetSecret',
    times: 2,
    effect: { status: 503, retryAfterSeconds: null },
  });
  expect(await getOrders(await tokenOf('vm-app01'))).toMatchObject({ status: 200 });
  const { events } = await lab.api.events.list({ service: 'keyvault' });
  expect(events.filter((event) => event.fault === fault.id)).toHaveLength(2);
});

// The last one: the clock goes forward only.
test('a token that was good yesterday is not good today', async () => {
  const token = await tokenOf('vm-app01');
  await lab.api.clock.forward(25 * 3600);
  expect(await getOrders(token)).toMatchObject({ status: 401 });
});
