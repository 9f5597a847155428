import type { AzureError } from '@lab/shared/azure-error.ts';
import type { EventDetails } from '@lab/shared/events.ts';
import type { Assignments } from '@lab/shared/policy/assignments.ts';
import { explain } from '@lab/shared/policy/explain.ts';
import type { Attributes } from '@lab/shared/rbac/conditions/index.ts';
import { decideAccess } from '@lab/shared/rbac/decide-access.ts';
import type { AccessToken } from '@lab/shared/tokens/claims.ts';
import { type Account, containerIdOf } from './account.ts';
import { refuse } from './failures.ts';
import type { Operation, Right } from './operation.ts';

export type AccessQuestion = {
  readonly caller: AccessToken;
  readonly account: Account;
  /** Absent on the account itself. */
  readonly container: string | undefined;
  readonly operation: Operation;
  /** Whether the blob exists: asked only when a right depends on it. */
  readonly blobExists: () => boolean;
  /** What conditions of role assignments can ask for. */
  readonly attributes: Attributes;
  readonly subOperations: readonly string[];
};

export type Access = {
  /** Granted for a new blob only: to be asked again when the write is committed, for another writer may have come first. */
  readonly newOnly: boolean;
  readonly decision: NonNullable<EventDetails['decision']>;
  /** What to answer; undefined when access is granted. */
  readonly refusal: AzureError | undefined;
};

/**
 * Whether Azure RBAC lets this caller do this, before anything is said about what exists: a caller without rights cannot
 * tell a missing blob from a forbidden one.
 *
 * Scopes end at the container. Deviation: the 403 carries an `AuthorizationErrorDetail` that names principal, operation
 * and scope; Azure leaves the caller guessing.
 */
export function authorize(
  { caller, account, container, operation, blobExists, attributes, subOperations }: AccessQuestion,
  assignments: Assignments,
): Access {
  const principalIds = [caller.oid, ...caller.groups];
  const held = assignments.ofPrincipals(principalIds);
  const resourceId =
    operation.scope === 'account' || container === undefined ? account.resourceId : containerIdOf(account, container);
  const ask = (right: Right): Access => {
    const answer = decideAccess({ principalIds, operation: right, resourceId, attributes, subOperations }, held);
    const decision = explain(answer, { operation: nameOf(right), resourceId });
    const { grantedBy } = answer;
    const refusal = grantedBy ? undefined : forbidden(caller, operation, decision);
    return { newOnly: right.newOnly === true, decision, refusal };
  };

  const askAnyOf = ([first, ...others]: Operation['rights']): Access => {
    const answer = ask(first);
    if (!answer.refusal) return answer;
    for (const right of others) {
      const alternative = ask(right);
      if (!alternative.refusal && !(right.newOnly && blobExists())) return alternative;
    }
    return answer;
  };
  const answer = askAnyOf(operation.rights);
  if (answer.refusal) return answer;
  return operation.also?.map(ask).find(({ refusal }) => refusal) ?? answer;
}

/** The refusal of a right that held for a new blob only, once there is one. */
export const noLongerNew = (): AzureError => refuse('AuthorizationPermissionMismatch');

/**
 * Create Container is refused with another code than all else: seen so on the real service, and restic and rclone go on
 * after this one only.
 */
function forbidden(
  caller: AccessToken,
  { name }: Operation,
  { operation, resourceId }: Access['decision'],
): AzureError {
  const code = name === 'CreateContainer' ? 'AuthorizationFailure' : 'AuthorizationPermissionMismatch';
  return refuse(code, {
    AuthorizationErrorDetail:
      `The principal with object id '${caller.oid}' (client id '${caller.appid}') has no role assignment that allows ` +
      `'${operation}' at scope '${resourceId}'.`,
  });
}

const nameOf = (right: Right): string => ('action' in right ? right.action : right.dataAction);
