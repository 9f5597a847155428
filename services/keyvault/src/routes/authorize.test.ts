import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failure, OFFICER, roleNamed, STRANGER, startTestVault, type TestVault, VAULT } from '../testing.ts';

let vault: TestVault;
beforeEach(async () => {
  vault = await startTestVault();
  await vault.ask('PUT', '/secrets/db-pw', { body: { value: 'x' } });
});
afterEach(() => vault.close());

const asStranger = (method: string, path: string, more = {}) => vault.ask(method, path, { token: STRANGER, ...more });

it("refuses in Azure's words, line by line", async () => {
  const { status, body } = await asStranger('GET', '/secrets/db-pw/');
  expect(status).toBe(403);
  expect(body).toEqual({
    error: {
      code: 'Forbidden',
      message:
        'Caller is not authorized to perform action on resource.\r\n' +
        'If role assignments, deny assignments or role definitions were changed recently, please observe propagation time.\r\n' +
        `Caller: appid=22222222-2222-4222-8222-222222222222;oid=${STRANGER};iss=https://sts.windows.net/11111111-1111-4111-8111-111111111111/\r\n` +
        "Action: 'Microsoft.KeyVault/vaults/secrets/getSecret/action'\r\n" +
        `Resource: '${VAULT.resourceId.toLowerCase()}/secrets/db-pw'\r\n` +
        'Assignment: (not found)\r\n' +
        'DenyAssignmentId: null\r\n' +
        "DecisionReason: 'DeniedWithNoValidRBAC' \r\n" +
        'Vault: kv-lab;location=westeurope\r\n',
      innererror: { code: 'ForbiddenByRbac' },
    },
  });
});

describe('asks for the data action of each operation, before anything about the secret is said', () => {
  const SECRET = '/secrets/db-pw';
  it.each([
    ['GET', '/secrets', 'readMetadata/action', ''],
    ['GET', SECRET, 'getSecret/action', SECRET],
    ['GET', '/secrets/db-pw/0f8fad5bd9cb469fa16570867728950e', 'getSecret/action', SECRET],
    ['PUT', SECRET, 'setSecret/action', SECRET],
    ['PATCH', SECRET, 'update/action', SECRET],
    ['PATCH', '/secrets/db-pw/0f8fad5bd9cb469fa16570867728950e', 'update/action', SECRET],
    ['DELETE', SECRET, 'delete', SECRET],
    ['GET', '/secrets/db-pw/versions', 'readMetadata/action', SECRET],
    ['GET', '/deletedsecrets', 'readMetadata/action', ''],
    ['GET', '/deletedsecrets/db-pw', 'readMetadata/action', SECRET],
    ['DELETE', '/deletedsecrets/db-pw', 'purge/action', SECRET],
    ['POST', '/deletedsecrets/db-pw/recover', 'recover/action', SECRET],
    ['POST', '/secrets/db-pw/backup', 'backup/action', SECRET],
    ['POST', '/secrets/restore', 'restore/action', ''],
  ])('%s %s', async (method, path, action, scope) => {
    const answer = await asStranger(method, path, { rawBody: '{' });
    expect(failure(answer)).toBe('403 Forbidden/ForbiddenByRbac');
    expect(answer.body.error.message).toContain(`Action: 'Microsoft.KeyVault/vaults/secrets/${action}'`);
    expect(answer.body.error.message).toContain(`Resource: '${VAULT.resourceId.toLowerCase()}${scope}'`);
  });
});

it.each(['/secrets/nope', '/secrets/not.a.name', '/secrets/db%2Fpw'])('answers 403 for %s too', async (path) => {
  expect(failure(await asStranger('GET', path))).toBe('403 Forbidden/ForbiddenByRbac');
});

it('reads and lists, but does not write, with Key Vault Secrets User', async () => {
  const id = vault.assign(STRANGER, 'Key Vault Secrets User', VAULT.resourceId);
  const { status, headers } = await asStranger('GET', '/secrets/db-pw');
  expect(status).toBe(200);
  expect(headers['x-ms-keyvault-rbac-assignment-id']).toBe(id.split('/').at(-1));
  expect(headers['x-ms-keyvault-rbac-cache']).toMatch(/^ra_age=\d+;da_age=\d+;rd_age=\d+;$/);
  expect((await asStranger('GET', '/secrets')).status).toBe(200);
  expect((await asStranger('PUT', '/secrets/db-pw', { body: { value: 'y' } })).status).toBe(403);
});

it('opens nothing with roles that have no data actions', async () => {
  vault.assign(STRANGER, 'Owner', VAULT.resourceId);
  vault.assign(STRANGER, 'Key Vault Contributor', VAULT.resourceId);
  expect((await asStranger('GET', '/secrets/db-pw')).status).toBe(403);
});

it('ends at the scope of the assignment: one secret is not its neighbour, nor the list', async () => {
  vault.assign(STRANGER, 'Key Vault Secrets User', `${VAULT.resourceId}/secrets/db-pw`);
  expect((await asStranger('GET', '/secrets/DB-PW')).status).toBe(200);
  expect((await asStranger('GET', '/secrets/db-pw/versions')).status).toBe(200);
  expect((await asStranger('GET', '/secrets/db-pw2')).status).toBe(403);
  expect((await asStranger('GET', '/secrets')).status).toBe(403);
});

it('takes an encoded slash for no part of a scope', async () => {
  vault.assign(STRANGER, 'Key Vault Secrets User', `${VAULT.resourceId}/secrets/db-pw`);
  expect(failure(await asStranger('GET', '/secrets/db-pw%2Fother'))).toBe('403 Forbidden/ForbiddenByRbac');
});

it('counts the groups of a token', async () => {
  const group = '66666666-6666-4666-8666-666666666666';
  const other = await startTestVault({
    verifyToken: async () => ({ ...(await import('../testing.ts')).accessToken(STRANGER), groups: [group] }),
  });
  expect((await other.ask('GET', '/secrets')).status).toBe(403);
  other.assign(group, 'Key Vault Reader', VAULT.resourceId);
  expect((await other.ask('GET', '/secrets')).status).toBe(200);
  await other.close();
});

it('allows nothing while no role assignment is known', async () => {
  vault.assignments.clear();
  expect(failure(await vault.ask('GET', '/secrets/db-pw'))).toBe('403 Forbidden/ForbiddenByRbac');
});

it('records the decision with what each assignment had to say', async () => {
  vault.assign(STRANGER, 'Key Vault Reader', VAULT.resourceId);
  await asStranger('GET', '/secrets/db-pw');
  expect(vault.events.since(0).at(-1)).toMatchObject({
    operation: 'GetSecret',
    principalId: STRANGER,
    status: 403,
    errorCode: 'ForbiddenByRbac',
    decision: {
      operation: 'Microsoft.KeyVault/vaults/secrets/getSecret/action',
      resourceId: `${VAULT.resourceId}/secrets/db-pw`,
      grantedBy: null,
      considered: [{ roleName: 'Key Vault Reader', scope: VAULT.resourceId, verdict: 'action not in role' }],
    },
  });
  await vault.ask('GET', '/secrets/db-pw');
  expect(vault.events.since(0).at(-1)).toMatchObject({
    principalId: OFFICER,
    decision: { considered: [{ verdict: 'grants' }, { verdict: 'other scope' }] },
  });
});

it('is kept from a vault by a deny assignment, whatever the roles say, and told so', async () => {
  const guid = '77777777-7777-4777-8777-777777777777';
  const id = `${VAULT.resourceId}/providers/Microsoft.Authorization/denyAssignments/${guid}`;
  const value = {
    id,
    denyAssignmentName: 'Deny',
    description: '',
    scope: VAULT.resourceId,
    doNotApplyToChildScopes: false,
    principalIds: ['00000000-0000-0000-0000-000000000000'],
    excludedPrincipalIds: [],
    actions: [],
    notActions: [],
    dataActions: ['Microsoft.KeyVault/vaults/secrets/getSecret/action'],
    notDataActions: [],
  };
  vault.assignments.apply({ kind: 'denyAssignment', id, value });
  const answer = await vault.ask('GET', '/secrets/db-pw');
  expect(failure(answer)).toBe('403 Forbidden/ForbiddenByRbac');
  expect(answer.body.error.message).toContain(
    `DenyAssignmentId: '${guid}'\r\nDecisionReason: 'DeniedByDenyAssignment' `,
  );
  expect((await vault.ask('GET', '/secrets')).status).toBe(200);
});

it('knows of conditions the time, and nothing of its secrets', async () => {
  const id = vault.assign(STRANGER, 'Key Vault Secrets User', VAULT.resourceId);
  const under = (condition: string) => {
    const { id: roleDefinitionId } = roleNamed('Key Vault Secrets User');
    const principal = { principalId: STRANGER, principalType: 'ServicePrincipal' as const };
    const value = { id, scope: VAULT.resourceId, ...principal, roleDefinitionId, condition };
    vault.assignments.apply({ kind: 'roleAssignment', id, value });
    return asStranger('GET', '/secrets/db-pw').then(({ status }) => status);
  };
  expect(await under("@Environment[UtcNow] DateTimeGreaterThan '2001-01-01T00:00:00.0Z'")).toBe(200);
  expect(await under("@Environment[UtcNow] DateTimeLessThan '2001-01-01T00:00:00.0Z'")).toBe(403);
  expect(await under("@Resource[Microsoft.Storage/storageAccounts:name] StringNotEquals 'x'")).toBe(403);
});
