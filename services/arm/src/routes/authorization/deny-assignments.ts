import type { ResourceOf } from '@lab/shared/feed/resources.ts';
import { callerOf } from '@lab/shared/http/bearer.ts';
import { queryOf } from '@lab/shared/http/request.ts';
import { EVERYONE } from '@lab/shared/rbac/decide-access.ts';
import { covers } from '@lab/shared/rbac/scope.ts';
import { sameText } from '@lab/shared/same-text.ts';
import { type Request, Router } from 'express';
import { denyAssignmentNotFound, denyAssignmentsAreAzures } from '../../domain/authorization/failures.ts';
import { parseFilter } from '../../domain/authorization/filter.ts';
import { checkExists, extensionId, isOfTenant } from '../../domain/authorization/scopes.ts';
import { parseResourceId } from '../../domain/resource-id.ts';
import type { Parts } from '../../parts.ts';
import { listBody } from '../paging.ts';
import { scopeOf } from '../request-subscription.ts';
import { toDenyAssignment } from './wire.ts';

type DenyAssignment = ResourceOf<'denyAssignment'>;

const ACTION = 'Microsoft.Authorization/denyAssignments';
const LIST = '{/*scope}/providers/Microsoft.Authorization/denyAssignments';
const ONE = '{/*scope}/providers/Microsoft.Authorization/denyAssignments/:name';

const FILTER = {
  atScope: 'atScope()',
  name: 'denyAssignmentName eq {}',
  principalId: 'principalId eq {}',
  assignedTo: 'assignedTo({})',
  personal: 'gdprExportPrincipalId eq {}',
};

/**
 * Deny assignments: https://learn.microsoft.com/rest/api/authorization/deny-assignments
 *
 *     GET        {scope}/providers/Microsoft.Authorization/denyAssignments?$filter=…
 *     GET        {scope}/providers/Microsoft.Authorization/denyAssignments/{guid}
 *     PUT DELETE refused: nobody but Azure makes them
 */
export function denyAssignmentRoutes({ resources, authorize }: Parts): Router {
  const router = Router();
  const typeOf = (principalId: string): string => (principalId === EVERYONE ? 'SystemDefined' : 'ServicePrincipal');
  const toWire = (denial: DenyAssignment) => toDenyAssignment(denial, typeOf);

  router.get(LIST, (req, res) => {
    const scope = parseResourceId(scopeOf(req));
    authorize(res, `${ACTION}/read`, extensionId(scope, 'denyAssignments'));
    checkExists(resources, scope);
    const filter = parseFilter(queryOf(req).get('$filter'), FILTER);
    const { tid } = callerOf(res);
    const concerns = (denial: DenyAssignment, principalId: string): boolean =>
      denial.principalIds.some((id) => id === EVERYONE || sameText(id, principalId));
    const seen = resources.all('denyAssignment').filter((denial) => {
      const isBelow = filter.atScope === undefined && covers(scope.id, denial.scope);
      if (!covers(denial.scope, scope.id) && !isBelow) return false;
      if (!isOfTenant(resources, denial.scope, tid)) return false;
      if (filter.name !== undefined && !sameText(filter.name, denial.denyAssignmentName)) return false;
      const principals = [filter.principalId, filter.assignedTo, filter.personal].filter((id) => id !== undefined);
      return principals.every((id) => concerns(denial, id));
    });
    res.json(listBody(req, seen, ({ id }) => id, toWire));
  });

  router.get(ONE, (req, res) => {
    const { name, id } = addressOf(req);
    authorize(res, `${ACTION}/read`, id);
    const denial = resources.find('denyAssignment', id);
    if (!denial) throw denyAssignmentNotFound(name);
    res.json(toWire(denial));
  });

  router.put(ONE, (req, res) => {
    authorize(res, `${ACTION}/write`, addressOf(req).id);
    throw denyAssignmentsAreAzures();
  });

  router.delete(ONE, (req, res) => {
    authorize(res, `${ACTION}/delete`, addressOf(req).id);
    throw denyAssignmentsAreAzures();
  });

  return router;
}

function addressOf(req: Request): { name: string; id: string } {
  const { name } = req.params as { name: string };
  return { name, id: extensionId(scopeOf(req), 'denyAssignments', name) };
}
