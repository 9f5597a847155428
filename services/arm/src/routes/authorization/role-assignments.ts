import { callerOf } from '@lab/shared/http/bearer.ts';
import { queryOf } from '@lab/shared/http/request.ts';
import { type Request, type Response, Router } from 'express';
import {
  invalidName,
  invalidPrincipalId,
  invalidPrincipalType,
  roleAssignmentNotFound,
  scopeNotAssignable,
} from '../../domain/authorization/failures.ts';
import { parseFilter } from '../../domain/authorization/filter.ts';
import {
  assignmentsSeenFrom,
  attributesOfAssignment,
  conditionOf,
  PutRoleAssignment,
  principalTypeNamed,
  principalTypeOf,
  putRoleAssignment,
} from '../../domain/authorization/role-assignment.ts';
import { isAssignableAt, isGuid, roleGuidOf, roleOf } from '../../domain/authorization/role-definition.ts';
import { checkExists, extensionId } from '../../domain/authorization/scopes.ts';
import { parseResourceId } from '../../domain/resource-id.ts';
import type { Parts } from '../../parts.ts';
import { listBody, pageRequestOf } from '../paging.ts';
import { bodyOf } from '../request-form.ts';
import { scopeOf } from '../request-subscription.ts';
import { toRoleAssignment } from './wire.ts';

const ACTION = 'Microsoft.Authorization/roleAssignments';
const LIST = '{/*scope}/providers/Microsoft.Authorization/roleAssignments';
const ONE = '{/*scope}/providers/Microsoft.Authorization/roleAssignments/:name';

const FILTER = { atScope: 'atScope()', principalId: 'principalId eq {}', assignedTo: 'assignedTo({})' };

/** From here on, a PUT that creates nothing is answered 200. Clients of earlier versions take 201 alone. */
const OK_SINCE = '2020-10-01';

/**
 * Role assignments: https://learn.microsoft.com/rest/api/authorization/role-assignments
 *
 *     GET            {scope}/providers/Microsoft.Authorization/roleAssignments?$filter=…
 *     GET PUT DELETE {scope}/providers/Microsoft.Authorization/roleAssignments/{guid}
 */
export function roleAssignmentRoutes(parts: Parts): Router {
  const { resources, authorize, principals, write, clock } = parts;
  const router = Router();

  router.get(LIST, (req, res) => {
    const scope = parseResourceId(scopeOf(req));
    authorize(res, `${ACTION}/read`, extensionId(scope, 'roleAssignments'));
    checkExists(resources, scope);
    const { atScope, principalId, assignedTo } = parseFilter(queryOf(req).get('$filter'), FILTER);
    const { limit, after } = pageRequestOf(req);
    // There are no groups here that one is in through another: whoever is assigned to is the principal itself.
    const [first, second] = [principalId, assignedTo].filter((id) => id !== undefined);
    const filter = { atScope: atScope !== undefined, principalId: first };
    const page = { after, limit: limit + 1 };
    const seen = assignmentsSeenFrom(resources, scope, filter, { tenantId: callerOf(res).tid, page });
    const items = second === undefined || second === first ? seen : [];
    res.json(listBody(req, items, ({ id }) => id, toRoleAssignment));
  });

  router.get(ONE, (req, res) => {
    const { name, id } = addressOf(req);
    authorize(res, `${ACTION}/read`, id);
    const assignment = resources.find('roleAssignment', id);
    if (!assignment) throw roleAssignmentNotFound(name);
    res.json(toRoleAssignment(assignment));
  });

  router.put(ONE, async (req, res) => {
    const { scope, name, id } = addressOf(req);
    await authorizeWrite(parts, req, res, id);
    if (!isGuid(name)) throw invalidName('RoleAssignment', name);
    checkExists(resources, parseResourceId(scope));

    const asked = bodyOf(req, PutRoleAssignment).properties;
    const { oid, tid } = callerOf(res);
    const { principalId } = asked;
    if (!isGuid(principalId)) throw invalidPrincipalId(principalId);
    const given = asked.principalType ? principalTypeNamed(asked.principalType) : undefined;
    if (asked.principalType && !given) throw invalidPrincipalType(asked.principalType);
    const role = roleOf(resources, roleGuidOf(asked.roleDefinitionId), tid);
    if (!isAssignableAt(role, scope)) throw scopeNotAssignable(scope, role.roleName);
    const condition = conditionOf(asked);
    const found = await principals.find(principalId);
    const principalType = principalTypeOf(principalId, { found, given, tenantId: tid });

    const { created, assignment } = await write(() => {
      // Again, and the role below: the directory was asked in between. What is made anew at a scope finds nothing there.
      checkExists(resources, parseResourceId(scope));
      const wanted = {
        id,
        scope,
        principalId: principalId.toLowerCase(),
        principalType,
        roleDefinitionId: roleOf(resources, role.id, tid).id,
        ...condition,
        ...(asked.description && { description: asked.description }),
        updatedAt: clock.now(),
        updatedBy: oid,
      };
      return putRoleAssignment(resources, wanted, tid);
    });
    const version = queryOf(req).get('api-version') ?? '';
    const { properties, ...shown } = toRoleAssignment(assignment);
    // Who created it is filled in later, in Azure.
    const body = { properties: { ...properties, ...(created && { createdBy: null }) }, ...shown };
    res.status(created || version < OK_SINCE ? 201 : 200).json(body);
  });

  router.delete(ONE, async (req, res) => {
    const { id } = addressOf(req);
    const known = resources.find('roleAssignment', id);
    authorize(res, `${ACTION}/delete`, id, { Resource: known ? attributesOfAssignment(known) : {} });
    const removed = await write(() => {
      const assignment = resources.find('roleAssignment', id);
      if (assignment) resources.remove('roleAssignment', id);
      return assignment;
    });
    if (removed) res.json(toRoleAssignment(removed));
    else res.status(204).end();
  });

  return router;
}

/**
 * Whether the caller may write this very assignment: conditions can ask what it is about. Where the request does not
 * say what the principal is, it is looked up, if that can make a difference.
 */
async function authorizeWrite({ authorize, isAllowed, principals }: Parts, req: Request, res: Response, id: string) {
  const action = `${ACTION}/write`;
  const said = requestOf(req);
  const about = { Request: attributesOfAssignment(said) };
  const { principalId, principalType } = said;
  if (principalId === undefined || principalType !== undefined || isAllowed(res, action, id, about)) {
    authorize(res, action, id, about);
    return;
  }
  const found = await principals.find(principalId).catch(() => undefined);
  authorize(res, action, id, { Request: attributesOfAssignment({ ...said, principalType: found?.principalType }) });
}

/** What the body says, as far as it can be read before anybody has been found entitled to send it. */
function requestOf(req: Request): { roleDefinitionId?: string; principalId?: string; principalType?: string } {
  try {
    const { roleDefinitionId, principalId, principalType } = bodyOf(req, PutRoleAssignment).properties;
    return { roleDefinitionId, principalId, ...(principalType && { principalType }) };
  } catch {
    return {}; // whoever may write at all hears of it in a moment
  }
}

function addressOf(req: Request): { scope: string; name: string; id: string } {
  const scope = scopeOf(req);
  const { name } = req.params as { name: string };
  return { scope, name, id: extensionId(scope, 'roleAssignments', name) };
}
