import type { Request } from 'express';
import { preconditionFailed } from '../domain/errors.ts';

/**
 * `If-Match` and `If-None-Match` of a write, strong comparison (RFC 9110, section 13.1).
 * @param etag Of the resource as it is; undefined where there is none.
 * @throws AzureError `precondition_failed` PreconditionFailed.
 */
export function checkPreconditions(req: Request, etag: string | undefined): void {
  const ifMatch = req.get('if-match');
  if (ifMatch !== undefined && !names(ifMatch, etag)) throw preconditionFailed();
  const ifNoneMatch = req.get('if-none-match');
  if (ifNoneMatch !== undefined && names(ifNoneMatch, etag)) throw preconditionFailed();
}

const names = (header: string, etag: string | undefined): boolean =>
  etag !== undefined &&
  header
    .split(',')
    .map((part) => part.trim())
    .some((part) => part === '*' || part === etag);
