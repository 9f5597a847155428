import type { Container } from '../domain/blob.ts';
import { checkRead, checkWrite, parseConditions } from '../domain/conditions.ts';
import { invalidQuery, refuse } from '../domain/failures.ts';
import { pageOf, parseInclude, parsePageRequest } from '../domain/list.ts';
import { parseMetadata } from '../domain/metadata.ts';
import { setContainerHeaders, setMetadataHeaders, setVersionHeaders } from '../wire/headers.ts';
import { blobsXml } from '../wire/lists.ts';
import { DECLARATION, element } from '../wire/xml.ts';
import {
  type Exchange,
  existingContainer,
  type Handler,
  refuseLease,
  sendEmpty,
  sendNotModified,
  sendXml,
  stamp,
} from './exchange.ts';

/** @see https://learn.microsoft.com/rest/api/storageservices/create-container */
export const createContainer: Handler = (exchange) => {
  const { req, res, key, header, containers } = exchange;
  containerConditions(exchange);
  if (header('x-ms-blob-public-access') !== undefined) throw refuse('PublicAccessNotPermitted');
  const scope = header('x-ms-default-encryption-scope');
  if (scope !== undefined && scope !== '$account-encryption-key') {
    throw refuse('UnsupportedHeader', { HeaderName: 'x-ms-default-encryption-scope' });
  }
  const created = { ...stamp(exchange), metadata: parseMetadata(req.rawHeaders) };
  containers.create(key, created);
  setVersionHeaders(res, created);
  sendEmpty(res, 201);
};

/** @see https://learn.microsoft.com/rest/api/storageservices/get-container-properties */
export const getContainerProperties: Handler = (exchange) => {
  const container = containerToRead(exchange);
  if (!container) return;
  setContainerHeaders(exchange.res, container);
  sendEmpty(exchange.res, 200);
};

/** @see https://learn.microsoft.com/rest/api/storageservices/get-container-metadata */
export const getContainerMetadata: Handler = (exchange) => {
  const container = containerToRead(exchange);
  if (!container) return;
  setVersionHeaders(exchange.res, container);
  setMetadataHeaders(exchange.res, container);
  sendEmpty(exchange.res, 200);
};

/** No container can be public and no policy can be stored, so the list is always empty. */
export const getContainerAcl: Handler = (exchange) => {
  const container = containerToRead(exchange);
  if (!container) return;
  setVersionHeaders(exchange.res, container);
  sendXml(exchange.res, DECLARATION + element('SignedIdentifiers'));
};

/** @see https://learn.microsoft.com/rest/api/storageservices/set-container-metadata */
export const setContainerMetadata: Handler = (exchange) => {
  const { req, res, key, containers } = exchange;
  const change = { ...stamp(exchange), metadata: parseMetadata(req.rawHeaders) };
  checkContainerWrite(exchange);
  containers.setMetadata(key, change);
  setVersionHeaders(res, change);
  sendEmpty(res, 200);
};

/**
 * Delete Container, with all that is in it. Simplified: the name is free again at once, not after 30 seconds.
 * @see https://learn.microsoft.com/rest/api/storageservices/delete-container
 */
export const deleteContainer: Handler = (exchange) => {
  const { res, key, containers, content } = exchange;
  checkContainerWrite(exchange);
  content.discard(containers.remove(key));
  sendEmpty(res, 202);
};

/** Values of `include` for which nothing can exist here are accepted: the answer is complete without them. */
const INCLUDE = [
  'copy',
  'deleted',
  'metadata',
  'snapshots',
  'uncommittedblobs',
  'versions',
  'tags',
  'immutabilitypolicy',
  'legalhold',
  'deletedwithversions',
  'permissions',
];

/** @see https://learn.microsoft.com/rest/api/storageservices/list-blobs */
export const listBlobs: Handler = (exchange) => {
  const { res, key, query, blobs, origin, version } = exchange;
  const page = parsePageRequest(query);
  const include = parseInclude(query, INCLUDE);
  if (page.delimiter !== '' && include.has('snapshots')) {
    throw invalidQuery('include', 'snapshots', 'Snapshots cannot be listed with a delimiter.');
  }
  const showonly = query.get('showonly');
  if (showonly && showonly.toLowerCase() !== 'deleted')
    throw invalidQuery('showonly', showonly.slice(0, 64), 'Unknown value.');
  existingContainer(exchange);
  const from = page.from ?? (query.get('startfrom') || undefined);
  const listed = showonly
    ? { entries: [], next: undefined } // nothing that was deleted is kept
    : pageOf({ ...page, from }, (start, limit) => blobs.list(key, start, limit, include.has('uncommittedblobs')));
  const shown = { withMetadata: include.has('metadata'), withTags: include.has('tags') };
  sendXml(res, blobsXml(listed, { asked: page.asked, origin, container: key.container, version, ...shown }));
};

/** The container, or undefined when the answer was a 304. */
function containerToRead(exchange: Exchange): Container | undefined {
  const { res } = exchange;
  const conditions = containerConditions(exchange);
  const container = existingContainer(exchange);
  refuseLease(exchange, 'Container');
  if (checkRead(conditions, container) === 'go ahead') return container;
  setVersionHeaders(res, container);
  sendNotModified(res);
  return undefined;
}

function checkContainerWrite(exchange: Exchange): void {
  const conditions = containerConditions(exchange);
  const container = existingContainer(exchange);
  refuseLease(exchange, 'Container');
  checkWrite(conditions, container, false);
}

/** Containers know conditions on time only. @throws ConditionHeadersNotSupported */
function containerConditions({ header }: Exchange) {
  const conditions = parseConditions(header);
  if (conditions.ifMatch !== undefined || conditions.ifNoneMatch !== undefined) {
    throw refuse('ConditionHeadersNotSupported');
  }
  return conditions;
}
