import { allow } from '@lab/shared/fabric/peers.ts';
import type { ShownResource } from '@lab/shared/fabric/resource-routes.ts';
import { type Kind, RESOURCE, type Resource } from '@lab/shared/feed/resources.ts';
import { Router } from 'express';
import { z } from 'zod';
import { patchLab } from '../domain/patch-lab.ts';
import { isShownKind, toShownResource } from '../domain/shown-resource.ts';
import type { LabSource } from '../lab-source.ts';
import type { Parts } from '../parts.ts';
import { parsed } from './feed.ts';

const KINDS = (Object.keys(RESOURCE) as Kind[]).filter(isShownKind);

const Patch = z.strictObject({ text: z.string() });
const Query = z.object({ kind: z.enum(KINDS).optional() });

/**
 * What the lab contains, for people and tests:
 *
 *     GET   /resources?kind=   200 { resources: [{ kind, id, … }] }, no value of a secret
 *     PATCH /lab               { text }, a partial lab file   200 { added, changed, resources }, when all who follow have it
 */
export function labRoutes({
  resources,
  write,
  slots,
  clock,
  lab,
}: Pick<Parts, 'resources' | 'write' | 'slots' | 'clock'> & { lab: LabSource }): Router {
  const router = Router();
  const callers = allow('portal', 'tests');

  router.get('/resources', callers, (req, res) => {
    const { kind } = parsed(Query, req.query);
    const all = resources.changedSince(0, kind === undefined ? KINDS : [kind], Number.MAX_SAFE_INTEGER);
    const there = all.filter((change): change is typeof change & Resource => change.value !== null);
    res.json({ resources: shownOf(there) });
  });

  router.patch('/lab', callers, async (req, res) => {
    const { text } = parsed(Patch, req.body);
    const { added, changed, named } = await write(() =>
      patchLab(resources, text, { slots: slots(), clusters: lab.clusters?.() ?? [], now: clock.now() }),
    );
    res.json({ added, changed, resources: shownOf(named) });
  });

  return router;
}

const shownOf = (all: readonly Resource[]): ShownResource[] =>
  all.flatMap((resource) => {
    const shown = toShownResource(resource);
    return shown ? [shown] : [];
  });
