import type { Clock } from '@lab/shared/clock.ts';
import { begin } from '@lab/shared/faults/index.ts';
import { type Response, Router } from 'express';
import { authorize, tenantOf } from '../authenticate.ts';
import { AddPasswordBody, parseBody, RemovePasswordBody } from '../bodies.ts';
import { newSecret } from '../credentials.ts';
import { credentialMissing } from '../failures.ts';
import { ownPrincipalIn, type Stores } from '../principals.ts';
import { toPasswordCredential } from '../views.ts';
import { sendNothing, sendObject } from '../wire.ts';
import { applicationIn } from './applications.ts';

/**
 * Client secrets, of applications and of service principals alike. The secret is in this one answer and nowhere else:
 * https://learn.microsoft.com/graph/api/application-addpassword
 *
 *     POST   /applications/{id}/addPassword   /applications/{id}/removePassword
 *     POST   /servicePrincipals/{id}/addPassword   /servicePrincipals/{id}/removePassword
 */
export function passwordRoutes({ clock, ...stores }: Stores & { clock: Clock }): Router {
  const { registrations } = stores;
  const router = Router();
  const owners = {
    applications: (res: Response, id: string) => applicationIn(tenantOf(res), id, stores).objectId,
    // A managed identity has no secret, and Azure's services none of the tenant's making.
    servicePrincipals: (res: Response, id: string) => ownPrincipalIn(tenantOf(res), id, stores).principalId,
  };
  for (const [collection, ownerOf] of Object.entries(owners)) {
    router.post(`/${collection}/:id/addPassword`, (req, res) => {
      begin(res, 'AddPassword');
      authorize(res, 'writeApplications');
      const ownerId = ownerOf(res, req.params.id);
      const { passwordCredential } = parseBody(req, AddPasswordBody, 'PasswordCredential');
      const { secret, text } = newSecret(passwordCredential ?? {}, clock.now());
      registrations.addSecret(ownerId, secret);
      sendObject(req, res, 'microsoft.graph.passwordCredential', { ...toPasswordCredential(secret), secretText: text });
    });
    router.post(`/${collection}/:id/removePassword`, (req, res) => {
      begin(res, 'RemovePassword');
      authorize(res, 'writeApplications');
      const ownerId = ownerOf(res, req.params.id);
      const { keyId } = parseBody(req, RemovePasswordBody, 'PasswordCredential');
      if (!registrations.removeSecret(ownerId, keyId)) throw credentialMissing(keyId);
      sendNothing(res);
    });
  }
  return router;
}
