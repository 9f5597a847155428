import type { ResourceOf } from '@lab/shared/feed/resources.ts';
import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { resourceNotFound } from '../domain/errors.ts';
import { changeIdentities, IdentityBody, identityChangeOf, toIdentityWire } from '../domain/identity.ts';
import { groupAt, groupId } from '../domain/resource-group.ts';
import type { Parts } from '../parts.ts';
import { authorizeLinked } from './linked-identities.ts';
import { listRoutes } from './lists.ts';
import { bodyOf, Tags } from './request-form.ts';

const TYPE = 'Microsoft.Web/sites';
type Site = ResourceOf<'site'>;

const Patch = z.object({ tags: Tags.nullish(), identity: IdentityBody.nullish() });

/**
 * Function apps, which the lab file declares: https://learn.microsoft.com/rest/api/appservice/web-apps
 *
 *     GET       /subscriptions/{id}[/resourceGroups/{group}]/providers/Microsoft.Web/sites
 *     GET PUT PATCH …/sites/{name}: tags and identities can be changed; nobody makes one
 */
export function siteRoutes(parts: Parts): Router {
  const { resources, write, authorize } = parts;
  const router = Router();

  const siteId = (subscriptionId: string, group: string, name: string) =>
    `${groupId(subscriptionId, group)}/providers/${TYPE}/${name}`;
  const siteAt = (subscriptionId: string, group: string, name: string): Site => {
    groupAt(resources, subscriptionId, group);
    const site = resources.find('site', siteId(subscriptionId, group, name));
    if (!site) throw resourceNotFound(TYPE, name, group);
    return site;
  };
  router.use(
    listRoutes(parts, {
      type: TYPE,
      within: (place) => resources.within('site', place).map(({ value }) => value),
      idOf: ({ resourceId }) => resourceId,
      toWire: () => toWire,
    }),
  );

  const one = router.route(`/subscriptions/:subscriptionId/resourceGroups/:group/providers/${TYPE}/:name` as const);

  one.get((req, res) => {
    const { subscriptionId, group, name } = req.params;
    authorize(res, `${TYPE}/read`, siteId(subscriptionId, group, name));
    res.json(toWire(siteAt(subscriptionId, group, name)));
  });

  const change =
    (replaces: boolean) => async (req: Request<Record<'subscriptionId' | 'group' | 'name', string>>, res: Response) => {
      const { subscriptionId, group, name } = req.params;
      const scope = siteId(subscriptionId, group, name);
      const action = `${TYPE}/write`;
      authorize(res, action, scope);
      const body = bodyOf(req, Patch);
      const wanted = body.identity ? identityChangeOf(body.identity, replaces) : undefined;
      authorizeLinked(parts, res, { action, scope }, wanted?.named ?? []);
      const site = await write(() => {
        const known = siteAt(subscriptionId, group, name);
        const value: Site = {
          ...known,
          ...(body.tags && { tags: body.tags }),
          identities: wanted ? changeIdentities(resources, known, known.identities, wanted) : known.identities,
        };
        resources.put({ kind: 'site', id: known.resourceId, value });
        return value;
      });
      res.json(toWire(site));
    };
  one.patch(change(false));
  // With all of an app that is there, as `az functionapp identity assign` sends it.
  one.put(change(true));

  return router;
}

function toWire({ resourceId, name, location, tags, identities, tenantId, subscriptionId, resourceGroup }: Site) {
  const identity = toIdentityWire(identities, tenantId);
  return {
    id: resourceId,
    name,
    type: TYPE,
    kind: 'functionapp,linux',
    location,
    tags: tags ?? {},
    ...(identity && { identity }),
    properties: {
      name,
      resourceGroup,
      // Plans are no resources of this lab, but clients print whose an app is: without one the Azure CLI fails.
      serverFarmId: `${groupId(subscriptionId, resourceGroup)}/providers/Microsoft.Web/serverfarms/consumption`,
      state: 'Running',
      enabled: true,
      defaultHostName: `${name.toLowerCase()}.azurewebsites.net`,
      hostNames: [`${name.toLowerCase()}.azurewebsites.net`],
      provisioningState: 'Succeeded',
    },
  };
}
