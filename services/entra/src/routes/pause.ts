import { allow } from '@lab/shared/fabric/peers.ts';
import { type RequestHandler, Router } from 'express';
import type { Pause } from '../domain/pause.ts';

/** Longer than `arm` waits for all who follow it. */
const PATIENCE_MS = 15_000;
/** A request that takes longer waits for a server of somebody else's, and is no reason to wait for. */
const DRAIN_MS = 1_000;

/** Mounted first: requests wait while a new life of the lab begins. */
export const awaitingPause =
  (pause: Pause): RequestHandler =>
  async (_req, res, next) => {
    const leave = await pause.enter();
    res.once('close', leave);
    if (res.closed) leave();
    else next();
  };

/**
 *     POST   /pause   204, when nobody is being answered any more; ends by itself
 *     DELETE /pause   204
 */
export function pauseRoutes(pause: Pause): Router {
  const router = Router();
  router.post('/pause', allow('arm'), async (_req, res) => {
    await pause.begin(PATIENCE_MS, DRAIN_MS);
    res.status(204).end();
  });
  router.delete('/pause', allow('arm'), (_req, res) => {
    pause.end();
    res.status(204).end();
  });
  return router;
}
