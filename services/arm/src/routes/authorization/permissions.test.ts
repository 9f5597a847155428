import { afterAll, beforeAll, expect, it } from 'vitest';
import { failure, GROUP, OWNER, STRANGER, SUBSCRIPTION, startTestArm, type TestArm } from '../../testing.ts';

const PERMISSIONS = '/providers/Microsoft.Authorization/permissions';

let arm: TestArm;
beforeAll(async () => {
  arm = await startTestArm();
});
afterAll(() => arm.close());

const permissionsOf = async (as: string, scope: string) => {
  const answer = await arm.ask('GET', `${scope}${PERMISSIONS}`, { as });
  return answer.status === 200 ? answer.body.value : failure(answer);
};

it('tells callers what they may do, by what they are assigned at or above the scope', async () => {
  expect(await permissionsOf(OWNER, GROUP)).toEqual([
    { actions: ['*'], notActions: [], dataActions: [], notDataActions: [] },
  ]);
  expect(await permissionsOf(STRANGER, GROUP)).toBe('403 AuthorizationFailed');
  arm.assign(STRANGER, 'Reader', GROUP);
  expect(await permissionsOf(STRANGER, GROUP)).toMatchObject([{ actions: ['*/read'] }]);
  expect(await permissionsOf(STRANGER, SUBSCRIPTION)).toBe('403 AuthorizationFailed');
  expect(await permissionsOf(OWNER, `${GROUP}-not`)).toBe('404 ResourceGroupNotFound');
});

it('knows no classic administrators', async () => {
  const path = `${SUBSCRIPTION}/providers/Microsoft.Authorization/classicAdministrators`;
  expect((await arm.ask('GET', path)).body).toEqual({ value: [] });
});

it.each(['roleAssignmentScheduleInstances', 'roleEligibilityScheduleInstances'])(
  'names %s as not served',
  async (type) => {
    const answer = await arm.ask('GET', `${SUBSCRIPTION}/providers/Microsoft.Authorization/${type}`);
    expect(failure(answer)).toBe('404 InvalidResourceType');
    expect(answer.body.error.message).toContain(type);
  },
);
