import type { Resource } from '@lab/shared/feed/resources.ts';
import { EVERYONE } from '@lab/shared/rbac/decide-access.ts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { failure, GROUP, OWNER, STRANGER, SUBSCRIPTION, startTestArm, type TestArm } from '../../testing.ts';

const LIST = '/providers/Microsoft.Authorization/denyAssignments';
const NAME = '70000000-0000-4000-8000-000000000001';
const PROTECTED = `${GROUP}-managed`;
const denial: Resource = {
  kind: 'denyAssignment',
  id: `${PROTECTED}${LIST}/${NAME}`,
  value: {
    id: `${PROTECTED}${LIST}/${NAME}`,
    denyAssignmentName: 'Managed by Azure',
    description: 'd',
    scope: PROTECTED,
    doNotApplyToChildScopes: false,
    principalIds: [EVERYONE],
    excludedPrincipalIds: [STRANGER],
    actions: ['*/write', '*/delete'],
    notActions: [],
    dataActions: [],
    notDataActions: [],
  },
};
const group: Resource = {
  kind: 'resourceGroup',
  id: PROTECTED,
  value: {
    resourceId: PROTECTED,
    name: 'rg-lab-managed',
    subscriptionId: SUBSCRIPTION.split('/')[2] ?? '',
    location: 'westeurope',
  },
};

let arm: TestArm;
beforeAll(async () => {
  arm = await startTestArm({ resources: [denial, group] });
});
afterAll(() => arm.close());

it('keeps an Owner from doing what a deny assignment forbids, in its own words', async () => {
  const answer = await arm.ask('PUT', PROTECTED, { body: { location: 'westeurope' } });
  expect(failure(answer)).toBe('403 DenyAssignmentAuthorizationFailed');
  expect(answer.body.error.message).toContain(
    `however, the access is denied because of the deny assignment with name 'Managed by Azure' and Id '${NAME}' at scope '${PROTECTED}'.`,
  );
  expect((await arm.ask('GET', PROTECTED)).status).toBe(200);
});

it('says AuthorizationFailed to those who had no right anyway', async () => {
  expect(failure(await arm.ask('PUT', PROTECTED, { as: EVERYONE.replace('0', '9'), body: {} }))).toBe(
    '403 AuthorizationFailed',
  );
});

it('lets through whom it excludes', async () => {
  arm.assign(STRANGER, 'Contributor', PROTECTED);
  expect((await arm.ask('PUT', PROTECTED, { as: STRANGER, body: { location: 'westeurope' } })).status).toBe(200);
});

/** Forbids everybody these actions at a scope, for as long as `during` takes. */
async function forbidding(scope: string, actions: string[], during: () => Promise<void>): Promise<void> {
  const id = `${scope}${LIST}/${crypto.randomUUID()}`;
  const value = { ...denial.value, id, scope, actions } as Extract<Resource, { kind: 'denyAssignment' }>['value'];
  arm.resources.put({ kind: 'denyAssignment', id, value });
  await during();
  arm.resources.remove('denyAssignment', id);
}

it('keeps what it protects when the group around it is deleted', async () => {
  const around = `${SUBSCRIPTION}/resourceGroups/rg-around`;
  const identity = `${around}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-kept`;
  for (const path of [around, identity]) await arm.ask('PUT', path, { body: { location: 'westeurope' } });
  await forbidding(identity, ['*/delete'], async () => {
    expect(failure(await arm.ask('DELETE', around))).toBe('403 DenyAssignmentAuthorizationFailed');
    expect((await arm.ask('GET', identity)).status).toBe(200);
  });
  expect((await arm.ask('DELETE', around)).status).toBe(202);
});

it('wins over what everybody may know who has a role of any kind', async () => {
  const guest = crypto.randomUUID();
  arm.assign(guest, 'Key Vault Secrets User', GROUP);
  const read = () => arm.ask('GET', SUBSCRIPTION, { as: guest });
  expect((await read()).status).toBe(200);
  await forbidding(SUBSCRIPTION, ['*/read'], async () => {
    expect(failure(await read())).toBe('403 AuthorizationFailed');
  });
});

it('is shown, and listed from above, at and below it', async () => {
  const shown = await arm.ask('GET', `${PROTECTED}${LIST}/${NAME}`);
  expect(shown.body).toEqual({
    id: denial.id,
    type: 'Microsoft.Authorization/denyAssignments',
    name: NAME,
    properties: {
      denyAssignmentName: 'Managed by Azure',
      description: 'd',
      permissions: [
        {
          actions: ['*/write', '*/delete'],
          notActions: [],
          dataActions: [],
          notDataActions: [],
          condition: null,
          conditionVersion: null,
        },
      ],
      scope: PROTECTED,
      doNotApplyToChildScopes: false,
      principals: [{ id: EVERYONE, type: 'SystemDefined' }],
      excludePrincipals: [{ id: STRANGER, type: 'ServicePrincipal' }],
      isSystemProtected: true,
    },
  });
  const count = async (scope: string, filter = '') =>
    (await arm.ask('GET', `${scope}${LIST}?$filter=${encodeURIComponent(filter)}`)).body.value?.length;
  expect(await count(SUBSCRIPTION)).toBe(1);
  expect(await count(SUBSCRIPTION, 'atScope()')).toBe(0);
  expect(await count(PROTECTED, 'atScope()')).toBe(1);
  expect(await count(PROTECTED, "denyAssignmentName eq 'managed by azure'")).toBe(1);
  expect(await count(PROTECTED, "denyAssignmentName eq 'other'")).toBe(0);
  expect(await count(PROTECTED, `principalId eq '${OWNER}'`)).toBe(1);
  expect(await count(GROUP)).toBe(0);
  expect(await count(SUBSCRIPTION, 'x')).toBeUndefined();
});

it('cannot be made or removed by anybody', async () => {
  expect(failure(await arm.ask('PUT', `${GROUP}${LIST}/${NAME}`, { body: {} }))).toBe('405 MethodNotAllowed');
  expect(failure(await arm.ask('DELETE', `${GROUP}${LIST}/${NAME}`))).toBe('405 MethodNotAllowed');
  expect(failure(await arm.ask('PUT', `${GROUP}${LIST}/${NAME}`, { as: STRANGER, body: {} }))).toBe(
    '403 AuthorizationFailed',
  );
  expect(failure(await arm.ask('GET', `${GROUP}${LIST}/${NAME}`))).toBe('404 DenyAssignmentNotFound');
});
