import { begin } from '@lab/shared/faults/index.ts';
import { callerOf } from '@lab/shared/http/bearer.ts';
import { covers } from '@lab/shared/rbac/scope.ts';
import { Router } from 'express';
import { checkExists, extensionId } from '../../domain/authorization/scopes.ts';
import { authorizationFailed } from '../../domain/errors.ts';
import { parseResourceId } from '../../domain/resource-id.ts';
import type { Parts } from '../../parts.ts';
import { scopeOf } from '../request-subscription.ts';

const ACTION = 'Microsoft.Authorization/permissions/read';

/**
 * What the caller may do at a scope: https://learn.microsoft.com/rest/api/authorization/permissions
 *
 *     GET {scope}/providers/Microsoft.Authorization/permissions
 *     GET /subscriptions/{id}/providers/Microsoft.Authorization/classicAdministrators
 *
 * Everybody may ask who has any role there, for it is about nobody else.
 */
export function permissionRoutes({ resources, assignments, authorize }: Parts): Router {
  const router = Router();

  router.get('{/*scope}/providers/Microsoft.Authorization/permissions', (req, res) => {
    const scope = parseResourceId(scopeOf(req));
    const caller = callerOf(res);
    const { roleAssignments } = assignments.ofPrincipals([caller.oid, ...caller.groups]);
    const held = roleAssignments.filter((assignment) => covers(assignment.scope, scope.id));
    begin(res, ACTION);
    if (held.length === 0) throw authorizationFailed(caller, ACTION, extensionId(scope, 'permissions'));
    checkExists(resources, scope);
    res.json({
      value: held.map(({ role, condition }) => ({
        actions: role.actions,
        notActions: role.notActions,
        dataActions: role.dataActions,
        notDataActions: role.notDataActions,
        ...(condition !== undefined && { condition, conditionVersion: '2.0' }),
      })),
    });
  });

  /** Retired in Azure, and asked for by `az role assignment list --include-classic-administrators`. */
  router.get('/subscriptions/:subscriptionId/providers/Microsoft.Authorization/classicAdministrators', (req, res) => {
    const scope = `/subscriptions/${req.params.subscriptionId}`;
    authorize(res, 'Microsoft.Authorization/classicAdministrators/read', extensionId(scope, 'classicAdministrators'));
    res.json({ value: [] });
  });

  return router;
}
