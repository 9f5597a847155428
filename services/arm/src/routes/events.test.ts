import { TokenFailure } from '@lab/shared/tokens/claims.ts';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { GROUP, OWNER, STRANGER, startTestArm, type TestArm } from '../testing.ts';

let arm: TestArm;
beforeEach(async () => {
  arm = await startTestArm();
});
afterEach(() => arm.close());

const eventOf = async (asking: Promise<unknown>) => {
  const before = arm.parts.events.latest();
  await asking;
  await expect.poll(() => arm.parts.events.latest()).toBe(before + 1);
  return arm.parts.events.since(before)[0];
};

it('says of a request without a token that it had none', async () => {
  const event = await eventOf(arm.ask('GET', GROUP, { as: null }));
  expect(event).toMatchObject({
    status: 401,
    errorCode: 'AuthenticationFailed',
    checks: [{ check: 'bearer token', outcome: 'failed', reason: expect.stringContaining('missing') }],
  });
});

it('says which check of a token failed, after those that passed', async () => {
  await arm.close();
  arm = await startTestArm({
    verifyToken: async () => {
      throw new TokenFailure('kid', 'Key validation failed. The token has no kid.');
    },
  });
  const event = await eventOf(arm.ask('GET', GROUP));
  expect(event?.checks?.map(({ check, outcome }) => `${check} ${outcome}`)).toEqual([
    'format passed',
    'header passed',
    'algorithm passed',
    'kid failed',
  ]);
});

it('says what was decided, and by which role assignments', async () => {
  expect(await eventOf(arm.ask('GET', GROUP, { as: OWNER }))).toMatchObject({
    status: 200,
    principalId: OWNER,
    checks: expect.arrayContaining([{ check: 'audience', outcome: 'passed' }]),
    decision: { grantedBy: expect.any(String), considered: [{ verdict: 'grants' }] },
  });
  arm.assign(STRANGER, 'Key Vault Secrets User', GROUP);
  expect(await eventOf(arm.ask('GET', GROUP, { as: STRANGER }))).toMatchObject({
    status: 403,
    errorCode: 'AuthorizationFailed',
    errorMessage: expect.stringContaining(STRANGER),
    decision: { grantedBy: null, considered: [{ roleName: 'Key Vault Secrets User', verdict: 'action not in role' }] },
  });
});
