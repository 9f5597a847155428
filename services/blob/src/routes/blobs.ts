import { invalidHeader, invalidQuery, refuse } from '../domain/failures.ts';
import { parseMetadata } from '../domain/metadata.ts';
import { setVersionHeaders } from '../wire/headers.ts';
import { parseProperties } from './description.ts';
import { existingContainer, type Handler, sendEmpty, stamp, writeGuard } from './exchange.ts';

/**
 * Delete Blob. There is neither soft delete nor are there snapshots, so what is deleted is gone.
 * @see https://learn.microsoft.com/rest/api/storageservices/delete-blob
 */
export const deleteBlob: Handler = (exchange) => {
  const { res, key, header, query, blobs, content } = exchange;
  const snapshots = header('x-ms-delete-snapshots')?.toLowerCase();
  if (snapshots !== undefined && snapshots !== 'include' && snapshots !== 'only') {
    throw invalidHeader('x-ms-delete-snapshots', snapshots.slice(0, 64));
  }
  const deletetype = query.get('deletetype');
  if (deletetype?.toLowerCase() === 'permanent') throw refuse('FeatureNotEnabled');
  if (deletetype) throw invalidQuery('deletetype', deletetype.slice(0, 64), 'Unknown value.');
  const guard = writeGuard(exchange, { creates: false });
  if (snapshots === 'only') {
    existingContainer(exchange);
    const blob = blobs.find(key);
    guard(blob);
    if (!blob) throw refuse('BlobNotFound');
  } else {
    content.discard(blobs.remove(key, guard));
  }
  res.setHeader('x-ms-delete-type-permanent', 'true');
  sendEmpty(res, 202);
};

/**
 * Set Blob Properties. One property given clears those that are not.
 * @see https://learn.microsoft.com/rest/api/storageservices/set-blob-properties
 */
export const setBlobProperties: Handler = (exchange) => {
  const { res, key, blobs } = exchange;
  const properties = parseProperties(exchange);
  const change = Object.keys(properties).length > 0;
  const blob = blobs.describe(
    key,
    (current) => (change ? { ...current, properties } : current),
    stamp(exchange),
    writeGuard(exchange, { creates: false }),
  );
  setVersionHeaders(res, blob);
  sendEmpty(res, 200);
};

/**
 * Set Blob Metadata replaces all of it.
 * @see https://learn.microsoft.com/rest/api/storageservices/set-blob-metadata
 */
export const setBlobMetadata: Handler = (exchange) => {
  const { req, res, key, blobs } = exchange;
  const metadata = parseMetadata(req.rawHeaders);
  const guard = writeGuard(exchange, { creates: false });
  const blob = blobs.describe(key, (current) => ({ ...current, metadata }), stamp(exchange), guard);
  setVersionHeaders(res, blob);
  res.setHeader('x-ms-request-server-encrypted', 'true');
  sendEmpty(res, 200);
};
