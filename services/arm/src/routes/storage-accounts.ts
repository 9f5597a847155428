import { Router } from 'express';
import type { Parts } from '../parts.ts';

/** `Microsoft.Storage/storageAccounts`. */
export function storageAccountRoutes(_parts: Parts): Router {
  return Router();
}
