import type { EventDetails } from '../events.ts';
import type { ResourceOf } from '../feed/resources.ts';
import { sameText } from '../same-text.ts';
import type { AccessToken } from '../tokens/claims.ts';
import { mostTelling } from './explain.ts';

type Vault = ResourceOf<'vault'>;

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

export type PolicyVerdict =
  | 'grants'
  | 'other tenant'
  | 'other principal'
  | 'other application'
  | 'permission not in policy';

export type PolicyDecision = {
  readonly grantedBy: AccessPolicy | undefined;
  readonly permission: string;
  readonly considered: readonly { readonly policy: AccessPolicy; readonly verdict: PolicyVerdict }[];
};

/** What of a token policies look at. */
export type PolicyCaller = Pick<AccessToken, 'tid' | 'oid' | 'appid' | 'groups'>;

/**
 * May this caller do that in this vault, by its access policies? They concern all secrets of the vault alike, and whatever
 * roles the caller has.
 */
export function decideByPolicies(caller: PolicyCaller, vault: Vault, operation: SecretOperation): PolicyDecision {
  const permission = PERMISSION[operation];
  const considered = (vault.accessPolicies ?? []).map((policy) => ({
    policy,
    verdict: verdictOf(policy, caller, vault, permission),
  }));
  return { permission, considered, grantedBy: considered.find(({ verdict }) => verdict === 'grants')?.policy };
}

function verdictOf(policy: AccessPolicy, caller: PolicyCaller, vault: Vault, permission: string): PolicyVerdict {
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
): NonNullable<EventDetails['decision']> => {
  const { shown, ...more } = mostTelling(considered);
  return {
    operation: `secrets ${permission}`,
    resourceId,
    grantedBy: grantedBy ? policyId(resourceId, grantedBy) : null,
    considered: shown.map(({ policy, verdict }) => ({
      assignmentId: policyId(resourceId, policy),
      roleName: `access policy: ${policy.permissions.secrets?.join(', ') || 'no secrets'}`,
      scope: resourceId,
      verdict,
    })),
    ...more,
  };
};

const policyId = (vaultId: string, { objectId }: AccessPolicy): string => `${vaultId}/accessPolicies/${objectId}`;
