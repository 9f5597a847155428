import { Router } from 'express';
import { z } from 'zod';
import { AzureError } from '../azure-error.ts';
import { allow } from '../fabric/peers.ts';
import type { Database } from '../sqlite.ts';
import type { Tables } from '../tables.ts';

const Path = z.object({ id: z.guid() });
const Body = z.strictObject({ keep: z.array(z.guid()).max(1_000) });

/**
 * Where `arm` has a follower copy its own state, and forget copies:
 *
 *     PUT  /snapshots/{id}   { keep: [id] }   204, copied; copies but these are gone
 *     POST /snapshots/keep   { keep: [id] }   204
 */
export function snapshotRoutes({
  db,
  tables,
  onForgotten = () => {},
}: {
  db: Database;
  tables: Tables;
  /** Called after copies may have gone. */
  onForgotten?: () => void;
}): Router {
  const router = Router();
  router.put('/snapshots/:id', allow('arm'), (req, res) => {
    const { id } = parsed(Path, req.params);
    const { keep } = parsed(Body, req.body);
    db.transaction(() => tables.copy(id.toLowerCase(), keep))();
    onForgotten();
    res.status(204).end();
  });
  router.post('/snapshots/keep', allow('arm'), (req, res) => {
    const { keep } = parsed(Body, req.body);
    db.transaction(() => tables.keepOnly(keep))();
    onForgotten();
    res.status(204).end();
  });
  return router;
}

function parsed<T>(schema: z.ZodType<T>, input: unknown): T {
  const { data, success } = schema.safeParse(input);
  if (success) return data;
  throw new AzureError({ kind: 'invalid', code: 'InvalidRequest', message: 'expected { keep: [GUID] }, and a GUID' });
}
