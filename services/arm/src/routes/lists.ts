import { type Request, type Response, Router } from 'express';
import { groupAt, groupId } from '../domain/resource-group.ts';
import type { Parts } from '../parts.ts';
import { listBody } from './paging.ts';

/** A type of resources, as its lists show it. */
export type Listed<T> = {
  /** `Microsoft.KeyVault/vaults` */
  readonly type: string;
  /** All at a place and below it. */
  readonly within: (place: string) => readonly T[];
  readonly idOf: (item: T) => string;
  /** Looks at the options of the request first, so that wrong ones are refused even where there is nothing to show. */
  readonly toWire: (req: Request) => (item: T) => unknown;
};

/**
 * The two lists that every type has:
 *
 *     GET /subscriptions/{id}[/resourceGroups/{group}]/providers/{type}
 *
 * Both show what the caller may read. That a group is not there is told to those only who could read in it.
 */
export function listRoutes<T>({ resources, visible }: Parts, { type, within, idOf, toWire }: Listed<T>): Router {
  const router = Router();

  const seenBy = (res: Response, place: string) => visible(res, `${type}/read`, place, within(place), idOf);
  const send = (req: Request, res: Response, seen: readonly T[]) => res.json(listBody(req, seen, idOf, toWire(req)));

  router.get(`/subscriptions/:subscriptionId/providers/${type}`, (req, res) => {
    send(req, res, seenBy(res, `/subscriptions/${req.params.subscriptionId}`));
  });

  router.get(`/subscriptions/:subscriptionId/resourceGroups/:group/providers/${type}`, (req, res) => {
    const { subscriptionId, group } = req.params;
    const seen = seenBy(res, groupId(subscriptionId, group));
    groupAt(resources, subscriptionId, group);
    send(req, res, seen);
  });

  return router;
}
