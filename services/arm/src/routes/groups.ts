import { allow } from '@lab/shared/fabric/peers.ts';
import { Router } from 'express';
import { z } from 'zod';
import { emptyGroup, fillGroup, knownGroup, refuseDeclared, rehearseReset } from '../domain/reset-group.ts';
import type { LabSource } from '../lab-source.ts';
import type { Parts } from '../parts.ts';
import { parsed } from './feed.ts';

const Body = z.strictObject({ id: z.string().regex(/^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+$/i) });
const Reset = Body.extend({ text: z.string().optional() });

/**
 * One resource group alone, where several people share the lab:
 *
 *     POST /groups/reset  { id, text? }   200 { durationMs }, when all who follow have it; 400 and 409 as of a partial lab file
 *     POST /groups/remove { id }          204; 409 for one that the lab file declares
 *
 * `text`: a partial lab file that fills the group where the lab file knows nothing of it. What is refused changes nothing.
 */
export function groupRoutes({
  resources,
  write,
  alone,
  slots,
  clock,
  lab,
}: Pick<Parts, 'resources' | 'write' | 'alone' | 'slots' | 'clock'> & {
  lab: Pick<LabSource, 'read' | 'clusters'>;
}): Router {
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
    const { id, text } = parsed(Reset, req.body);
    await alone(async (writeAlone) => {
      const reset = { id, text, declared: lab.read() };
      const around = { slots: slots(), clusters: lab.clusters?.() ?? [], now: clock.now() };
      knownGroup(resources, id, reset.declared);
      rehearseReset(resources, reset, around);
      await writeAlone(() => emptyGroup(resources, id, around.now));
      await writeAlone(() => fillGroup(resources, reset, around));
    });
    res.json({ durationMs: Math.round(performance.now() - begun) });
  });
  return router;
}
