import { afterEach, expect, it } from 'vitest';
import { OFFICER, STRANGER, startTestVault, type TestVault } from '../testing.ts';

let vault: TestVault;
afterEach(() => vault.close());

const start = async (fault: object) => {
  vault = await startTestVault();
  await vault.ask('PUT', '/secrets/one', { body: { value: 'hush' } });
  vault.faults.add({ service: 'keyvault', ...fault } as Parameters<typeof vault.faults.add>[0]);
  return vault;
};

it.each([
  [429, 'Throttled', '1'],
  [500, 'InternalServerError', undefined],
  [503, 'ServiceUnavailable', '1'],
])('a vault fails with %i, in its own words', async (status, code, retryAfter) => {
  const { ask } = await start({ operation: 'GetSecret', effect: { status } });
  const answer = await ask('GET', '/secrets/one');
  expect([answer.status, answer.body.error.code, answer.headers['retry-after']]).toEqual([status, code, retryAfter]);
  expect(answer.text).not.toContain('hush');
});

it.each([429, 503])('a vault does not say when to come again with %i, where a fault wants it so', async (status) => {
  const { ask } = await start({ effect: { status, retryAfterSeconds: null } });
  expect((await ask('GET', '/secrets/one')).headers['retry-after']).toBeUndefined();
});

it('a vault challenges who has no token before it throttles an operation', async () => {
  const { ask } = await start({ operation: 'GetSecret', effect: { status: 429 } });
  expect((await ask('GET', '/secrets/one', { token: null })).status).toBe(401);
  expect((await ask('GET', '/secrets/one', { token: STRANGER })).status).toBe(429);
});

it('a vault does nothing of what a fault has refused', async () => {
  const { ask } = await start({ operation: 'SetSecret', times: 1, effect: { status: 503 } });
  expect((await ask('PUT', '/secrets/two', { body: { value: 'x' } })).status).toBe(503);
  expect((await ask('GET', '/secrets/two')).status).toBe(404);
});

it('a vault fails for the caller that a fault is meant for, and no other', async () => {
  const { ask, faults } = await start({ caller: OFFICER, effect: { status: 503 } });
  expect((await ask('GET', '/secrets/one')).status).toBe(503);
  expect((await ask('GET', '/secrets/one', { token: STRANGER })).status).toBe(403);
  expect(faults.all()).toMatchObject([{ applied: 1 }]);
});

it('a vault still refuses who may not, slowly', async () => {
  const { ask } = await start({ effect: { delayMs: 5 } });
  expect((await ask('GET', '/secrets/one', { token: STRANGER })).status).toBe(403);
});

it.each([
  { delayMs: 1 },
  { status: 500 },
  { halfBody: true },
  { halfBody: true, status: 429 },
  { contentType: 'text/html' },
  { contentType: 'application/json', status: 404 },
  { cut: true },
])('a vault shows nothing to who may not see it, whatever fault there is: %j', async (effect) => {
  for (const more of [{}, { operation: 'GetSecret' }, { caller: STRANGER }]) {
    const { ask, close } = await start({ ...more, effect });
    for (const token of [null, STRANGER]) {
      const answer = await ask('GET', '/secrets/one', { token }).catch(() => undefined);
      expect(answer?.text ?? '').not.toContain('hush');
      if (!('contentType' in effect)) expect(answer?.status).not.toBe(200);
    }
    await close();
  }
});
