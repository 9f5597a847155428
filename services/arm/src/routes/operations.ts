import { randomUUID } from 'node:crypto';
import { callerOf } from '@lab/shared/http/bearer.ts';
import { queryOf } from '@lab/shared/http/request.ts';
import { type Request, type Response, Router } from 'express';
import { notFound } from '../domain/errors.ts';
import type { Operation } from '../domain/operations.ts';
import type { Parts } from '../parts.ts';
import { originOf } from './paging.ts';

/**
 * Long-running operations: where clients expect one, the answer is 202 with the addresses to ask at. The work itself is
 * done by then, as one transaction, so that the first question is answered with `Succeeded`.
 */
export function operationRoutes({ operations, authorize }: Parts): Router {
  const router = Router();

  /** Who began an operation may ask for it, others need the right to. */
  const operationOf = (req: Request<{ subscriptionId: string; operation: string }>, res: Response): Operation => {
    const { subscriptionId, operation: id } = req.params;
    const operation = operations.find(id);
    const known = operation?.subscriptionId.toLowerCase() === subscriptionId.toLowerCase() ? operation : undefined;
    if (known?.startedBy !== callerOf(res).oid) {
      authorize(res, 'Microsoft.Resources/subscriptions/operationresults/read', `/subscriptions/${subscriptionId}`);
    }
    if (!known) throw notFound('OperationNotFound', `The operation '${id}' could not be found.`);
    return known;
  };

  const status = (req: Request<{ subscriptionId: string; operation: string }>, res: Response) => {
    const { id, startedAt } = operationOf(req, res);
    const time = new Date(startedAt * 1_000).toISOString();
    res.json({ name: id, status: 'Succeeded', startTime: time, endTime: time });
  };
  const result = (req: Request<{ subscriptionId: string; operation: string }>, res: Response) => {
    const { status: code, body } = operationOf(req, res);
    if (code === 204 || body === null) res.status(code).end();
    else res.status(code).json(body);
  };
  router.get('/subscriptions/:subscriptionId/operationresults/:operation', result);
  router.get('/subscriptions/:subscriptionId/providers/:namespace/locations/:location/operations/:operation', status);
  router.get(
    '/subscriptions/:subscriptionId/providers/:namespace/locations/:location/operationResults/:operation',
    result,
  );
  return router;
}

/**
 * A new operation, to be added in the transaction that does its work. Its outcome is 200 also where nothing is left to
 * show: JavaScript's clients of 2026 take no 204 from `Location`.
 */
export const newOperation = (
  res: Response,
  subscriptionId: string,
  startedAt: number,
  outcome: Pick<Operation, 'status' | 'body'> = { status: 200, body: null },
): Operation => ({ id: randomUUID(), subscriptionId, startedBy: callerOf(res).oid, startedAt, ...outcome });

/**
 * 202, and where to ask. A provider's operation has both addresses, one of Resource Manager's own `Location` alone.
 * @param at `{ namespace, location }` of the provider whose operation it is.
 */
export function sendAccepted(
  req: Request,
  res: Response,
  { id, subscriptionId }: Operation,
  at?: { readonly namespace: string; readonly location: string },
): void {
  const version = encodeURIComponent(queryOf(req).get('api-version') ?? '');
  const subscription = `${originOf(req)}/subscriptions/${subscriptionId}`;
  if (at) {
    const place = `${subscription}/providers/${at.namespace}/locations/${at.location}`;
    res.set('Azure-AsyncOperation', `${place}/operations/${id}?api-version=${version}`);
    res.set('Location', `${place}/operationResults/${id}?api-version=${version}`);
  } else {
    res.set('Location', `${subscription}/operationresults/${id}?api-version=${version}`);
  }
  res.set('Retry-After', '0');
  res.status(202).end();
}
