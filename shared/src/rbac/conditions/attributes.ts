/**
 * The attributes that conditions may name: what each is called, of what type it is, and where it comes from.
 * @see https://learn.microsoft.com/azure/storage/blobs/storage-auth-abac-attributes
 * @see https://learn.microsoft.com/azure/role-based-access-control/conditions-authorization-actions-attributes
 */
import type { ValueType } from './operators.ts';

export const SOURCES = ['Resource', 'Request', 'Principal', 'Environment'] as const;
export type Source = (typeof SOURCES)[number];

/** An attribute as a condition names it. */
export type AttributeName = {
  readonly source: Source;
  /** Lower case, without key. */
  readonly name: string;
  /** Of a tag. */
  readonly key?: { readonly text: string; readonly caseSensitive: boolean };
  /** Undefined: known to the directory alone. */
  readonly type: ValueType | undefined;
  /** Has any number of values, and is compared by a quantifier only. */
  readonly list: boolean;
};

export type AttributeValue = string | boolean | number | readonly string[];

/** Looks up an attribute of the request at hand. Undefined: it has none of this name. */
export type Attributes = (attribute: AttributeName) => AttributeValue | undefined;

const ACCOUNT = 'Microsoft.Storage/storageAccounts';
const CONTAINER = `${ACCOUNT}/blobServices/containers`;
const ASSIGNMENT = 'Microsoft.Authorization/roleAssignments';

/** Names by which data planes and `arm` answer, lower case as `AttributeName.name` is. */
export const ATTRIBUTE = {
  accountName: `${ACCOUNT}:name`.toLowerCase(),
  isHnsEnabled: `${ACCOUNT}:isHnsEnabled`.toLowerCase(),
  encryptionScope: `${ACCOUNT}/encryptionScopes:name`.toLowerCase(),
  containerName: `${CONTAINER}:name`.toLowerCase(),
  blobPath: `${CONTAINER}/blobs:path`.toLowerCase(),
  isCurrentVersion: `${CONTAINER}/blobs:isCurrentVersion`.toLowerCase(),
  prefix: `${CONTAINER}/blobs:prefix`.toLowerCase(),
  snapshot: `${CONTAINER}/blobs:snapshot`.toLowerCase(),
  versionId: `${CONTAINER}/blobs:versionId`.toLowerCase(),
  tag: `${CONTAINER}/blobs/tags`.toLowerCase(),
  tagKeys: `${CONTAINER}/blobs/tags&$keys$&`.toLowerCase(),
  roleDefinitionId: `${ASSIGNMENT}:RoleDefinitionId`.toLowerCase(),
  principalId: `${ASSIGNMENT}:PrincipalId`.toLowerCase(),
  principalType: `${ASSIGNMENT}:PrincipalType`.toLowerCase(),
  isPrivateLink: 'isprivatelink',
  privateEndpoint: 'microsoft.network/privateendpoints',
  subnet: 'microsoft.network/virtualnetworks/subnets',
  utcNow: 'utcnow',
} as const;

type Kind = { readonly type: ValueType; readonly sources: readonly Source[]; readonly list?: true };

const KINDS = new Map<string, Kind>([
  [ATTRIBUTE.accountName, { type: 'string', sources: ['Resource'] }],
  [ATTRIBUTE.isHnsEnabled, { type: 'boolean', sources: ['Resource'] }],
  [ATTRIBUTE.encryptionScope, { type: 'string', sources: ['Resource'] }],
  [ATTRIBUTE.containerName, { type: 'string', sources: ['Resource'] }],
  [ATTRIBUTE.blobPath, { type: 'string', sources: ['Resource'] }],
  [ATTRIBUTE.isCurrentVersion, { type: 'boolean', sources: ['Resource'] }],
  [ATTRIBUTE.prefix, { type: 'string', sources: ['Request'] }],
  [ATTRIBUTE.snapshot, { type: 'dateTime', sources: ['Request'] }],
  [ATTRIBUTE.versionId, { type: 'dateTime', sources: ['Request'] }],
  [ATTRIBUTE.tag, { type: 'string', sources: ['Resource', 'Request'] }],
  [ATTRIBUTE.tagKeys, { type: 'string', sources: ['Resource', 'Request'], list: true }],
  [ATTRIBUTE.roleDefinitionId, { type: 'guid', sources: ['Resource', 'Request'] }],
  [ATTRIBUTE.principalId, { type: 'guid', sources: ['Resource', 'Request'] }],
  [ATTRIBUTE.principalType, { type: 'string', sources: ['Resource', 'Request'] }],
  [ATTRIBUTE.isPrivateLink, { type: 'boolean', sources: ['Environment'] }],
  [ATTRIBUTE.privateEndpoint, { type: 'string', sources: ['Environment'] }],
  [ATTRIBUTE.subnet, { type: 'string', sources: ['Environment'] }],
  [ATTRIBUTE.utcNow, { type: 'dateTime', sources: ['Environment'] }],
]);

/** Of a principal, defined in the directory: `…/Id:{set}_{attribute}`. The lab has none, so none is ever there. */
const CUSTOM = /^microsoft\.directory\/customsecurityattributes\/id:[a-z0-9]+_[a-z0-9]+$/;

const CASE_SENSITIVE = '<$key_case_sensitive$>';

/**
 * What a condition names by `@{source}[{text}]`.
 * @returns undefined when there is no such attribute, or not of this source.
 */
export function findAttribute(source: Source, text: string): AttributeName | undefined {
  const lower = text.toLowerCase();
  if (source === 'Principal') {
    return CUSTOM.test(lower) ? { source, name: lower, type: undefined, list: false } : undefined;
  }
  const tag = `${ATTRIBUTE.tag}:`;
  const name = lower.startsWith(tag) ? ATTRIBUTE.tag : lower;
  const kind = KINDS.get(name);
  if (!kind?.sources.includes(source)) return undefined;
  const { type, list = false } = kind;
  if (name !== ATTRIBUTE.tag) return { source, name, type, list };
  const caseSensitive = lower.endsWith(CASE_SENSITIVE);
  const key = text.slice(tag.length, caseSensitive ? -CASE_SENSITIVE.length : undefined);
  return isTagText(key, 128) ? { source, name, key: { text: key, caseSensitive }, type, list } : undefined;
}

/** Characters of keys and values of blob index tags. */
const isTagText = (text: string, most: number): boolean =>
  text.length >= 1 && text.length <= most && /^[A-Za-z0-9 +\-./:=_]*$/.test(text);

type Tags = readonly (readonly [key: string, value: string])[];

/**
 * Attributes by name. Whatever takes effort to find out is given as a function, and asked only when a condition asks.
 * Keys of tags are told apart by case, so that several tags may have the key that a condition names without.
 * @param known Under `tag`, pairs of key and value; undefined, or a function that gives it, where there are no tags.
 */
export function attributesOf(
  known: Partial<Record<Source, Readonly<Record<string, AttributeValue | undefined | (() => Tags | undefined)>>>>,
): Attributes {
  const tagsOf = (source: Source): Tags | undefined => {
    const tags = known[source]?.[ATTRIBUTE.tag];
    return typeof tags === 'function' ? tags() : undefined;
  };
  return ({ source, name, key }) => {
    if (name === ATTRIBUTE.tagKeys) return tagsOf(source)?.map(([tagKey]) => tagKey);
    if (key) {
      const same = (text: string) =>
        key.caseSensitive ? text === key.text : text.toLowerCase() === key.text.toLowerCase();
      return tagsOf(source)?.flatMap(([tagKey, value]) => (same(tagKey) ? [value] : []));
    }
    const value = known[source]?.[name];
    return typeof value === 'function' ? undefined : value;
  };
}

/**
 * What every request brings along: the time, and that it comes over no private link, as there are none.
 * @param now Epoch seconds.
 */
export const environmentAt = (now: number): Readonly<Record<string, AttributeValue>> => ({
  [ATTRIBUTE.utcNow]: new Date(now * 1000).toISOString(),
  [ATTRIBUTE.isPrivateLink]: false,
});
