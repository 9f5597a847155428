import type { Resource, ResourceOf } from '@lab/shared/feed/resources.ts';
import { checkExists, KIND_OF, type ResourceKind } from './authorization/scopes.ts';
import { notFound } from './errors.ts';
import { resourcesIn } from './generic-resource.ts';
import type { ResourceId } from './resource-id.ts';
import type { Resources } from './resources.ts';

export type TagMap = Readonly<Record<string, string>>;

type Tagged = ResourceKind | 'resourceGroup';

/**
 * What can have tags at this scope.
 * @throws AzureError ResourceGroupNotFound, ResourceNotFound; InvalidResourceType for what has none in this lab, such as
 *   a subscription.
 */
export function taggedAt(resources: Resources, scope: ResourceId): { kind: Tagged; value: ResourceOf<Tagged> } {
  checkExists(resources, scope);
  const kind = scope.level === 'resourceGroup' ? 'resourceGroup' : KIND_OF[scope.type?.toLowerCase() ?? ''];
  const value = kind && resources.find(kind, scope.id);
  if (!value) throw notFound('InvalidResourceType', `This lab keeps no tags of '${scope.id}'.`);
  return { kind, value };
}

/** Call inside a transaction. */
export function putTags(resources: Resources, scope: ResourceId, change: (before: TagMap) => TagMap): TagMap {
  const { kind, value } = taggedAt(resources, scope);
  const tags = change(value.tags ?? {});
  resources.put({ kind, id: value.resourceId, value: { ...value, tags } } as Resource);
  return tags;
}

/** Names of tags are compared without case, values with. */
export const mergeTags = (before: TagMap, more: TagMap): TagMap => ({ ...without(before, Object.keys(more)), ...more });

/** Without those that are named: with this value, or with any where the value is empty. */
export const deleteTags = (before: TagMap, gone: TagMap): TagMap => {
  const names = Object.entries(gone).flatMap(([name, value]) =>
    value === '' || valueNamed(before, name) === value ? [name] : [],
  );
  return without(before, names);
};

const sameName = (name: string) => (other: string) => other.toLowerCase() === name.toLowerCase();
const valueNamed = (tags: TagMap, name: string) => Object.entries(tags).find(([other]) => sameName(name)(other))?.[1];
const without = (tags: TagMap, names: readonly string[]): TagMap =>
  Object.fromEntries(Object.entries(tags).filter(([name]) => !names.some(sameName(name))));

/** Every tag in a subscription with its values, and how often each is there. Names as they were met first. */
export function tagNamesIn(
  resources: Resources,
  subscription: string,
): ReadonlyMap<string, ReadonlyMap<string, number>> {
  const groups = resources.within('resourceGroup', subscription).map(({ value }) => value);
  const names = new Map<string, Map<string, number>>();
  for (const { tags = {} } of [...groups, ...resourcesIn(resources, subscription)]) {
    for (const [name, value] of Object.entries(tags)) {
      const known = [...names.keys()].find(sameName(name)) ?? name;
      const values = names.get(known) ?? new Map<string, number>();
      names.set(known, values.set(value, (values.get(value) ?? 0) + 1));
    }
  }
  return names;
}
