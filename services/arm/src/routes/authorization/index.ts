/**
 * `Microsoft.Authorization`: who may do what, where. Role definitions, role assignments, deny assignments, and what the
 * caller may do. All of them are extensions: they are on any scope, and their ids begin with its id.
 */
import { Router } from 'express';
import type { Parts } from '../../parts.ts';
import { denyAssignmentRoutes } from './deny-assignments.ts';
import { permissionRoutes } from './permissions.ts';
import { roleAssignmentRoutes } from './role-assignments.ts';
import { roleDefinitionRoutes } from './role-definitions.ts';

export function authorizationRoutes(parts: Parts): Router {
  const router = Router();
  router.use(roleDefinitionRoutes(parts), roleAssignmentRoutes(parts));
  router.use(denyAssignmentRoutes(parts), permissionRoutes(parts));
  return router;
}
