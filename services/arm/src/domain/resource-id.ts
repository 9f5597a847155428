import { invalidResourceId } from './errors.ts';

/**
 * Where something is in Resource Manager's tree, read from an id, a path or a scope:
 *
 *     /                                                             tenant
 *     /providers/Microsoft.Management/managementGroups/{name}       managementGroup
 *     /subscriptions/{guid}                                         subscription
 *     /subscriptions/{guid}/resourceGroups/{name}                   resourceGroup
 *     {any of these}/providers/{namespace}/{type}/{name}[/{type}/{name}…]   resource; again below a resource: an extension
 */
export type ResourceId = {
  readonly level: 'tenant' | 'managementGroup' | 'subscription' | 'resourceGroup' | 'resource';
  /** The whole id; `/subscriptions`, `/resourceGroups` and `/providers` spelled as Azure does, names as they came. */
  readonly id: string;
  /** Its own name: the last segment; empty for the tenant. */
  readonly name: string;
  /** In lower case. */
  readonly subscriptionId: string | undefined;
  readonly resourceGroup: string | undefined;
  /** Of a resource: `Microsoft.KeyVault/vaults/secrets`, as it came. */
  readonly type: string | undefined;
  /** What it is in: the vault of a secret, the group of a vault, the subscription of a group. */
  readonly parent: ResourceId | undefined;
};

const TENANT: ResourceId = {
  level: 'tenant',
  id: '/',
  name: '',
  subscriptionId: undefined,
  resourceGroup: undefined,
  type: undefined,
  parent: undefined,
};

const GUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
const NAMESPACE = /^[a-z0-9]+(\.[a-z0-9]+)*$/i;
const TYPE = /^[a-z0-9]+$/i;
/** A name may hold much, as blobs' and secrets' do, but nothing that could be taken for another place. */
const NAME = /^(?!\.{1,2}$)[^/\\?#%\p{Cc}]{1,260}$/u;
const MANAGEMENT_GROUP = 'microsoft.management/managementgroups';

/**
 * An id as clients write it: keywords in any case, one or two slashes first, perhaps one last. Not decoded: a path is
 * decoded segment by segment before, and a name in which a slash was hidden is refused.
 *
 * @throws AzureError `invalid` LinkedInvalidPropertyId.
 */
export function parseResourceId(text: string): ResourceId {
  const segments = text.replace(/^\/+/, '').replace(/\/$/, '').split('/');
  if (!text.startsWith('/') || text.length > 2_048) throw invalidResourceId(text);
  if (segments.length === 1 && segments[0] === '') return TENANT;
  return read(segments, text);
}

/** The id, or undefined for what is none. */
export function findResourceId(text: string): ResourceId | undefined {
  try {
    return parseResourceId(text);
  } catch {
    return undefined;
  }
}

function read(segments: readonly string[], text: string): ResourceId {
  let at = 0;
  const is = (keyword: string) => segments[at]?.toLowerCase() === keyword;
  const take = (pattern: RegExp): string => {
    const segment = segments[at] ?? '';
    at += 1;
    if (!pattern.test(segment)) throw invalidResourceId(text);
    return segment;
  };
  let place = TENANT;
  if (is('subscriptions')) {
    at += 1;
    const subscriptionId = take(GUID).toLowerCase();
    const id = `/subscriptions/${subscriptionId}`;
    place = { ...TENANT, level: 'subscription', id, name: subscriptionId, subscriptionId, parent: TENANT };
    if (is('resourcegroups')) {
      at += 1;
      const resourceGroup = take(NAME);
      place = {
        ...place,
        level: 'resourceGroup',
        id: `${id}/resourceGroups/${resourceGroup}`,
        name: resourceGroup,
        resourceGroup,
        parent: place,
      };
    }
  }
  while (at < segments.length) {
    if (!is('providers')) throw invalidResourceId(text);
    at += 1;
    const namespace = take(NAMESPACE);
    let type = namespace;
    let id = `${place.id === '/' ? '' : place.id}/providers/${namespace}`;
    do {
      const typeSegment = take(TYPE);
      const name = take(NAME);
      type = `${type}/${typeSegment}`;
      id = `${id}/${typeSegment}/${name}`;
      const level = type.toLowerCase() === MANAGEMENT_GROUP ? 'managementGroup' : 'resource';
      place = { ...place, level, id, name, type, parent: place };
    } while (at < segments.length && !is('providers'));
  }
  return place;
}
