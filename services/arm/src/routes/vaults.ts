import { Router } from 'express';
import type { Parts } from '../parts.ts';

/** `Microsoft.KeyVault/vaults`. */
export function vaultRoutes(_parts: Parts): Router {
  return Router();
}
