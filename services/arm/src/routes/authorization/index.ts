import { Router } from 'express';
import type { Parts } from '../../parts.ts';

/** `Microsoft.Authorization`: role definitions, role assignments, deny assignments, permissions. */
export function authorizationRoutes(_parts: Parts): Router {
  return Router();
}
