/**
 * Which operation a request is, by method, level, `restype` and `comp`, and which right it needs.
 *
 * Container and service operations are checked as `actions`, blob operations as `dataActions`, although all of them are
 * data-plane requests: an Owner (`actions: *`) lists containers and cannot read one blob.
 * @see https://learn.microsoft.com/rest/api/storageservices/authorize-with-azure-active-directory
 */
import type { Operation as AccessOperation } from '@lab/shared/rbac/decide-access.ts';
import { invalidQuery, refuse } from './failures.ts';

export type Level = 'service' | 'container' | 'blob';

/** A right that suffices. `newOnly`: for a blob that does not exist yet. */
export type Right = AccessOperation & { readonly newOnly?: boolean };

export type Operation = {
  /** Azure's name without spaces, as events show it. */
  readonly name: string;
  readonly methods: readonly string[];
  readonly level: Level;
  readonly restype?: string;
  readonly comp?: string;
  /** The variant that takes its content from another URL (`x-ms-copy-source`). */
  readonly fromUrl?: boolean;
  /** Any of them suffices. */
  readonly rights: readonly [Right, ...Right[]];
  /** Each of them is needed besides. */
  readonly also?: readonly Right[];
  /** Where the right has to be granted. */
  readonly scope: 'account' | 'container';
};

const SERVICES = 'Microsoft.Storage/storageAccounts/blobServices';
const action = (suffix: string): [Right] => [{ action: `${SERVICES}/${suffix}` }];
export const dataAction = (suffix: string): [Right] => [{ dataAction: `${SERVICES}/containers/blobs/${suffix}` }];
const addOrWrite: [Right, Right] = [
  { dataAction: `${SERVICES}/containers/blobs/write` },
  { dataAction: `${SERVICES}/containers/blobs/add/action`, newOnly: true },
];

type Row = readonly [name: string, methods: string, comp: string | undefined, rights: Operation['rights']];

const READ = 'GET HEAD';
const SERVICE: readonly Row[] = [
  ['ListContainers', 'GET', 'list', action('containers/read')],
  ['FindBlobsByTags', 'GET', 'blobs', dataAction('filter/action')],
  ['Batch', 'POST', 'batch', action('containers/write')],
];
const SERVICE_PROPERTIES: readonly Row[] = [
  ['GetBlobServiceProperties', 'GET', 'properties', action('read')],
  ['SetBlobServiceProperties', 'PUT', 'properties', action('write')],
  ['GetBlobServiceStats', 'GET', 'stats', action('read')],
  ['GetUserDelegationKey', 'POST', 'userdelegationkey', action('generateUserDelegationKey/action')],
];
const ACCOUNT: readonly Row[] = [['GetAccountInformation', READ, 'properties', action('getInfo/action')]];
const CONTAINER: readonly Row[] = [
  ['CreateContainer', 'PUT', undefined, action('containers/write')],
  ['GetContainerProperties', READ, undefined, action('containers/read')],
  ['DeleteContainer', 'DELETE', undefined, action('containers/delete')],
  ['GetContainerMetadata', READ, 'metadata', action('containers/read')],
  ['SetContainerMetadata', 'PUT', 'metadata', action('containers/write')],
  ['GetContainerACL', READ, 'acl', action('containers/getAcl/action')],
  ['SetContainerACL', 'PUT', 'acl', action('containers/setAcl/action')],
  ['RestoreContainer', 'PUT', 'undelete', action('containers/write')],
  ['RenameContainer', 'PUT', 'rename', action('containers/write')],
  ['LeaseContainer', 'PUT', 'lease', action('containers/write')],
  ['ListBlobs', 'GET', 'list', dataAction('read')],
  ['FindBlobsByTagsInContainer', 'GET', 'blobs', dataAction('filter/action')],
  ['BatchInContainer', 'POST', 'batch', action('containers/write')],
  ['CreateSession', 'GET PUT POST', 'session', action('containers/read')],
];
const BLOB: readonly Row[] = [
  ['PutBlob', 'PUT', undefined, addOrWrite],
  ['GetBlob', 'GET', undefined, dataAction('read')],
  ['GetBlobProperties', 'HEAD', undefined, dataAction('read')],
  ['DeleteBlob', 'DELETE', undefined, dataAction('delete')],
  ['SetBlobProperties', 'PUT', 'properties', dataAction('write')],
  ['GetBlobMetadata', READ, 'metadata', dataAction('read')],
  ['SetBlobMetadata', 'PUT', 'metadata', dataAction('write')],
  ['PutBlock', 'PUT', 'block', dataAction('write')],
  ['PutBlockList', 'PUT', 'blocklist', dataAction('write')],
  ['GetBlockList', 'GET', 'blocklist', dataAction('read')],
  ['LeaseBlob', 'PUT', 'lease', dataAction('write')],
  ['SnapshotBlob', 'PUT', 'snapshot', addOrWrite],
  ['SetBlobTier', 'PUT', 'tier', dataAction('write')],
  ['GetBlobTags', 'GET', 'tags', dataAction('tags/read')],
  ['SetBlobTags', 'PUT', 'tags', dataAction('tags/write')],
  ['UndeleteBlob', 'PUT', 'undelete', action('containers/write')],
  ['SetBlobExpiry', 'PUT', 'expiry', dataAction('write')],
  ['AbortCopyBlob', 'PUT', 'copy', dataAction('write')],
  ['QueryBlobContents', 'POST', 'query', dataAction('read')],
  ['AppendBlock', 'PUT', 'appendblock', addOrWrite],
  ['AppendBlobSeal', 'PUT', 'seal', dataAction('write')],
  ['PutPage', 'PUT', 'page', dataAction('write')],
  ['GetPageRanges', 'GET', 'pagelist', dataAction('read')],
  ['IncrementalCopyBlob', 'PUT', 'incrementalcopy', dataAction('write')],
  ['SetImmutabilityPolicy', 'PUT DELETE', 'immutabilityPolicies', dataAction('immutableStorage/runAsSuperUser/action')],
  ['SetLegalHold', 'PUT', 'legalhold', action('containers/write')],
];
const FROM_URL: readonly Row[] = [
  ['CopyBlob', 'PUT', undefined, addOrWrite],
  ['PutBlockFromURL', 'PUT', 'block', dataAction('write')],
];

const rows = (level: Level, scope: Operation['scope'], table: readonly Row[], restype?: string): Operation[] =>
  table.map(([name, methods, comp, rights]) => ({
    name,
    methods: methods.split(' '),
    level,
    scope,
    rights,
    ...(restype !== undefined && { restype }),
    ...(comp !== undefined && { comp: comp.toLowerCase() }),
  }));

const OPERATIONS: readonly Operation[] = [
  ...rows('blob', 'container', FROM_URL).map((operation) => ({ ...operation, fromUrl: true })),
  ...rows('service', 'account', SERVICE),
  ...rows('service', 'account', SERVICE_PROPERTIES, 'service'),
  ...rows('service', 'account', ACCOUNT, 'account'),
  ...rows('container', 'account', ACCOUNT, 'account'),
  ...rows('blob', 'account', ACCOUNT, 'account'),
  ...rows('container', 'container', CONTAINER, 'container'),
  ...rows('blob', 'container', BLOB),
];

/** As events name them. */
export const OPERATION_NAMES: readonly string[] = [...new Set(OPERATIONS.map(({ name }) => name))];

export type OperationRequest = {
  readonly method: string;
  readonly level: Level;
  readonly restype: string | undefined;
  readonly comp: string | undefined;
  readonly fromUrl: boolean;
};

/**
 * @returns the operation. @throws InvalidQueryParameterValue when `restype` and `comp` name none at this level;
 *   UnsupportedHttpVerb when they do, for other methods: `allow` is given those, for the `Allow` header.
 */
export function findOperation(request: OperationRequest, allow: (methods: readonly string[]) => void): Operation {
  const restype = request.restype?.toLowerCase();
  const comp = request.comp?.toLowerCase();
  const named = OPERATIONS.filter(
    (operation) => operation.level === request.level && operation.restype === restype && operation.comp === comp,
  );
  if (named.length === 0) throw unknownQuery(request);
  const candidates = named.filter(({ methods }) => methods.includes(request.method));
  if (candidates.length === 0) {
    allow([...new Set(named.flatMap(({ methods }) => methods))]);
    throw refuse('UnsupportedHttpVerb');
  }
  const found = candidates.find(({ fromUrl = false }) => fromUrl === request.fromUrl) ?? candidates[0];
  if (!found) throw unknownQuery(request);
  return found;
}

function unknownQuery({ comp, restype }: OperationRequest) {
  if (comp !== undefined) return invalidQuery('comp', comp, 'There is no such operation on this resource.');
  if (restype !== undefined) return invalidQuery('restype', restype, 'There is no such operation on this resource.');
  return refuse('MissingRequiredQueryParameter', { QueryParameterName: 'comp' });
}
