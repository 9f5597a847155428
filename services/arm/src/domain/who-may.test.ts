import type { Resource } from '@lab/shared/feed/resources.ts';
import { afterEach, expect, it } from 'vitest';
import {
  FOREIGN_SUBSCRIPTION,
  FOREIGNER,
  GROUP,
  OTHER_TENANT,
  OWNER,
  roleIdOf,
  STRANGER,
  startTestArm,
  TENANT,
  type TestArm,
} from '../testing.ts';
import { whoMay } from './who-may.ts';

let arm: TestArm;
afterEach(() => arm.close());

const VAULT = `${GROUP}/providers/Microsoft.KeyVault/vaults/kv-lab`;
const ACCOUNT = `${GROUP}/providers/Microsoft.Storage/storageAccounts/stlab`;
const CONTAINER = `${ACCOUNT}/blobServices/default/containers/samples`;
const APP = '66666666-6666-4666-8666-666666666666';
const GONE = '77777777-7777-4777-8777-777777777777';
const CLIENT = '88888888-8888-4888-8888-888888888888';
const GET_SECRET = 'Microsoft.KeyVault/vaults/secrets/getSecret/action';
const READ_BLOB = 'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read';

const vault = (more: object = {}): Resource => ({
  kind: 'vault',
  id: VAULT,
  value: {
    ...{ resourceId: VAULT, name: 'kv-lab', host: 'kv-lab.vault.azure.net', tenantId: TENANT, location: 'westeurope' },
    ...{ softDeleteRetentionInDays: 90, enablePurgeProtection: false, ...more },
  },
});
const account: Resource = {
  kind: 'storageAccount',
  id: ACCOUNT,
  value: {
    ...{ resourceId: ACCOUNT, name: 'stlab', host: 'stlab.blob.core.windows.net' },
    ...{ tenantId: TENANT, location: 'westeurope' },
  },
};
const grant = (principalId: string, role: string, scope: string, more: object = {}): Resource => {
  const id = `${scope}/providers/Microsoft.Authorization/roleAssignments/${crypto.randomUUID()}`;
  const value = {
    id,
    scope,
    principalId,
    principalType: 'ServicePrincipal',
    roleDefinitionId: roleIdOf(role),
  } as const;
  return { kind: 'roleAssignment', id, value: { ...value, ...more } };
};
const deny = (principalId: string): Resource => {
  const id = `${VAULT}/providers/Microsoft.Authorization/denyAssignments/${crypto.randomUUID()}`;
  return {
    kind: 'denyAssignment',
    id,
    value: {
      ...{ id, denyAssignmentName: 'no', description: '', scope: VAULT, doNotApplyToChildScopes: false },
      ...{ principalIds: [principalId], excludedPrincipalIds: [], actions: [], notActions: [] },
      ...{ dataActions: ['*'], notDataActions: [] },
    },
  };
};

const PRINCIPALS = [
  { principalId: APP, clientId: CLIENT, tenantId: TENANT },
  { principalId: OWNER, clientId: CLIENT, tenantId: TENANT },
  { principalId: FOREIGNER, clientId: CLIENT, tenantId: OTHER_TENANT },
];

/** Who may, by object id and reason. */
async function verdicts(resourceId: string, dataAction: string, ...resources: Resource[]) {
  arm = await startTestArm({ resources });
  const answer = whoMay({ resourceId, operation: { dataAction } }, PRINCIPALS, arm.parts);
  expect(answer.map(({ allowed }) => allowed)).toEqual(answer.map(({ reason }) => reason === 'granted'));
  return Object.fromEntries(answer.map(({ principalId, reason }) => [principalId, reason]));
}

it('says of everybody whether a role assignment lets them, with what each had to say', async () => {
  arm = await startTestArm({ resources: [vault(), grant(APP, 'Key Vault Secrets User', VAULT)] });
  const secret = `${VAULT}/secrets/db`;
  const [app, owner] = whoMay({ resourceId: secret, operation: { dataAction: GET_SECRET } }, PRINCIPALS, arm.parts);
  expect(app).toMatchObject({ principalId: APP, allowed: true, reason: 'granted', decision: { resourceId: secret } });
  expect(owner).toMatchObject({
    allowed: false,
    reason: 'notGranted',
    decision: { grantedBy: null, considered: [{ roleName: 'Owner', verdict: 'action not in role' }] },
  });
});

it('lets nobody of another tenant, whatever roles they have', async () => {
  const found = await verdicts(VAULT, GET_SECRET, vault(), grant(FOREIGNER, 'Key Vault Secrets User', VAULT));
  expect(found).toMatchObject({ [FOREIGNER]: 'otherTenant' });
});

it('tells a deny assignment from no role', async () => {
  const found = await verdicts(VAULT, GET_SECRET, vault(), grant(APP, 'Key Vault Secrets User', VAULT), deny(APP));
  expect(found).toMatchObject({ [APP]: 'denied', [OWNER]: 'notGranted' });
});

it('shows whom role assignments at the resource and above it still name and nobody knows', async () => {
  const found = await verdicts(VAULT, GET_SECRET, vault(), grant(GONE, 'Key Vault Secrets User', GROUP));
  expect(found).toMatchObject({ [GONE]: 'unknown' });
});

it('asks the access policies of a vault that has them, and no role', async () => {
  const policies = [APP, GONE].map((objectId) => ({ tenantId: TENANT, objectId, permissions: { secrets: ['get'] } }));
  const found = await verdicts(
    `${VAULT}/secrets/db`,
    GET_SECRET,
    vault({ enableRbacAuthorization: false, accessPolicies: policies }),
    grant(OWNER, 'Key Vault Secrets User', VAULT),
    grant(STRANGER, 'Key Vault Secrets User', VAULT),
  );
  expect(found).toEqual({ [APP]: 'granted', [OWNER]: 'notGranted', [FOREIGNER]: 'otherTenant', [GONE]: 'unknown' });
});

it('takes the container as the scope of a blob, and its path for conditions', async () => {
  const path = 'Microsoft.Storage/storageAccounts/blobServices/containers/blobs:path';
  const condition = `@Resource[${path}] StringLike 'a/*'`;
  const conditional = grant(APP, 'Storage Blob Data Reader', CONTAINER, { condition, conditionVersion: '2.0' });
  expect(await verdicts(`${CONTAINER}/blobs/a/b.txt`, READ_BLOB, account, conditional)).toMatchObject({
    [APP]: 'granted',
  });
  await arm.close();
  expect(await verdicts(`${CONTAINER}/blobs/b.txt`, READ_BLOB, account, conditional)).toMatchObject({
    [APP]: 'notGranted',
  });
});

it('answers for actions of the control plane as well', async () => {
  arm = await startTestArm();
  const action = 'Microsoft.Compute/virtualMachines/delete';
  const answer = whoMay({ resourceId: GROUP, operation: { action } }, PRINCIPALS, arm.parts);
  expect(answer.map(({ reason }) => reason)).toEqual(['notGranted', 'granted', 'otherTenant']);
});

it.each([
  ['a subscription of nobody', VAULT.replace(/[0-9a-f-]{36}/, GONE)],
  ['a vault that is not there', `${VAULT}-none/secrets/a`],
  ['an account that is not there', ACCOUNT],
  ['what is no id', `${FOREIGN_SUBSCRIPTION}/a/b/c`],
])('finds nothing in %s', async (_, resourceId) => {
  arm = await startTestArm({ resources: [vault()] });
  expect(() => whoMay({ resourceId, operation: { dataAction: GET_SECRET } }, PRINCIPALS, arm.parts)).toThrow();
});

it('finds nothing in a vault that was deleted', async () => {
  arm = await startTestArm({ resources: [vault({ deletedAt: 1 })] });
  expect(() => whoMay({ resourceId: VAULT, operation: { dataAction: GET_SECRET } }, PRINCIPALS, arm.parts)).toThrow(
    'There is no such vault.',
  );
});
