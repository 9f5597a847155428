import { afterEach, expect, it } from 'vitest';
import { GROUP, OWNER, STRANGER, startTestArm, type TestArm } from '../testing.ts';

let arm: TestArm;
afterEach(() => arm.close());

const READ = 'Microsoft.Resources/subscriptions/resourceGroups/read';

const start = async (fault: object) => {
  arm = await startTestArm();
  arm.parts.faults.add({ service: 'arm', ...fault } as Parameters<typeof arm.parts.faults.add>[0]);
  return arm;
};

it.each([
  [429, 'SubscriptionRequestsThrottled', '1'],
  [500, 'InternalServerError', undefined],
  [502, 'BadGateway', undefined],
  [503, 'ServerTimeout', undefined],
  [504, 'GatewayTimeout', undefined],
])('Resource Manager fails with %i, in its own words', async (status, code, retryAfter) => {
  const { ask } = await start({ operation: READ, effect: { status } });
  const answer = await ask('GET', GROUP);
  expect([answer.status, answer.body.error.code, answer.headers['retry-after']]).toEqual([status, code, retryAfter]);
});

it('Resource Manager throttles a principal, so that who has no token is told that first', async () => {
  const { ask } = await start({ caller: OWNER, effect: { status: 429 } });
  expect((await ask('GET', GROUP, { as: null })).status).toBe(401);
  expect((await ask('GET', GROUP, { as: STRANGER })).status).toBe(403);
  expect((await ask('GET', GROUP)).status).toBe(429);
});

it('Resource Manager does nothing of what a fault has refused', async () => {
  const operation = 'Microsoft.Resources/subscriptions/resourceGroups/write';
  const { ask } = await start({ operation, times: 1, effect: { status: 503 } });
  const path = GROUP.replace('rg-lab', 'rg-new');
  expect((await ask('PUT', path, { body: { location: 'westeurope' } })).status).toBe(503);
  expect((await ask('GET', path)).status).toBe(404);
});
