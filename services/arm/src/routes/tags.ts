import { type Request, Router } from 'express';
import { z } from 'zod';
import { invalidRequestContent } from '../domain/errors.ts';
import { parseResourceId } from '../domain/resource-id.ts';
import { deleteTags, mergeTags, putTags, type TagMap, taggedAt, tagNamesIn } from '../domain/tags.ts';
import type { Parts } from '../parts.ts';
import { listBody } from './paging.ts';
import { bodyOf, Tags } from './request-form.ts';
import { scopeOf } from './request-subscription.ts';

const TYPE = 'Microsoft.Resources/tags';
const WRITE = 'Microsoft.Resources/tags/write';

const Put = z.object({ properties: z.object({ tags: Tags.nullish() }) });
const Patch = Put.extend({
  operation: z
    .string()
    .toLowerCase()
    .pipe(z.enum(['merge', 'replace', 'delete'])),
});

const CHANGE: Readonly<Record<z.infer<typeof Patch>['operation'], (before: TagMap, said: TagMap) => TagMap>> = {
  merge: mergeTags,
  replace: (_before, said) => said,
  delete: deleteTags,
};

/**
 * Tags of a resource group or a resource, whatever its type, without the right to write it:
 * https://learn.microsoft.com/rest/api/resources/tags
 *
 *     GET PUT PATCH DELETE {scope}/providers/Microsoft.Resources/tags/default
 *     GET                  /subscriptions/{id}/tagNames
 */
export function tagRoutes({ resources, authorize, write }: Parts): Router {
  const router = Router();
  const one = router.route(`{/*scope}/providers/${TYPE}/default`);

  one.get((req, res) => {
    const scope = parseResourceId(scopeOf(req));
    authorize(res, `${TYPE}/read`, idOf(scope.id));
    res.json(toWire(scope.id, taggedAt(resources, scope).value.tags ?? {}));
  });

  const change = (req: Request, how: (before: TagMap) => TagMap): Promise<TagMap> =>
    write(() =>
      putTags(resources, parseResourceId(scopeOf(req)), (before) => {
        const after = Tags.safeParse(how(before));
        if (!after.success) throw invalidRequestContent(after.error.issues[0]?.message ?? 'unexpected tags', 'tags');
        return after.data;
      }),
    );

  one.put(async (req, res) => {
    const scope = scopeOf(req);
    authorize(res, WRITE, idOf(scope));
    const { tags } = bodyOf(req, Put).properties;
    res.json(toWire(scope, await change(req, () => tags ?? {})));
  });

  one.patch(async (req, res) => {
    const scope = scopeOf(req);
    authorize(res, WRITE, idOf(scope));
    const { operation, properties } = bodyOf(req, Patch);
    res.json(toWire(scope, await change(req, (before) => CHANGE[operation](before, properties.tags ?? {}))));
  });

  one.delete(async (req, res) => {
    authorize(res, `${TYPE}/delete`, idOf(scopeOf(req)));
    await change(req, () => ({}));
    res.end();
  });

  router.get('/subscriptions/:subscriptionId/tagNames', (req, res) => {
    const scope = `/subscriptions/${req.params.subscriptionId}`;
    authorize(res, 'Microsoft.Resources/subscriptions/tagNames/read', scope);
    const names = [...tagNamesIn(resources, scope)];
    res.json(
      listBody(
        req,
        names,
        ([name]) => name,
        ([name, values]) => ({
          id: `${scope}/tagNames/${name}`,
          tagName: name,
          count: total([...values.values()].reduce((sum, value) => sum + value, 0)),
          values: [...values].map(([value, count]) => ({
            id: `${scope}/tagNames/${name}/tagValues/${value}`,
            tagValue: value,
            count: total(count),
          })),
        }),
      ),
    );
  });

  return router;
}

const total = (value: number) => ({ type: 'Total', value });

const idOf = (scope: string): string => `${scope === '/' ? '' : scope}/providers/${TYPE}/default`;

const toWire = (scope: string, tags: TagMap) => ({
  id: idOf(scope),
  name: 'default',
  type: TYPE,
  properties: { tags },
});
