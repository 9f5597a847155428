import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';

/**
 * Query of a request, names and values decoded: clients encode the hyphen of `api-version`.
 * Names are compared without case, as Azure's services do.
 */
export type Query = {
  /** The value of this name, undefined when absent. The first one where it is repeated: see `repeated`. */
  get(name: string): string | undefined;
  /** Names that occur more than once, lower case. */
  readonly repeated: readonly string[];
};

export function queryOf(req: Pick<IncomingMessage, 'url'>): Query {
  const url = req.url ?? '';
  const start = url.indexOf('?');
  const values = new Map<string, string>();
  const repeated = new Set<string>();
  for (const [name, value] of new URLSearchParams(start < 0 ? '' : url.slice(start + 1))) {
    const key = name.toLowerCase();
    if (values.has(key)) repeated.add(key);
    else values.set(key, value);
  }
  return { get: (name) => values.get(name.toLowerCase()), repeated: [...repeated] };
}

/** Those of the names that a request sends as a header more than once. Node keeps the first and says nothing. */
export function repeatedHeaders(req: Pick<IncomingMessage, 'rawHeaders'>, names: readonly string[]): string[] {
  const seen = req.rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
  return names.filter((name) => seen.indexOf(name) !== seen.lastIndexOf(name));
}

/**
 * `//subscriptions/…` as `/subscriptions/…`: several clients send an empty first segment, and a URL parser would take
 * the next one for a host name. Mounted before any routing.
 */
export const collapseLeadingSlashes: RequestHandler = (req, _res, next) => {
  req.url = req.url.replace(/^\/{2,}/, '/');
  next();
};
