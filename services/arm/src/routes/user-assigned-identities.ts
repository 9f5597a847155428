import { callerOf } from '@lab/shared/http/bearer.ts';
import { Router } from 'express';
import { z } from 'zod';
import { invalidParameter } from '../domain/errors.ts';
import { IDENTITY_TYPE, removeUserAssigned } from '../domain/identity.ts';
import { checkLocation } from '../domain/locations.ts';
import { groupAt, groupId, removeExtensions } from '../domain/resource-group.ts';
import {
  alreadyElsewhere,
  IDENTITY_NAME,
  identityAt,
  identityId,
  putIdentity,
  type UserAssignedIdentity,
} from '../domain/user-assigned-identity.ts';
import type { Parts } from '../parts.ts';
import { listRoutes } from './lists.ts';
import { listBody } from './paging.ts';
import { bodyOf, Tags } from './request-form.ts';

const PutIdentity = z.object({ location: z.string().min(1), tags: Tags.nullish() });
const PatchIdentity = z.object({ location: z.string().nullish(), tags: Tags.nullish() });

/**
 * User-assigned identities: https://learn.microsoft.com/rest/api/managedidentity/user-assigned-identities
 *
 *     GET                  /subscriptions/{id}[/resourceGroups/{group}]/providers/Microsoft.ManagedIdentity/userAssignedIdentities
 *     GET PUT PATCH DELETE …/userAssignedIdentities/{name}
 *     POST                 …/userAssignedIdentities/{name}/listAssociatedResources
 */
export function userAssignedIdentityRoutes(parts: Parts): Router {
  const { resources, write, authorize } = parts;
  const router = Router();

  router.use(
    listRoutes(parts, {
      type: IDENTITY_TYPE,
      within: (place) => resources.within('userAssignedIdentity', place).map(({ value }) => value),
      idOf: ({ resourceId }) => resourceId,
      toWire: () => toWire,
    }),
  );

  const path = `/subscriptions/:subscriptionId/resourceGroups/:group/providers/${IDENTITY_TYPE}/:name` as const;
  const one = router.route(path);

  one.get((req, res) => {
    const { subscriptionId, group, name } = req.params;
    authorize(res, `${IDENTITY_TYPE}/read`, identityId(groupId(subscriptionId, group), name));
    res.json(toWire(identityAt(resources, groupAt(resources, subscriptionId, group).resourceId, name)));
  });

  one.put(async (req, res) => {
    const { subscriptionId, group: groupName, name } = req.params;
    authorize(res, `${IDENTITY_TYPE}/write`, identityId(groupId(subscriptionId, groupName), name));
    const { location: asked, tags } = bodyOf(req, PutIdentity);
    if (!IDENTITY_NAME.test(name)) throw invalidParameter(`The identity name '${name}' is not valid.`, 'name');
    const location = checkLocation(asked, IDENTITY_TYPE);
    const { created, identity } = await write(() => {
      const group = groupAt(resources, subscriptionId, groupName);
      return putIdentity(resources, group, callerOf(res).tid, { name, location, tags: tags ?? undefined });
    });
    res.status(created ? 201 : 200).json(toWire(identity));
  });

  one.patch(async (req, res) => {
    const { subscriptionId, group, name } = req.params;
    authorize(res, `${IDENTITY_TYPE}/write`, identityId(groupId(subscriptionId, group), name));
    const { location, tags } = bodyOf(req, PatchIdentity);
    const identity = await write(() => {
      const known = identityAt(resources, groupAt(resources, subscriptionId, group).resourceId, name);
      if (location && checkLocation(location, IDENTITY_TYPE) !== known.location)
        throw alreadyElsewhere(known, location);
      const value: UserAssignedIdentity = { ...known, ...(tags && { tags }) };
      resources.put({ kind: 'userAssignedIdentity', id: known.resourceId, value });
      return value;
    });
    res.json(toWire(identity));
  });

  one.delete(async (req, res) => {
    const { subscriptionId, group, name } = req.params;
    authorize(res, `${IDENTITY_TYPE}/delete`, identityId(groupId(subscriptionId, group), name));
    const there = await write(() => {
      const { resourceId } = groupAt(resources, subscriptionId, group);
      const identity = resources.find('userAssignedIdentity', identityId(resourceId, name));
      if (identity) {
        removeUserAssigned(resources, identity);
        removeExtensions(resources, identity.resourceId);
      }
      return identity !== undefined;
    });
    res.status(there ? 200 : 204).end();
  });

  router.post(`${path}/listAssociatedResources` as const, (req, res) => {
    const { subscriptionId, group, name } = req.params;
    const scope = identityId(groupId(subscriptionId, group), name);
    authorize(res, `${IDENTITY_TYPE}/listAssociatedResources/action`, scope);
    const { principalId } = identityAt(resources, groupAt(resources, subscriptionId, group).resourceId, name);
    const hosts = [
      ...resources.all('virtualMachine').map((host) => ({ ...host, type: 'microsoft.compute/virtualmachines' })),
      ...resources.all('site').map((host) => ({ ...host, type: 'microsoft.web/sites' })),
    ].filter(({ identities }) => identities.some((identity) => identity.principalId === principalId));
    const page = listBody(
      req,
      hosts,
      ({ resourceId }) => resourceId,
      (host) => ({
        id: host.resourceId,
        name: host.name,
        type: host.type,
        resourceGroup: host.resourceGroup,
        subscriptionId: host.subscriptionId,
        subscriptionDisplayName: resources.find('subscription', `/subscriptions/${host.subscriptionId}`)?.displayName,
      }),
    );
    res.json({ totalCount: hosts.length, ...page });
  });

  return router;
}

/** Azure writes `resourcegroups` in lower case in the ids of identities, here and in the tokens' `xms_mirid`. */
const toWire = ({ resourceId, name, location, tags, tenantId, principalId, clientId }: UserAssignedIdentity) => ({
  id: resourceId.replace(/\/resourceGroups\//i, '/resourcegroups/'),
  name,
  type: IDENTITY_TYPE,
  location,
  tags: tags ?? {},
  properties: { isolationScope: 'None', tenantId, principalId, clientId },
});
