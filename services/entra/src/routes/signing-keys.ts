import { describe, type Events } from '@lab/shared/events.ts';
import { allow } from '@lab/shared/fabric/peers.ts';
import { Router } from 'express';
import type { KeyRing } from '../domain/key-ring.ts';

/** `POST /signing-keys/rotate` → 200 `{ current, next, retired }`, the kids. Portal and tests. */
export function signingKeyRoutes(keys: KeyRing, events: Events): Router {
  const router = Router();
  router.post('/signing-keys/rotate', events.record, allow('portal', 'tests'), async (_req, res) => {
    describe(res, { operation: 'RotateSigningKeys' });
    res.json(await keys.rotate());
  });
  return router;
}
