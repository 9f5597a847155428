import { allow } from '@lab/shared/fabric/peers.ts';
import { Router } from 'express';
import { z } from 'zod';
import type { Lives } from '../domain/lives.ts';
import { parsed } from './feed.ts';

const Path = z.object({
  name: z.string().regex(/^[a-z0-9-]{1,40}$/, 'expected 1 to 40 lower-case letters, digits and "-"'),
});

/**
 * The whole state of the lab, for people and tests:
 *
 *     POST   /reset                     200 { durationMs, late }, when all who follow have it
 *     GET    /snapshots                 200 { snapshots: [{ name, takenAt }] }
 *     PUT    /snapshots/{name}          201 { name, takenAt }
 *     POST   /snapshots/{name}/restore  200 { durationMs, late }
 *     DELETE /snapshots/{name}          204
 */
export function lifeRoutes(lives: Lives): Router {
  const router = Router();
  const callers = allow('portal', 'tests');
  const listed = () =>
    lives.snapshots().map(({ name, takenAt }) => ({ name, takenAt: new Date(takenAt * 1_000).toISOString() }));

  router.post('/reset', callers, async (_req, res) => {
    res.json(await lives.reset());
  });
  router.get('/snapshots', callers, (_req, res) => {
    res.json({ snapshots: listed() });
  });
  router.put('/snapshots/:name', callers, async (req, res) => {
    const { name } = parsed(Path, req.params);
    await lives.take(name);
    res.status(201).json(listed().find((snapshot) => snapshot.name === name));
  });
  router.post('/snapshots/:name/restore', callers, async (req, res) => {
    res.json(await lives.restore(parsed(Path, req.params).name));
  });
  router.delete('/snapshots/:name', callers, async (req, res) => {
    await lives.forget(parsed(Path, req.params).name);
    res.status(204).end();
  });
  return router;
}
