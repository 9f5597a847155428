import { allow } from '@lab/shared/fabric/peers.ts';
import { Router } from 'express';
import { z } from 'zod';
import { whoMay } from '../domain/who-may.ts';
import type { Parts } from '../parts.ts';
import { parsed } from './feed.ts';

const operationName = z.string().min(1).max(300);

const Question = z
  .strictObject({
    resourceId: z.string().startsWith('/subscriptions/').max(2_048),
    dataAction: operationName.optional(),
    action: operationName.optional(),
    principals: z.array(z.strictObject({ principalId: z.guid(), clientId: z.guid(), tenantId: z.guid() })).max(1_000),
  })
  .refine(({ dataAction, action }) => (dataAction === undefined) !== (action === undefined), {
    error: 'expected either dataAction or action',
  });

/**
 * Who may do something, for people: `POST /access` → 200 `{ principals: [{ principalId, allowed, reason, decision }] }`, in
 * the order asked, then those that only role assignments know.
 */
export function accessRoutes(parts: Pick<Parts, 'resources' | 'assignments' | 'clock'>): Router {
  const router = Router();
  router.post('/access', allow('portal', 'tests'), (req, res) => {
    const { resourceId, dataAction, action, principals } = parsed(Question, req.body);
    const operation = dataAction === undefined ? { action: action ?? '' } : { dataAction };
    res.json({ principals: whoMay({ resourceId, operation }, principals, parts) });
  });
  return router;
}
