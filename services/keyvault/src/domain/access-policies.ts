import { AzureError } from '@lab/shared/azure-error.ts';
import type { EventDetails } from '@lab/shared/events.ts';
import { sameText } from '@lab/shared/same-text.ts';
import type { AccessToken } from '@lab/shared/tokens/claims.ts';
import type { Vault } from './vault.ts';

/** What somebody may do with each kind of object, in a vault that does not use Azure RBAC. */
export type AccessPolicy = NonNullable<Vault['accessPolicies']>[number];

/**
 * The permission that each operation takes, as its page says. Finer than the data actions in one place (a deleted secret
 * is got, not listed) and coarser in another (to update is to set).
 * @see https://learn.microsoft.com/rest/api/keyvault/secrets
 */
const PERMISSION = {
  GetSecrets: 'list',
  GetSecretVersions: 'list',
  GetSecret: 'get',
  SetSecret: 'set',
  UpdateSecret: 'set',
  DeleteSecret: 'delete',
  GetDeletedSecrets: 'list',
  GetDeletedSecret: 'get',
  RecoverDeletedSecret: 'recover',
  PurgeDeletedSecret: 'purge',
  BackupSecret: 'backup',
  RestoreSecret: 'restore',
} as const;

export type SecretOperation = keyof typeof PERMISSION;
export const SECRET_OPERATIONS = Object.keys(PERMISSION) as readonly SecretOperation[];

type Verdict = 'grants' | 'other tenant' | 'other principal' | 'other application' | 'permission not in policy';

export type PolicyDecision = {
  readonly grantedBy: AccessPolicy | undefined;
  readonly permission: string;
  readonly considered: readonly { readonly policy: AccessPolicy; readonly verdict: Verdict }[];
};

/**
 * May this caller do that in this vault, by its access policies? They concern all secrets of the vault alike, and whatever
 * roles the caller has.
 */
export function decideByPolicies(caller: AccessToken, vault: Vault, operation: SecretOperation): PolicyDecision {
  const permission = PERMISSION[operation];
  const considered = (vault.accessPolicies ?? []).map((policy) => ({
    policy,
    verdict: verdictOf(policy, caller, vault, permission),
  }));
  return { permission, considered, grantedBy: considered.find(({ verdict }) => verdict === 'grants')?.policy };
}

function verdictOf(policy: AccessPolicy, caller: AccessToken, vault: Vault, permission: string): Verdict {
  const { tenantId, objectId, applicationId, permissions } = policy;
  if (!sameText(tenantId, caller.tid) || !sameText(tenantId, vault.tenantId)) return 'other tenant';
  if (![caller.oid, ...caller.groups].some((id) => sameText(id, objectId))) return 'other principal';
  if (applicationId !== undefined && !sameText(applicationId, caller.appid)) return 'other application';
  const isPermitted = permissions.secrets?.some((name) => sameText(name, permission) || sameText(name, 'all')) === true;
  return isPermitted ? 'grants' : 'permission not in policy';
}

/** The decision as events show it: each policy in the place of a role assignment, named by its holder. */
export const explainPolicies = (
  { grantedBy, considered, permission }: PolicyDecision,
  { resourceId }: Vault,
): NonNullable<EventDetails['decision']> => ({
  operation: `secrets ${permission}`,
  resourceId,
  grantedBy: grantedBy ? policyId(resourceId, grantedBy) : null,
  considered: considered.slice(0, 50).map(({ policy, verdict }) => ({
    assignmentId: policyId(resourceId, policy),
    roleName: `access policy: ${policy.permissions.secrets?.join(', ') || 'no secrets'}`,
    scope: resourceId,
    verdict,
  })),
});

/** The refusal of a vault that uses access policies. */
export const forbiddenByPolicy = (caller: AccessToken, vault: Vault, { permission }: PolicyDecision) =>
  new AzureError({
    kind: 'forbidden',
    code: 'Forbidden',
    message: `The user, group or application 'appid=${caller.appid};oid=${caller.oid};numgroups=${caller.groups.length};iss=${caller.iss}' does not have secrets ${permission} permission on key vault '${vault.name};location=${vault.location}'. For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125287`,
    extra: { innererror: 'AccessDenied' },
  });

const policyId = (vaultId: string, { objectId }: AccessPolicy): string => `${vaultId}/accessPolicies/${objectId}`;
