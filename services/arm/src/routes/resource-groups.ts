import { queryOf } from '@lab/shared/http/request.ts';
import { Router } from 'express';
import { z } from 'zod';
import { conflict, invalidParameter } from '../domain/errors.ts';
import { resourcesIn } from '../domain/generic-resource.ts';
import { checkLocation } from '../domain/locations.ts';
import { GROUP_NAME, groupAt, groupId, type ResourceGroup, removeGroup } from '../domain/resource-group.ts';
import type { Parts } from '../parts.ts';
import { newOperation, sendAccepted } from './operations.ts';
import { listBody } from './paging.ts';
import { bodyOf, Tags } from './request-form.ts';
import { resourceFilterOf } from './resource-filter.ts';

const TYPE = 'Microsoft.Resources/resourceGroups';
const ACTION = 'Microsoft.Resources/subscriptions/resourceGroups';

const PutGroup = z.object({ location: z.string().min(1), tags: Tags.nullish() });
const PatchGroup = z.object({ tags: Tags.nullish() });

/**
 * Resource groups: https://learn.microsoft.com/rest/api/resources/resource-groups
 *
 *     GET                       /subscriptions/{id}/resourceGroups
 *     GET PUT PATCH DELETE HEAD /subscriptions/{id}/resourceGroups/{name}
 */
export function resourceGroupRoutes({
  resources,
  write,
  authorize,
  visible,
  hasRoleIn,
  refuseDenied,
  operations,
  clock,
}: Parts): Router {
  const router = Router();

  router.get('/subscriptions/:subscriptionId/resourceGroups', (req, res) => {
    const { subscriptionId } = req.params;
    const scope = `/subscriptions/${subscriptionId}`;
    const groups = resources.within('resourceGroup', scope).map(({ value }) => value);
    const seen = visible(res, `${ACTION}/read`, scope, groups, (group) => group.resourceId, hasRoleIn(res, scope));
    const wanted = resourceFilterOf(queryOf(req).get('$filter'));
    res.json(listBody(req, seen.filter(wanted), (group) => group.resourceId, toWire));
  });

  const one = router.route('/subscriptions/:subscriptionId/resourceGroups/:group');

  one.get((req, res) => {
    const { subscriptionId, group } = req.params;
    authorize(res, `${ACTION}/read`, groupId(subscriptionId, group));
    res.json(toWire(groupAt(resources, subscriptionId, group)));
  });

  one.put(async (req, res) => {
    const { subscriptionId, group: name } = req.params;
    authorize(res, `${ACTION}/write`, groupId(subscriptionId, name));
    const { location: asked, tags } = bodyOf(req, PutGroup);
    if (!GROUP_NAME.test(name)) throw invalidParameter(`The resource group name '${name}' is not valid.`, 'name');
    const location = checkLocation(asked, TYPE);
    const { created, group } = await write(() => {
      const known = resources.find('resourceGroup', groupId(subscriptionId, name));
      if (known && known.location !== location) {
        throw conflict(
          'InvalidResourceGroupLocation',
          `Invalid resource group location '${asked}'. The Resource group already exists in location '${known.location}'.`,
        );
      }
      const group: ResourceGroup = {
        resourceId: known?.resourceId ?? groupId(subscriptionId.toLowerCase(), name),
        name: known?.name ?? name,
        subscriptionId: subscriptionId.toLowerCase(),
        location,
        ...(tags && { tags }),
        ...(known?.participant && { participant: known.participant }),
      };
      resources.put({ kind: 'resourceGroup', id: group.resourceId, value: group });
      return { created: known === undefined, group };
    });
    res.status(created ? 201 : 200).json(toWire(group));
  });

  one.patch(async (req, res) => {
    const { subscriptionId, group: name } = req.params;
    authorize(res, `${ACTION}/write`, groupId(subscriptionId, name));
    const { tags } = bodyOf(req, PatchGroup);
    const group = await write(() => {
      const known = groupAt(resources, subscriptionId, name);
      const value: ResourceGroup = { ...known, ...(tags && { tags }) };
      resources.put({ kind: 'resourceGroup', id: known.resourceId, value });
      return value;
    });
    res.json(toWire(group));
  });

  // 202, and `Location` to ask at. Everything in the group goes with it, and what was assigned at it or below. The right
  // to delete the group suffices for that, unless a deny assignment keeps something in it.
  one.delete(async (req, res) => {
    const { subscriptionId, group: name } = req.params;
    authorize(res, `${ACTION}/delete`, groupId(subscriptionId, name));
    const operation = await write(() => {
      const { resourceId } = groupAt(resources, subscriptionId, name);
      for (const { id, type } of resourcesIn(resources, resourceId)) refuseDenied(res, `${type}/delete`, id);
      removeGroup(resources, resourceId, clock.now());
      const begun = newOperation(res, subscriptionId, clock.now(), { status: 200, body: null });
      operations.add(begun);
      return begun;
    });
    sendAccepted(req, res, operation);
  });

  return router;
}

const toWire = ({ resourceId, name, location, tags }: ResourceGroup) => ({
  id: resourceId,
  name,
  type: TYPE,
  location,
  ...(tags && { tags }),
  properties: { provisioningState: 'Succeeded' },
});
