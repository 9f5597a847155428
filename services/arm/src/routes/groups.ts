import { allow } from '@lab/shared/fabric/peers.ts';
import { Router } from 'express';
import { z } from 'zod';
import { emptyGroup, knownGroup, refillGroup, refuseDeclared } from '../domain/reset-group.ts';
import type { LabSource } from '../lab-source.ts';
import type { Parts } from '../parts.ts';
import { parsed } from './feed.ts';

const Body = z.strictObject({ id: z.string().regex(/^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+$/i) });

/**
 * One resource group alone, where several people share the lab:
 *
 *     POST /groups/reset  { id }   200 { durationMs, declared }, when all who follow have it
 *     POST /groups/remove { id }   204; 409 for one that the lab file declares
 *
 * `declared`: the lab file knows it, and it is as the file says. Otherwise it is gone.
 */
export function groupRoutes({
  resources,
  write,
  slots,
  clock,
  lab,
}: Pick<Parts, 'resources' | 'write' | 'slots' | 'clock'> & { lab: Pick<LabSource, 'read'> }): Router {
  const router = Router();
  const callers = allow('portal', 'tests');
  router.post('/groups/remove', callers, async (req, res) => {
    const { id } = parsed(Body, req.body);
    const all = lab.read();
    knownGroup(resources, id, all);
    refuseDeclared(id, all);
    await write(() => emptyGroup(resources, id, clock.now()));
    res.status(204).end();
  });
  router.post('/groups/reset', callers, async (req, res) => {
    const begun = performance.now();
    const { id } = parsed(Body, req.body);
    const all = lab.read();
    knownGroup(resources, id, all);
    await write(() => emptyGroup(resources, id, clock.now()));
    const declared = await write(() => refillGroup(resources, id, all, { slots: slots(), now: clock.now() }));
    res.json({ durationMs: Math.round(performance.now() - begun), declared });
  });
  return router;
}
