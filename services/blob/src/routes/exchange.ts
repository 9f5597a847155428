import type { Clock } from '@lab/shared/clock.ts';
import { type Query, repeatedHeaders } from '@lab/shared/http/request.ts';
import type { Request, Response } from 'express';
import type { Account } from '../domain/account.ts';
import { noLongerNew } from '../domain/authorize.ts';
import { type Blob, type BlobKey, newEtag, type Stamp } from '../domain/blob.ts';
import { type Conditions, checkOnePair, checkWrite, parseConditions } from '../domain/conditions.ts';
import { invalidHeader, invalidQuery, refuse } from '../domain/failures.ts';
import type { Guard, Storage } from '../domain/storage.ts';
import type { SentTags } from '../domain/tags.ts';

/** One request that may go ahead, as its handler sees it. */
export type Exchange = Storage & {
  readonly req: Request;
  readonly res: Response;
  readonly account: Account;
  /** What listings give as `ServiceEndpoint`: ends in a slash. */
  readonly origin: string;
  readonly version: string;
  readonly query: Query;
  /** Container and blob are empty where the request names none. */
  readonly key: BlobKey;
  /** What the request says about tags. */
  readonly sent: SentTags;
  /** The right that was found holds for a blob that does not exist yet, and for no other. */
  readonly newOnly: boolean;
  readonly clock: Clock;
  /** A header's value; undefined when it is absent or empty: restic sends `x-ms-access-tier:` with nothing in it. */
  header(name: string): string | undefined;
};

export type Handler = (exchange: Exchange) => void | Promise<void>;

export const stamp = ({ clock }: Exchange): Stamp => ({ etag: newEtag(), modified: clock.now() });

/** @throws ContainerNotFound */
export function existingContainer({ containers, key }: Exchange) {
  const container = containers.find(key);
  if (!container) throw refuse('ContainerNotFound');
  return container;
}

/** No lease can be held here, so a lease id is always one too many. */
export function refuseLease({ header }: Exchange, resource: 'Blob' | 'Container'): void {
  if (header('x-ms-lease-id') === undefined) return;
  throw refuse(`LeaseNotPresentWith${resource}Operation`);
}

/** The conditions of a write, as a guard for its transaction. */
export function writeGuard(exchange: Exchange, { creates }: { creates: boolean }): Guard {
  const conditions: Conditions = parseConditions(exchange.header);
  checkOnePair(conditions);
  return (current: Blob | undefined) => {
    refuseLease(exchange, 'Blob');
    checkWrite(conditions, current, creates);
    if (exchange.newOnly && current) throw noLongerNew();
  };
}

/**
 * How long the announced body is.
 * @throws MissingContentLengthHeader, RequestBodyTooLarge
 */
export function contentLength({ req }: Exchange, limit: number): number {
  const length = req.headers['content-length'];
  if (length === undefined) throw refuse('MissingContentLengthHeader');
  if (Number(length) > limit) throw refuse('RequestBodyTooLarge', { MaxLimit: String(limit) });
  return Number(length);
}

export function sendXml(res: Response, body: string): void {
  const bytes = Buffer.from(body);
  res.setHeader('Content-Type', 'application/xml');
  res.setHeader('Content-Length', bytes.length);
  res.end(bytes);
}

export function sendEmpty(res: Response, status: number): void {
  res.statusCode = status;
  res.setHeader('Content-Length', 0);
  res.end();
}

/** A read's 304: no body, and the code all the same. */
export function sendNotModified(res: Response): void {
  res.statusCode = 304;
  res.setHeader('x-ms-error-code', 'ConditionNotMet');
  res.end();
}

/** @throws InvalidHeaderValue, InvalidQueryParameterValue for what is sent twice: nobody can say which one counts. */
export function refuseRepeated(req: Request, query: Query): void {
  const names = new Set(req.rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase()));
  const single = [...names].filter(
    (name) => SINGLE.has(name) || (name.startsWith('x-ms-') && !name.startsWith('x-ms-meta-')),
  );
  const [header] = repeatedHeaders(req, single);
  if (header !== undefined) throw refuse('InvalidHeaderValue', { HeaderName: header });
  const [parameter] = query.repeated;
  if (parameter !== undefined) throw invalidQuery(parameter, '', 'The parameter is given more than once.');
}

const SINGLE = new Set([
  'authorization',
  'host',
  'content-length',
  'content-type',
  'content-md5',
  'range',
  'if-match',
  'if-none-match',
  'if-modified-since',
  'if-unmodified-since',
]);

/**
 * Refuses headers that ask for what the lab does not do, where ignoring them would be a lie: a client that encrypts with
 * a key of its own must not believe that it was used.
 * @throws UnsupportedHeader, InvalidHeaderValue
 */
export function refuseUnsupported({ header }: Pick<Exchange, 'header'>, names: readonly string[]): void {
  const structured = header('x-ms-structured-body');
  if (structured !== undefined) throw invalidHeader('x-ms-structured-body', structured.slice(0, 128));
  for (const name of names) {
    const lower = name.toLowerCase();
    if (header(lower) === undefined) continue;
    if (lower === 'x-ms-legal-hold' && header(lower) === 'false') continue;
    if (UNSUPPORTED.some((start) => lower.startsWith(start))) throw refuse('UnsupportedHeader', { HeaderName: lower });
  }
}

const UNSUPPORTED = [
  'x-ms-encryption-',
  'x-ms-immutability-policy-',
  'x-ms-legal-hold',
  'x-ms-tags',
  'x-ms-if-tags',
  'x-ms-source-',
  'x-ms-expiry-',
  'x-ms-blob-condition-',
];
