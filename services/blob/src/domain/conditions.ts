import { invalidHeader, refuse } from './failures.ts';

/** The conditional headers of a request. Times are epoch seconds. */
export type Conditions = {
  readonly ifMatch?: string;
  readonly ifNoneMatch?: string;
  readonly ifModifiedSince?: number;
  readonly ifUnmodifiedSince?: number;
};

type Version = { readonly etag: string; readonly modified: number };

/** @throws InvalidHeaderValue for a time that is none. */
export function parseConditions(header: (name: string) => string | undefined): Conditions {
  const time = (name: string): number | undefined => {
    const text = header(name);
    if (text === undefined) return undefined;
    const milliseconds = Date.parse(text);
    if (Number.isNaN(milliseconds)) throw invalidHeader(name, text);
    return Math.floor(milliseconds / 1000);
  };
  const ifMatch = header('If-Match');
  const ifNoneMatch = header('If-None-Match');
  const ifModifiedSince = time('If-Modified-Since');
  const ifUnmodifiedSince = time('If-Unmodified-Since');
  return {
    ...(ifMatch !== undefined && { ifMatch }),
    ...(ifNoneMatch !== undefined && { ifNoneMatch }),
    ...(ifModifiedSince !== undefined && { ifModifiedSince }),
    ...(ifUnmodifiedSince !== undefined && { ifUnmodifiedSince }),
  };
}

/**
 * Whether a read goes ahead. An ETag condition is stronger than the time condition of its pair (RFC 9110, section 13.2.2).
 *
 * @param current undefined where there is no blob.
 * @returns 'not modified' for a 304. @throws ConditionNotMet, UnsatisfiableCondition
 */
export function checkRead(conditions: Conditions, current: Version | undefined): 'go ahead' | 'not modified' {
  if (!current) {
    if (conditions.ifMatch !== undefined) throw refuse('ConditionNotMet');
    return 'go ahead'; // to its 404
  }
  if (conditions.ifNoneMatch === '*') throw refuse('UnsatisfiableCondition');
  if (unmatched(conditions, current)) throw refuse('ConditionNotMet');
  return unmodified(conditions, current) ? 'not modified' : 'go ahead';
}

/**
 * Whether a write goes ahead; `creates` says that it would make the blob, for which `If-None-Match: *` has a word of its
 * own.
 * @throws ConditionNotMet, BlobAlreadyExists
 */
export function checkWrite(conditions: Conditions, current: Version | undefined, creates: boolean): void {
  if (!current) {
    if (conditions.ifMatch !== undefined) throw refuse('ConditionNotMet');
    return;
  }
  if (conditions.ifNoneMatch === '*') throw refuse(creates ? 'BlobAlreadyExists' : 'ConditionNotMet');
  if (unmatched(conditions, current) || unmodified(conditions, current)) throw refuse('ConditionNotMet');
}

/**
 * A write takes one pair: If-Match with If-Unmodified-Since, or If-None-Match with If-Modified-Since.
 * @throws MultipleConditionHeadersNotSupported
 * @see https://learn.microsoft.com/rest/api/storageservices/specifying-conditional-headers-for-blob-service-operations
 */
export function checkOnePair({ ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince }: Conditions): void {
  const first = ifMatch !== undefined || ifUnmodifiedSince !== undefined;
  const second = ifNoneMatch !== undefined || ifModifiedSince !== undefined;
  if (first && second) throw refuse('MultipleConditionHeadersNotSupported');
}

function unmatched({ ifMatch, ifUnmodifiedSince }: Conditions, { etag, modified }: Version): boolean {
  if (ifMatch !== undefined) return ifMatch !== '*' && !sameEtag(ifMatch, etag);
  return ifUnmodifiedSince !== undefined && modified > ifUnmodifiedSince;
}

function unmodified({ ifNoneMatch, ifModifiedSince }: Conditions, { etag, modified }: Version): boolean {
  if (ifNoneMatch !== undefined) return sameEtag(ifNoneMatch, etag);
  return ifModifiedSince !== undefined && modified <= ifModifiedSince;
}

/** Quoted or not: List Blobs shows tags without quotes, and clients send back what they saw. */
const sameEtag = (a: string, b: string): boolean => unquoted(a) === unquoted(b);

const unquoted = (etag: string): string => etag.trim().replace(/^"(.*)"$/, '$1');
