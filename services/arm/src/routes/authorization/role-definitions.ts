import { begin } from '@lab/shared/faults/index.ts';
import { callerOf } from '@lab/shared/http/bearer.ts';
import { queryOf } from '@lab/shared/http/request.ts';
import { type Request, type Response, Router } from 'express';
import {
  builtInRole,
  hasAssignments,
  invalidName,
  roleDefinitionNotFound,
} from '../../domain/authorization/failures.ts';
import { parseFilter } from '../../domain/authorization/filter.ts';
import {
  checkNameIsFree,
  customRole,
  isAssignableAt,
  isAssignableBelow,
  isCustom,
  isGuid,
  isVisibleTo,
  PutRoleDefinition,
  type RoleDefinition,
  roleOf,
} from '../../domain/authorization/role-definition.ts';
import { checkExists, extensionId, isOfTenant } from '../../domain/authorization/scopes.ts';
import { linkedAuthorizationFailed } from '../../domain/errors.ts';
import { parseResourceId } from '../../domain/resource-id.ts';
import type { Parts } from '../../parts.ts';
import { listBody } from '../paging.ts';
import { bodyOf } from '../request-form.ts';
import { scopeOf } from '../request-subscription.ts';
import { toRoleDefinition } from './wire.ts';

const ACTION = 'Microsoft.Authorization/roleDefinitions';
const LIST = '{/*scope}/providers/Microsoft.Authorization/roleDefinitions';
const ONE = '{/*scope}/providers/Microsoft.Authorization/roleDefinitions/:name';

const FILTER = { roleName: 'roleName eq {}', type: 'type eq {}', below: 'atScopeAndBelow()' };

/**
 * Role definitions: https://learn.microsoft.com/rest/api/authorization/role-definitions
 *
 *     GET            {scope}/providers/Microsoft.Authorization/roleDefinitions?$filter=roleName eq '…'
 *     GET PUT DELETE {scope}/providers/Microsoft.Authorization/roleDefinitions/{guid}
 */
export function roleDefinitionRoutes({ resources, authorize, isAllowed, write, clock }: Parts): Router {
  const router = Router();

  /** Without a scope they are no secret: everybody who has a token of some tenant may read them. */
  const authorizeRead = (res: Response, scope: string, id: string) => {
    if (scope === '/') begin(res, `${ACTION}/read`);
    else authorize(res, `${ACTION}/read`, id);
  };

  router.get(LIST, (req, res) => {
    const scope = scopeOf(req);
    authorizeRead(res, scope, extensionId(scope, 'roleDefinitions'));
    checkExists(resources, parseResourceId(scope));
    const filter = parseFilter(queryOf(req).get('$filter'), FILTER);
    const { tid } = callerOf(res);
    const wanted = (role: RoleDefinition): boolean =>
      isVisibleTo(role, tid) &&
      (isAssignableAt(role, scope) || (filter.below !== undefined && isAssignableBelow(role, scope))) &&
      (filter.roleName === undefined || role.roleName.toLowerCase() === filter.roleName.toLowerCase()) &&
      (filter.type === undefined || typeOf(role).toLowerCase() === filter.type.toLowerCase());
    const roles = resources.all('roleDefinition').filter(wanted);
    res.json(
      listBody(
        req,
        roles,
        ({ id }) => id,
        (role) => toRoleDefinition(scope, role),
      ),
    );
  });

  router.get(ONE, (req, res) => {
    const { scope, name, id } = addressOf(req);
    authorizeRead(res, scope, id);
    if (!isGuid(name)) throw invalidName('RoleDefinition', name);
    res.json(toRoleDefinition(scope, roleOf(resources, name, callerOf(res).tid)));
  });

  router.put(ONE, async (req, res) => {
    const { scope, name, id } = addressOf(req);
    authorize(res, `${ACTION}/write`, id);
    if (!isGuid(name)) throw invalidName('RoleDefinition', name);
    const { role, scopes } = customRole(bodyOf(req, PutRoleDefinition).properties);
    const caller = callerOf(res);
    for (const assignable of scopes) {
      // One of another tenant, or none at all: nobody here may write there, and so it says.
      const isOwn = assignable.subscriptionId !== undefined && isOfTenant(resources, assignable.id, caller.tid);
      const target = extensionId(assignable, 'roleDefinitions', name);
      if (!isOwn || !isAllowed(res, `${ACTION}/write`, target)) {
        const action = `${ACTION}/write`;
        throw linkedAuthorizationFailed(caller, { action, scope: id }, { action, scope: assignable.id });
      }
      checkExists(resources, assignable);
    }
    const guid = name.toLowerCase();
    const written = await write(() => {
      const known = resources.find('roleDefinition', guid);
      if (known && !isVisibleTo(known, caller.tid)) throw roleDefinitionNotFound(guid);
      if (known && !isCustom(known)) throw builtInRole(known.roleName);
      // Whoever has it at a scope is given what it says now: the right at the new scopes alone would reach further.
      for (const assignable of known?.assignableScopes ?? []) {
        const action = `${ACTION}/write`;
        if (isAllowed(res, action, extensionId(assignable, 'roleDefinitions', name))) continue;
        throw linkedAuthorizationFailed(caller, { action, scope: id }, { action, scope: assignable });
      }
      checkNameIsFree(resources, role, guid, caller.tid);
      const now = clock.now();
      const value: RoleDefinition = {
        id: guid,
        ...role,
        roleType: 'CustomRole',
        tenantId: caller.tid,
        assignableScopes: scopes.map((assignable) => assignable.id),
        createdAt: known?.createdAt ?? now,
        updatedAt: now,
      };
      resources.put({ kind: 'roleDefinition', id: guid, value });
      return value;
    });
    // 201 for a change as well: clients take nothing else.
    res.status(201).json(toRoleDefinition(scope, written));
  });

  router.delete(ONE, async (req, res) => {
    const { scope, name, id } = addressOf(req);
    authorize(res, `${ACTION}/delete`, id);
    if (!isGuid(name)) throw invalidName('RoleDefinition', name);
    const caller = callerOf(res);
    const removed = await write(() => {
      const known = resources.find('roleDefinition', name);
      if (!known || !isVisibleTo(known, caller.tid)) return undefined;
      if (!isCustom(known)) throw builtInRole(known.roleName);
      for (const assignable of known.assignableScopes ?? []) {
        const action = `${ACTION}/delete`;
        if (isAllowed(res, action, extensionId(assignable, 'roleDefinitions', name))) continue;
        throw linkedAuthorizationFailed(caller, { action, scope: id }, { action, scope: assignable });
      }
      if (resources.findBy('roleAssignment', 'roleDefinitionId', known.id).length > 0) {
        throw hasAssignments(known.roleName);
      }
      resources.remove('roleDefinition', known.id);
      return known;
    });
    if (removed) res.json(toRoleDefinition(scope, removed));
    else res.status(204).end();
  });

  return router;
}

const typeOf = (role: RoleDefinition): string => (isCustom(role) ? 'CustomRole' : 'BuiltInRole');

function addressOf(req: Request): { scope: string; name: string; id: string } {
  const scope = scopeOf(req);
  const { name } = req.params as { name: string };
  return { scope, name, id: extensionId(scope, 'roleDefinitions', name) };
}
