import type { Clock } from '@lab/shared/clock.ts';
import { describeDecision } from '@lab/shared/event-details.ts';
import { describe, detailsOf } from '@lab/shared/events.ts';
import { begin } from '@lab/shared/faults/index.ts';
import { callerOf } from '@lab/shared/http/bearer.ts';
import type { Assignments } from '@lab/shared/policy/assignments.ts';
import { explain } from '@lab/shared/policy/explain.ts';
import { type AttributeValue, attributesOf, environmentAt } from '@lab/shared/rbac/conditions/index.ts';
import { type Decision, decideAccess } from '@lab/shared/rbac/decide-access.ts';
import { covers } from '@lab/shared/rbac/scope.ts';
import type { Response } from 'express';
import { deniedBy } from '../domain/authorization/failures.ts';
import { authorizationFailed } from '../domain/errors.ts';

/**
 * May this caller do that here? The first line of every route, before anything is looked up: whoever may not is told
 * AuthorizationFailed, and nothing about what exists. With a role that would allow it, and a deny assignment that
 * forbids it: DenyAssignmentAuthorizationFailed.
 *
 * @param action `Microsoft.Compute/virtualMachines/write`.
 * @param scope Id of the resource asked for, the new one of a PUT included.
 * @param about What conditions of the caller's role assignments can ask for. Default: the time alone.
 */
export type Authorize = (res: Response, action: string, scope: string, about?: About) => void;

export type IsAllowed = (res: Response, action: string, scope: string, about?: About) => boolean;

export type About = Partial<Record<'Resource' | 'Request', Readonly<Record<string, AttributeValue | undefined>>>>;

export const isAllowedBy =
  (assignments: Assignments, clock: Clock): IsAllowed =>
  (res, action, scope, about) =>
    decide(assignments, clock, res, action, scope, about).grantedBy !== undefined;

export const authorizer =
  (assignments: Assignments, clock: Clock): Authorize =>
  (res, action, scope, about) => {
    begin(res, detailsOf(res).operation ?? action);
    const decision = decide(assignments, clock, res, action, scope, about);
    describeDecision(res, explain(decision, { operation: action, resourceId: scope }));
    const mayOtherwise = decision.considered.some(({ verdict }) => verdict === 'grants');
    if (decision.deniedBy && mayOtherwise) throw deniedBy(callerOf(res), action, scope, decision.deniedBy);
    if (!decision.grantedBy) throw authorizationFailed(callerOf(res), action, scope);
  };

/**
 * What of a list the caller may see: all of it with a role at the list's own scope, otherwise what it has a role for.
 * Throws AuthorizationFailed when there is nothing of that kind.
 * @param action `Microsoft.Compute/virtualMachines/read`.
 * @param scope Of the list: a subscription or a resource group.
 * @param mayBeEmpty Whether nothing at all is an answer: for who has some role there, as `hasRoleIn` says.
 */
export type Visible = <T>(
  res: Response,
  action: string,
  scope: string,
  items: readonly T[],
  idOf: (item: T) => string,
  mayBeEmpty?: boolean,
) => readonly T[];

export const visibleTo =
  (authorize: Authorize, isAllowed: IsAllowed): Visible =>
  (res, action, scope, items, idOf, mayBeEmpty = false) => {
    if (isAllowed(res, action, scope)) {
      authorize(res, action, scope);
      return items;
    }
    const visible = items.filter((item) => isAllowed(res, action, idOf(item)));
    const [first] = visible;
    if (first === undefined && mayBeEmpty) return [];
    authorize(res, action, first === undefined ? scope : idOf(first));
    return visible;
  };

/** Whether the caller has a role of any kind at a place, above it or below it. */
export type HasRoleIn = (res: Response, place: string) => boolean;

export const hasRoleInBy =
  (assignments: Assignments): HasRoleIn =>
  (res, place) => {
    const { oid, groups } = callerOf(res);
    return assignments
      .ofPrincipals([oid, ...groups])
      .roleAssignments.some(({ scope }) => covers(scope, place) || covers(place, scope));
  };

/**
 * For what everybody may know who has a role of any kind in a subscription: its name, its regions, what it lists. A deny
 * assignment wins over that as well.
 */
export const entering =
  (assignments: Assignments, clock: Clock, authorize: Authorize): Authorize =>
  (res, action, scope) => {
    begin(res, action);
    const { grantedBy, deniedBy } = decide(assignments, clock, res, action, scope);
    if (grantedBy || deniedBy || !hasRoleInBy(assignments)(res, scope)) authorize(res, action, scope);
    else describe(res, { note: 'allowed: the caller has a role at this scope or below it' });
  };

/**
 * For what a request does besides what it was authorised for: the right to the one suffices, but no deny assignment may
 * forbid the other. Throws DenyAssignmentAuthorizationFailed.
 */
export const refusingDenied =
  (assignments: Assignments, clock: Clock): Authorize =>
  (res, action, scope) => {
    const decision = decide(assignments, clock, res, action, scope);
    const { deniedBy: denial } = decision;
    if (!denial) return;
    describeDecision(res, explain(decision, { operation: action, resourceId: scope }));
    throw deniedBy(callerOf(res), action, scope, denial);
  };

/** The caller and its groups speak in one voice, as on the data planes. */
function decide(
  assignments: Assignments,
  clock: Clock,
  res: Response,
  action: string,
  scope: string,
  about: About = {},
): Decision {
  const { oid, groups } = callerOf(res);
  const principalIds = [oid, ...groups];
  const attributes = attributesOf({ ...about, Environment: environmentAt(clock.now()) });
  return decideAccess(
    { principalIds, operation: { action }, resourceId: scope, attributes },
    assignments.ofPrincipals(principalIds),
  );
}
