import { afterEach, beforeEach, expect, it } from 'vitest';
import { failure, OFFICER, STRANGER, startTestVault, TENANT, type TestVault, VAULT } from '../testing.ts';

let vault: TestVault;
beforeEach(async () => {
  vault = await startTestVault();
  await vault.ask('PUT', '/secrets/db-pw', { body: { value: 'x' } });
});
afterEach(() => vault.close());

/** The vault changes to access policies: these, for STRANGER. */
const permit = (...secrets: string[]) => {
  const accessPolicies = [{ tenantId: TENANT, objectId: STRANGER, permissions: { secrets } }];
  vault.vaults.put({ ...VAULT, enableRbacAuthorization: false, accessPolicies });
};

it('lets access policies decide where a vault does not use RBAC, and roles no longer', async () => {
  permit('get', 'list');
  const answer = await vault.ask('GET', '/secrets/db-pw', { token: STRANGER });
  expect([answer.status, answer.body.value]).toEqual([200, 'x']);
  expect(answer.headers['x-ms-keyvault-rbac-assignment-id']).toBeUndefined();
  expect((await vault.ask('GET', '/secrets', { token: STRANGER })).body.value).toHaveLength(1);
  // An officer by role, and nobody here.
  expect(failure(await vault.ask('GET', '/secrets/db-pw', { token: OFFICER }))).toBe('403 Forbidden/AccessDenied');
});

it('lets roles decide where a vault uses RBAC, whatever its access policies say', async () => {
  const accessPolicies = [{ tenantId: TENANT, objectId: STRANGER, permissions: { secrets: ['all'] } }];
  for (const enableRbacAuthorization of [true, undefined]) {
    vault.vaults.put({ ...VAULT, enableRbacAuthorization, accessPolicies });
    expect(failure(await vault.ask('GET', '/secrets/db-pw', { token: STRANGER }))).toBe(
      '403 Forbidden/ForbiddenByRbac',
    );
  }
});

it("refuses what no access policy permits, in Azure's words", async () => {
  permit('list');
  const answer = await vault.ask('GET', '/secrets/db-pw', { token: STRANGER });
  expect([answer.status, answer.body]).toEqual([
    403,
    {
      error: {
        code: 'Forbidden',
        message: `The user, group or application 'appid=22222222-2222-4222-8222-222222222222;oid=${STRANGER};numgroups=0;iss=https://sts.windows.net/${TENANT}/' does not have secrets get permission on key vault 'kv-lab;location=westeurope'. For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125287`,
        innererror: { code: 'AccessDenied' },
      },
    },
  ]);
});

it.each([
  ['GET', '/secrets'],
  ['GET', '/secrets/db-pw'],
  ['GET', '/secrets/nope'],
  ['GET', '/secrets/not.a.name'],
  ['PUT', '/secrets/db-pw'],
  ['PATCH', '/secrets/db-pw'],
  ['DELETE', '/secrets/db-pw'],
  ['GET', '/secrets/db-pw/versions'],
  ['GET', '/deletedsecrets'],
  ['GET', '/deletedsecrets/db-pw'],
  ['DELETE', '/deletedsecrets/db-pw'],
  ['POST', '/deletedsecrets/db-pw/recover'],
  ['POST', '/secrets/db-pw/backup'],
  ['POST', '/secrets/restore'],
])('asks the access policies before anything about a secret is said: %s %s', async (method, path) => {
  permit();
  const answer = await vault.ask(method, path, { token: STRANGER, rawBody: '{' });
  expect(failure(answer)).toBe('403 Forbidden/AccessDenied');
});

it('shows which access policy decided', async () => {
  permit('get');
  await vault.ask('GET', '/secrets/db-pw', { token: STRANGER });
  expect(vault.events.since(0).at(-1)).toMatchObject({
    operation: 'GetSecret',
    decision: {
      operation: 'secrets get',
      grantedBy: `${VAULT.resourceId}/accessPolicies/${STRANGER}`,
      considered: [{ roleName: 'access policy: get', verdict: 'grants' }],
    },
  });
});

it('has no data plane while the vault is deleted, and its secrets again when it is recovered', async () => {
  vault.vaults.put({ ...VAULT, deletedAt: 1 });
  const answer = await vault.ask('GET', '/secrets/db-pw', { token: null });
  expect([failure(answer), answer.headers['www-authenticate']]).toEqual(['404 VaultNotFound', undefined]);
  vault.vaults.put(VAULT);
  expect((await vault.ask('GET', '/secrets/db-pw')).body.value).toBe('x');
});
