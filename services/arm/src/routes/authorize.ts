import { describe } from '@lab/shared/events.ts';
import { callerOf } from '@lab/shared/http/bearer.ts';
import type { Assignments } from '@lab/shared/policy/assignments.ts';
import { explain } from '@lab/shared/policy/explain.ts';
import { type Decision, decideAccess } from '@lab/shared/rbac/decide-access.ts';
import type { Response } from 'express';
import { authorizationFailed } from '../domain/errors.ts';

/**
 * May this caller do that here? The first line of every route, before anything is looked up: whoever may not is told
 * AuthorizationFailed, and nothing about what exists.
 *
 * @param action `Microsoft.Compute/virtualMachines/write`.
 * @param scope Id of the resource asked for, the new one of a PUT included.
 */
export type Authorize = (res: Response, action: string, scope: string) => void;

export type IsAllowed = (res: Response, action: string, scope: string) => boolean;

export const isAllowedBy =
  (assignments: Assignments): IsAllowed =>
  (res, action, scope) =>
    decide(assignments, res, action, scope).grantedBy !== undefined;

export const authorizer =
  (assignments: Assignments): Authorize =>
  (res, action, scope) => {
    const decision = decide(assignments, res, action, scope);
    describe(res, { operation: action, decision: explain(decision, { operation: action, resourceId: scope }) });
    if (!decision.grantedBy) throw authorizationFailed(callerOf(res), action, scope);
  };

/**
 * What of a list the caller may see: all of it with a role at the list's own scope, otherwise what it has a role for.
 * Throws AuthorizationFailed when there is nothing of that kind.
 * @param action `Microsoft.Compute/virtualMachines/read`.
 * @param scope Of the list: a subscription or a resource group.
 */
export type Visible = <T>(
  res: Response,
  action: string,
  scope: string,
  items: readonly T[],
  idOf: (item: T) => string,
) => readonly T[];

export const visibleTo =
  (authorize: Authorize, isAllowed: IsAllowed): Visible =>
  (res, action, scope, items, idOf) => {
    if (isAllowed(res, action, scope)) {
      authorize(res, action, scope);
      return items;
    }
    const visible = items.filter((item) => isAllowed(res, action, idOf(item)));
    const [first] = visible;
    authorize(res, action, first === undefined ? scope : idOf(first));
    return visible;
  };

/** The caller and its groups speak in one voice, as on the data planes. */
function decide(assignments: Assignments, res: Response, action: string, scope: string): Decision {
  const { oid, groups } = callerOf(res);
  const principalIds = [oid, ...groups];
  return decideAccess(
    { principalIds, operation: { action }, resourceId: scope },
    assignments.ofPrincipals(principalIds),
  );
}
