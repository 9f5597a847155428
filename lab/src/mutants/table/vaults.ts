import { type Mutant, mutantsOf } from '../mutant.ts';

const VAULT_ROUTES = 'services/arm/src/routes/vaults.test.ts';
const ACCOUNT_ROUTES = 'services/arm/src/routes/storage-accounts.test.ts';
const ACCESS_POLICIES = 'shared/src/policy/access-policies.test.ts';
const POLICY_ROUTES = 'services/keyvault/src/routes/access-policies.test.ts';
const APPLY_PAGE = 'services/keyvault/src/store/apply-page.test.ts';

/** Vaults and storage accounts as resources, what becomes of their data, and access policies. */
export const VAULTS: readonly Mutant[] = [
  ...mutantsOf('services/arm/src/domain/vault-content.ts', VAULT_ROUTES, [
    {
      name: 'arm: tenant of a vault',
      find: "if (sent.tenantId && !sameText(sent.tenantId, tenantId)) throw invalidVaultValue('tenantId');",
      replace: '',
      test: 'refused for a vault > another tenant than the subscription’s',
    },
    {
      name: 'arm: tenant of an access policy',
      find: "if (!policies.every((policy) => sameText(policy.tenantId, tenantId))) throw invalidVaultValue('accessPolicies');",
      replace: '',
      test: 'refused for a vault > a policy for another tenant',
    },
    {
      name: 'arm: purge protection stays on',
      find: "if (sent.enablePurgeProtection === false) throw irreversible('enablePurgeProtection', 'purge protection');",
      replace: '',
      test: 'refused for a vault > what cannot be taken back: purge protection, soft delete, its retention',
    },
    {
      name: 'arm: network rules of a vault are refused, not ignored',
      find: "if (networkAcls?.defaultAction === 'Deny') throw networkRulesAbsent('networkAcls.defaultAction');",
      replace: '',
      test: 'refused for a vault > network rules',
    },
  ]),
  ...mutantsOf('services/arm/src/domain/vault.ts', VAULT_ROUTES, [
    {
      name: 'arm: names of vaults are unique',
      find: 'if (holder) throw vaultAlreadyExists(vault.name);',
      replace: '',
      test: 'refused for a vault > a name that is taken, in another group or by another tenant',
    },
    {
      name: 'arm: purge protection',
      find: 'if (vault.enablePurgeProtection) throw purgeNotAllowed();',
      replace: '',
      test: 'a deleted vault > is not purged by hand under purge protection, nor by who may not',
    },
    {
      name: 'arm: roles at a deleted vault',
      find: "for (const { id } of resources.within('roleAssignment', vault.resourceId)) resources.remove('roleAssignment', id);",
      replace: '',
      test: 'a deleted vault > takes the role assignments at it and in it along, for good',
    },
  ]),
  ...mutantsOf('services/arm/src/routes/vaults.ts', VAULT_ROUTES, [
    {
      name: 'arm: who may change the permission model',
      find: "if (changesModel && !isAllowed(res, 'Microsoft.Authorization/roleAssignments/write', known.resourceId)) {",
      replace: 'if (changesModel && known.resourceId === undefined) {',
      test: 'refused for a vault > another permission model, by who may not assign roles',
    },
  ]),
  ...mutantsOf('services/arm/src/routes/deleted-vaults.ts', VAULT_ROUTES, [
    {
      name: 'arm: who may purge a vault',
      find: '/locations/deletedVaults/purge/action`',
      replace: '/locations/deletedVaults/read`',
      test: 'a deleted vault > is not purged by hand under purge protection, nor by who may not',
    },
  ]),
  ...mutantsOf('services/arm/src/domain/storage-account.ts', ACCOUNT_ROUTES, [
    {
      name: 'arm: names of accounts are unique',
      find: 'if (holder) throw accountAlreadyTaken(account.name);',
      replace: '',
      test: 'refused for a storage account > a name that is taken: by the same subscription, by another one',
    },
  ]),
  ...mutantsOf('services/arm/src/domain/storage-account-content.ts', ACCOUNT_ROUTES, [
    {
      name: 'arm: network rules of an account are refused, not ignored',
      find: "if (restricted) throw absent('networkAcls', 'no network rules of storage accounts');",
      replace: '',
      test: 'refused for a storage account > network rules',
    },
  ]),
  ...mutantsOf('shared/src/policy/access-policies.ts', ACCESS_POLICIES, [
    {
      name: 'keyvault: holder of an access policy',
      find: "if (![caller.oid, ...caller.groups].some((id) => sameText(id, objectId))) return 'other principal';",
      replace: '',
      test: 'permitted to somebody else',
    },
    {
      name: 'keyvault: tenant of an access policy',
      find: "if (!sameText(tenantId, caller.tid) || !sameText(tenantId, vault.tenantId)) return 'other tenant';",
      replace: '',
      test: 'permitted by a policy of another tenant',
    },
    {
      name: 'keyvault: application of an access policy',
      find: "if (applicationId !== undefined && !sameText(applicationId, caller.appid)) return 'other application';",
      replace: '',
      test: 'permitted to another application only',
    },
    {
      name: 'keyvault: permission of an access policy',
      find: "return isPermitted ? 'grants' : 'permission not in policy';",
      replace: "return isPermitted || permission === 'get' ? 'grants' : 'permission not in policy';",
      test: 'permitted for keys, and not for secrets',
    },
  ]),
  ...mutantsOf('services/keyvault/src/routes/authorize.ts', POLICY_ROUTES, [
    {
      name: 'keyvault: access policies decide',
      find: 'if (!decision.grantedBy) throw forbiddenByPolicy(callerOf(res), vault, decision);',
      replace: '',
      test: "refuses what no access policy permits, in Azure's words",
    },
    {
      name: 'keyvault: one permission model at a time',
      find: 'if (vault.enableRbacAuthorization === false) {',
      replace: 'if (vault.accessPolicies !== undefined) {',
      test: 'lets roles decide where a vault uses RBAC, whatever its access policies say',
    },
  ]),
  ...mutantsOf('services/keyvault/src/store/vaults.ts', POLICY_ROUTES, [
    {
      name: 'keyvault: deleted vaults',
      find: '(vault?.deletedAt === undefined ? vault : undefined)',
      replace: '(vault)',
      test: 'has no data plane while the vault is deleted, and its secrets again when it is recovered',
    },
  ]),
  ...mutantsOf('services/keyvault/src/store/apply-page.ts', APPLY_PAGE, [
    {
      name: 'keyvault: secrets of a vault before',
      find: 'if (value === null || isAnother) purgeSecrets(id);',
      replace: 'if (value === null) purgeSecrets(id);',
      test: 'a vault and what it holds > are not those of another vault under the same name, also where only the new one was heard of',
    },
  ]),
  ...mutantsOf('services/blob/src/store/feed.ts', 'services/blob/src/store/feed.test.ts', [
    {
      name: 'blob: content of an account before',
      find: 'const freed = value === null || isAnother ?',
      replace: 'const freed = value === null ?',
      test: 'shows nothing of an account to another one of its name, also where only the new one was heard of',
    },
  ]),
];
