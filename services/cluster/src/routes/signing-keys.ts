import { AzureError } from '@lab/shared/azure-error.ts';
import { describe, type Events } from '@lab/shared/events.ts';
import { allow } from '@lab/shared/fabric/peers.ts';
import { Router } from 'express';
import type { Kubelet } from '../kubelet.ts';

/** `POST /signing-keys/rotate` → 200 `{ rotated: [{ issuer, kid }] }`: a new key for every cluster. Portal and tests. */
export function signingKeyRoutes(nodes: Kubelet, events: Events): Router {
  const router = Router();
  router.post('/signing-keys/rotate', events.record, allow('portal', 'tests'), async (_req, res) => {
    describe(res, { operation: 'RotateSigningKeys' });
    const clusters = nodes.clusters();
    if (clusters.length === 0) {
      throw new AzureError({ kind: 'conflict', code: 'NoCluster', message: 'The lab file declares no cluster.' });
    }
    const rotated: { issuer: string; kid: string }[] = [];
    for (const { issuer } of clusters) rotated.push({ issuer, kid: await nodes.rotate(issuer) });
    res.json({ rotated });
  });
  return router;
}
