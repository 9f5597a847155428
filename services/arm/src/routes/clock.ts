import { type Clock, LAB_CLOCK, type LabClock } from '@lab/shared/clock.ts';
import { allow } from '@lab/shared/fabric/peers.ts';
import { type RequestHandler, Router } from 'express';
import { z } from 'zod';
import { moveClock } from '../domain/move-clock.ts';
import { purgeOverdue } from '../domain/vault.ts';
import type { Parts } from '../parts.ts';
import { parsed } from './feed.ts';

const Move = z
  .strictObject({ forwardSeconds: z.int().nonnegative().optional(), hold: z.boolean().optional() })
  .refine((move) => Object.keys(move).length > 0, 'expected forwardSeconds or hold')
  .transform(({ forwardSeconds, hold }) => ({
    ...(forwardSeconds !== undefined && { forwardSeconds }),
    ...(hold !== undefined && { hold }),
  }));

/**
 * The lab's clock, for people and tests:
 *
 *     GET /clock   200 { now, offsetSeconds, heldAt }
 *     PUT /clock   { forwardSeconds?, hold? }   200, the same, when all who follow have applied it
 *
 * @param system What the lab's clock is ahead of.
 * @param onMoved Called when all who follow have the new time.
 */
export function clockRoutes({
  resources,
  write,
  labClock,
  system,
  onMoved,
}: Pick<Parts, 'resources' | 'write'> & { labClock: LabClock; system: Clock; onMoved: () => void }): Router {
  const router = Router();
  const callers = allow('portal', 'tests');
  const show: RequestHandler = (_req, res) => {
    res.json({ now: labClock.now(), ...labClock.setting() });
  };

  router.get('/clock', callers, show);

  router.put(
    '/clock',
    callers,
    async (req, _res, next) => {
      const move = parsed(Move, req.body);
      await write(() => {
        const value = moveClock(labClock.setting(), move, system);
        labClock.set(value);
        resources.put({ kind: 'labClock', id: LAB_CLOCK, value });
        purgeOverdue(resources, labClock.now());
      });
      onMoved();
      next();
    },
    show,
  );

  return router;
}
