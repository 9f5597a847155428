import { AzureError } from '@lab/shared/azure-error.ts';
import { describe, type Events } from '@lab/shared/events.ts';
import { allow } from '@lab/shared/fabric/peers.ts';
import { Router } from 'express';
import type { Registrations } from '../domain/application.ts';
import type { Directory } from '../domain/directory.ts';
import { findAnyPrincipal } from '../domain/principal.ts';

/**
 * `GET /principals/{objectId}` → 200 `{ principalId, clientId, tenantId, principalType, displayName }`, or 404. Resource
 * Manager asks before it stores a role assignment of a principal that it does not know itself.
 */
export function principalRoutes({
  events,
  ...who
}: {
  directory: Directory;
  registrations: Registrations;
  events: Events;
}): Router {
  const router = Router();
  router.get('/principals/:objectId', events.record, allow('arm'), (req, res) => {
    describe(res, { operation: 'FindPrincipal' });
    const principal = findAnyPrincipal(String(req.params.objectId), who);
    if (!principal) {
      throw new AzureError({ kind: 'not_found', code: 'PrincipalNotFound', message: 'There is no such principal.' });
    }
    const { principalId, clientId, tenantId, displayName } = principal;
    describe(res, { principalId, clientId });
    res.json({ principalId, clientId, tenantId, principalType: 'ServicePrincipal', displayName });
  });
  return router;
}
