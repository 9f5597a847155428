import { AzureError } from '@lab/shared/azure-error.ts';
import { describe, type Events } from '@lab/shared/events.ts';
import { allow } from '@lab/shared/fabric/peers.ts';
import { thumbprints } from '@lab/shared/x509/certificates.ts';
import { type Request, Router } from 'express';
import type { CertificateKeeper } from '../upstream/certificates.ts';

/** Longer than `arm` waits for `entra`. */
const ROTATION_MS = 10_000;

/**
 * `POST /identities/{clientId}/certificates/rotate` → 200 `{ clientId, thumbprint, notAfter }` of the new certificate, as
 * soon as tokens are asked for with it; 202 when `entra` has not confirmed it yet. Portal and tests.
 */
export function certificateRoutes({
  clientIds,
  certificates,
  events,
}: {
  clientIds: () => readonly string[];
  certificates: Pick<CertificateKeeper, 'rotate'>;
  events: Events;
}): Router {
  const router = Router();
  const path = '/identities/:clientId/certificates/rotate';
  router.post(path, events.record, allow('portal', 'tests'), async (req: Request<{ clientId: string }>, res) => {
    describe(res, { operation: 'RotateCertificate' });
    const clientId = req.params.clientId.toLowerCase();
    if (!clientIds().includes(clientId)) throw identityUnknown();
    describe(res, { clientId });
    const key = await certificates.rotate(clientId, ROTATION_MS);
    if (!key) res.status(202).json({ clientId });
    else {
      const thumbprint = thumbprints(key.certificate).sha256.toString('hex').toUpperCase();
      res.json({ clientId, thumbprint, notAfter: key.notAfter });
    }
  });
  return router;
}

const identityUnknown = () =>
  new AzureError({ kind: 'not_found', code: 'IdentityNotFound', message: 'No host here has this identity.' });
