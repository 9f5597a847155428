import type { Clock } from '@lab/shared/clock.ts';
import type { DecisionMade } from '@lab/shared/events.ts';
import { decideByPolicies, explainPolicies, type SecretOperation } from '@lab/shared/policy/access-policies.ts';
import type { Assignments } from '@lab/shared/policy/assignments.ts';
import { explain } from '@lab/shared/policy/explain.ts';
import { attributesOf, environmentAt } from '@lab/shared/rbac/conditions/index.ts';
import { type Decision, decideAccess, type Operation } from '@lab/shared/rbac/decide-access.ts';
import { sameText } from '@lab/shared/same-text.ts';
import { type AccessTarget, findTarget, placesOf } from './access-target.ts';
import { findResourceId } from './resource-id.ts';
import type { Resources } from './resources.ts';

export type Principal = { readonly principalId: string; readonly clientId: string; readonly tenantId: string };

export type Verdict = {
  readonly principalId: string;
  readonly allowed: boolean;
  /** `otherTenant`: its tokens are refused before any role is looked at. `unknown`: nobody can get a token as it. */
  readonly reason: 'granted' | 'notGranted' | 'denied' | 'otherTenant' | 'unknown';
  readonly decision: DecisionMade;
};

/**
 * Who may do that with a resource, decided as the services do: role assignments with their conditions and deny assignments,
 * and in a vault that uses them its access policies. Those of principals that are no more are told of as well.
 *
 * Deviation from what a request gets: conditions that look at the request itself, such as its prefix or tags, are not met.
 * @param resourceId Full id. Of a blob, role assignments end at its container; its path is there for conditions.
 * @throws `not_found` for what is in no subscription of the lab, in no vault and no account of it.
 */
export function whoMay(
  { resourceId, operation }: { resourceId: string; operation: Operation },
  principals: readonly Principal[],
  { resources, assignments, clock }: { resources: Resources; assignments: Assignments; clock: Clock },
): Verdict[] {
  const { scope, tenantId, vault, blob } = findTarget(resources, resourceId);
  const attributes = attributesOf({ Resource: blob ?? {}, Environment: environmentAt(clock.now()) });
  const name = 'action' in operation ? operation.action : operation.dataAction;
  const secretOperation = 'dataAction' in operation ? operationOf(operation.dataAction) : undefined;
  const decide = (principal: Principal): Pick<Verdict, 'reason' | 'decision'> => {
    const { principalId, clientId: appid, tenantId: tid } = principal;
    if (vault?.enableRbacAuthorization === false && secretOperation) {
      const decision = decideByPolicies({ oid: principalId, appid, tid, groups: [] }, vault, secretOperation);
      return { reason: decision.grantedBy ? 'granted' : 'notGranted', decision: explainPolicies(decision, vault) };
    }
    const policy = assignments.ofPrincipals([principalId]);
    const decision = decideAccess({ principalIds: [principalId], operation, resourceId: scope, attributes }, policy);
    return { reason: reasonOf(decision), decision: explain(decision, { operation: name, resourceId: scope }) };
  };
  const known = principals.map((principal): Verdict => {
    const { reason, decision } = decide(principal);
    const isForeign = !sameText(principal.tenantId, tenantId);
    const { principalId } = principal;
    return {
      principalId,
      allowed: reason === 'granted' && !isForeign,
      reason: isForeign ? 'otherTenant' : reason,
      decision,
    };
  });
  const orphans = holders(resources, vault, scope)
    .filter((id) => !principals.some(({ principalId }) => sameText(principalId, id)))
    .map((principalId): Verdict => {
      const { decision } = decide({ principalId, clientId: '', tenantId });
      return { principalId, allowed: false, reason: 'unknown', decision };
    });
  return [...known, ...orphans];
}

const reasonOf = ({ grantedBy, deniedBy }: Decision): Verdict['reason'] => {
  if (grantedBy) return 'granted';
  return deniedBy ? 'denied' : 'notGranted';
};

/** Object ids that role assignments at this scope or above it name, or the access policies of the vault. */
function holders(resources: Resources, vault: AccessTarget['vault'], scope: string): string[] {
  const named =
    vault?.enableRbacAuthorization === false
      ? (vault.accessPolicies ?? []).map(({ objectId }) => objectId)
      : placesOf(findResourceId(scope)).flatMap(({ id }) => assignmentsAt(resources, id));
  return [...new Set(named.map((id) => id.toLowerCase()))].slice(0, MOST_ORPHANS);
}

const assignmentsAt = (resources: Resources, place: string): string[] =>
  resources
    .within('roleAssignment', `${place === '/' ? '' : place}/providers/Microsoft.Authorization/roleAssignments`)
    .map(({ value }) => value.principalId);

const MOST_ORPHANS = 100;

/** Which operation of Key Vault takes this data action: what access policies are asked about. */
const operationOf = (dataAction: string): SecretOperation | undefined =>
  OPERATION.find(([suffix]) => sameText(dataAction, `Microsoft.KeyVault/vaults/secrets/${suffix}`))?.[1];

const OPERATION: readonly (readonly [string, SecretOperation])[] = [
  ['getSecret/action', 'GetSecret'],
  ['setSecret/action', 'SetSecret'],
  ['update/action', 'UpdateSecret'],
  ['readMetadata/action', 'GetSecrets'],
  ['delete', 'DeleteSecret'],
  ['recover/action', 'RecoverDeletedSecret'],
  ['purge/action', 'PurgeDeletedSecret'],
  ['backup/action', 'BackupSecret'],
  ['restore/action', 'RestoreSecret'],
];
