import { queryOf } from '@lab/shared/http/request.ts';
import { type Request, type Response, Router } from 'express';
import { invalidQuery } from '../domain/errors.ts';
import { type GenericResource, resourcesIn } from '../domain/generic-resource.ts';
import { groupAt, groupId } from '../domain/resource-group.ts';
import type { Parts } from '../parts.ts';
import { listBody } from './paging.ts';
import { resourceFilterOf } from './resource-filter.ts';

const EXPANDABLE = ['createdtime', 'changedtime', 'provisioningstate'];

/**
 * Resources of any type: https://learn.microsoft.com/rest/api/resources/resources
 *
 *     GET /subscriptions/{id}/resources
 *     GET /subscriptions/{id}/resourceGroups/{group}/resources
 *
 * One of them is asked for at its own path, with an api-version of its type's.
 */
export function resourceRoutes({ resources, isAllowed, authorize, enter }: Parts): Router {
  const router = Router();

  const list = (req: Request, res: Response, place: string) => {
    const wanted = resourceFilterOf(queryOf(req).get('$filter'));
    const expand = expandOf(req);
    const found = resourcesIn(resources, place)
      .filter(({ id, type }) => isAllowed(res, `${type}/read`, id))
      .filter((resource) =>
        wanted({
          ...resource,
          resourceType: resource.type,
          resourceGroup: resource.id.split('/')[4] ?? '',
          principalId: resource.identity?.principalId,
        }),
      );
    res.json(
      listBody(
        req,
        found,
        ({ id }) => id,
        (resource) => toWire(resource, expand),
      ),
    );
  };

  router.get('/subscriptions/:subscriptionId/resources', (req, res) => {
    const place = `/subscriptions/${req.params.subscriptionId}`;
    enter(res, 'Microsoft.Resources/subscriptions/resources/read', place);
    list(req, res, place);
  });

  router.get('/subscriptions/:subscriptionId/resourceGroups/:group/resources', (req, res) => {
    const { subscriptionId, group } = req.params;
    const place = groupId(subscriptionId, group);
    enter(res, 'Microsoft.Resources/subscriptions/resourceGroups/resources/read', place);
    // Whoever has a role only on something in it knows of the group by that.
    if (resources.find('resourceGroup', place) === undefined) {
      authorize(res, 'Microsoft.Resources/subscriptions/resourceGroups/read', place);
    }
    groupAt(resources, subscriptionId, group);
    list(req, res, place);
  });

  return router;
}

function expandOf(req: Request): readonly string[] {
  const names = (queryOf(req).get('$expand') ?? '').split(',').map((name) => name.trim().toLowerCase());
  const unknown = names.find((name) => name !== '' && !EXPANDABLE.includes(name));
  if (unknown !== undefined) throw invalidQuery('$expand', `there is nothing called '${unknown.slice(0, 64)}'.`);
  return names;
}

function toWire({ createdAt, ...resource }: GenericResource, expand: readonly string[]) {
  const created = createdAt === undefined ? undefined : new Date(createdAt * 1_000).toISOString();
  return {
    ...resource,
    ...(expand.includes('createdtime') && created && { createdTime: created }),
    ...(expand.includes('changedtime') && created && { changedTime: created }),
    ...(expand.includes('provisioningstate') && { provisioningState: 'Succeeded' }),
  };
}
