import { invalidQuery, refuse } from '../domain/failures.ts';
import type { Operation } from '../domain/operation.ts';
import type { Exchange } from './exchange.ts';

const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z$/;
const ON_A_VERSION: readonly string[] = [
  'GetBlob',
  'GetBlobProperties',
  'GetBlobMetadata',
  'GetBlockList',
  'DeleteBlob',
];

/**
 * Requests for a snapshot or an earlier version of a blob. Neither is ever made here, so the one asked for does not
 * exist; the blob itself must not be given, or deleted, in its place.
 * @throws BlobNotFound, InvalidQueryParameterValue
 */
export function refuseMissingVersions({ query }: Exchange, { name, level }: Operation): void {
  if (level !== 'blob') return;
  for (const parameter of ['snapshot', 'versionid']) {
    const value = query.get(parameter);
    if (!value) continue;
    if (!TIMESTAMP.test(value)) throw invalidQuery(parameter, value.slice(0, 64), 'Not a timestamp of seven digits.');
    if (ON_A_VERSION.includes(name)) throw refuse('BlobNotFound');
    throw invalidQuery(parameter, value, 'The operation is not possible on a snapshot or version.');
  }
}
