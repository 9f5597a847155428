import { type Request, Router } from 'express';
import { AzureError } from '../azure-error.ts';
import { allow } from '../fabric/peers.ts';
import { FaultRequest } from './fault.ts';
import type { FaultList } from './fault-list.ts';

/**
 * The control routes of faults, for the portal, which has checked what it passes on, and for tests:
 *
 *     GET    /faults        200 { faults: Fault[] }
 *     GET    /faults/kinds  200 { operations, statuses }
 *     POST   /faults        201 Fault
 *     DELETE /faults        204
 *     DELETE /faults/{id}   204, 404
 */
export function faultRoutes(faults: FaultList): Router {
  const router = Router();
  const allowed = allow('portal', 'tests');
  router.get('/faults', allowed, (_req, res) => {
    res.json({ faults: faults.all() });
  });
  router.get('/faults/kinds', allowed, (_req, res) => {
    const { operations, answers } = faults;
    const statuses = Object.entries(answers).map(([status, { error, retryAfterSeconds }]) => ({
      status: Number(status),
      code: error().code,
      ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    }));
    res.json({ operations, statuses });
  });
  router.post('/faults', allowed, (req, res) => {
    const { success, data, error } = FaultRequest.safeParse(req.body);
    if (!success) throw malformed(error.issues[0]);
    res.status(201).json(faults.add(data));
  });
  router.delete('/faults', allowed, (_req, res) => {
    faults.clear();
    res.status(204).end();
  });
  router.delete('/faults/:id', allowed, (req: Request<{ id: string }>, res) => {
    if (!faults.remove(req.params.id)) throw notFound();
    res.status(204).end();
  });
  return router;
}

const malformed = (issue: { path: PropertyKey[]; message: string } | undefined) =>
  new AzureError({
    kind: 'invalid',
    code: 'BadRequest',
    message: `${['body', ...(issue?.path ?? [])].map(String).join('.')}: ${issue?.message}`,
  });

const notFound = () =>
  new AzureError({ kind: 'not_found', code: 'FaultNotFound', message: 'There is no such fault here.' });
