import type { Clock } from '@lab/shared/clock.ts';
import { Router } from 'express';

/**
 * `GET /lab/clock` → 200 `{ now }`, epoch seconds: for whoever verifies tokens of the lab and is not on the fabric. It is no
 * event, because validators ask it for each token. Entra has nothing of the kind.
 */
export function labClockRoutes(clock: Clock): Router {
  const router = Router();
  router.get('/lab/clock', (_req, res) => {
    res.set('Cache-Control', 'no-store').json({ now: clock.now() });
  });
  return router;
}
