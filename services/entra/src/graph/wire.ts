/** Microsoft Graph's bytes: headers of every answer, objects, pages of lists, and the error body. */
import { randomUUID } from 'node:crypto';
import type { Clock } from '@lab/shared/clock.ts';
import { describeFailure } from '@lab/shared/event-details.ts';
import { queryOf } from '@lab/shared/http/request.ts';
import { asAzureError, STATUS } from '@lab/shared/http/status.ts';
import type { Log } from '@lab/shared/log.ts';
import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import { badQuery } from './failures.ts';
import { type ODataQuery, parseQuery, toSkipToken } from './odata/query.ts';

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const CONTENT_TYPE =
  'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8';
const DIAGNOSTIC =
  '{"ServerInfo":{"DataCenter":"Lab","Slice":"E","Ring":"5","ScaleUnit":"001","RoleInstance":"LAB000001"}}';

/** What links are made of: the origin is configuration, never the `Host` of a request. */
export type GraphVersion = 'v1.0' | 'beta';
export type Base = { readonly origin: string; readonly version: GraphVersion };

const baseOf = (res: Response): Base => res.locals.graph as Base;

export const standardHeaders =
  (origin: () => string): RequestHandler =>
  (req, res, next) => {
    const requestId = randomUUID();
    const asked = req.get('client-request-id');
    res.locals.requestId = requestId;
    res.locals.clientRequestId = asked !== undefined && GUID.test(asked) ? asked : requestId;
    res.locals.graph = { origin: origin(), version: 'v1.0' } satisfies Base;
    res.removeHeader('x-ms-ests-server');
    res.removeHeader('x-ms-clitelem');
    res.set({
      'Cache-Control': 'no-cache',
      'Strict-Transport-Security': 'max-age=31536000',
      'X-Content-Type-Options': 'nosniff',
      'request-id': requestId,
      'client-request-id': res.locals.clientRequestId,
      'x-ms-ags-diagnostic': DIAGNOSTIC,
      'odata-version': '4.0',
    });
    next();
  };

const contextOf = (res: Response, path: string): string => {
  const { origin, version } = baseOf(res);
  return `${origin}/${version}/$metadata#${path}`;
};

function sendJson(res: Response, status: number, body: object): void {
  // Not through `res.json`, which would write the charset in another way.
  res.status(status).set('Content-Type', CONTENT_TYPE).end(JSON.stringify(body));
}

type Item = Readonly<Record<string, unknown>> & { readonly id: string };

/**
 * One object. What was written is shown without the properties that a wish for some of them names and nothing has: it is
 * too late to refuse.
 * @param context Of the metadata document: `applications/$entity`.
 */
export function sendObject(
  req: Request,
  res: Response,
  context: string,
  item: Readonly<Record<string, unknown>>,
  status = 200,
): void {
  const { select } = parseQuery(req);
  const shown = selected(item, select, { lenient: req.method !== 'GET' });
  sendJson(res, status, { '@odata.context': contextOf(res, context), ...shown });
}

/** Who a created object is, as Graph's own back end calls it. */
export function setLocation(res: Response, path: string): void {
  res.set('Location', `${baseOf(res).origin}/v2/${path}`);
}

export const sendNothing = (res: Response): void => {
  res.status(204).end();
};

/**
 * A page of a list. Items are ordered by id, and the next link names the last one: what is deleted meanwhile leaves no gap
 * and repeats nothing.
 * @param items All of them; those that the filter leaves out included.
 */
export function sendList(req: Request, res: Response, context: string, items: readonly Item[]): void {
  const query = parseQuery(req);
  const matching = items
    .filter((item) => (query.filter?.(item) ?? true) && isFound(item, query.search))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  const rest = matching.filter(({ id }) => id > query.after);
  const page = rest.slice(0, query.top);
  const last = page.at(-1);
  const hasNext = rest.length > page.length && last !== undefined;
  const shown = query.select ? `${context}(${query.select.join(',')})` : context;
  sendJson(res, 200, {
    '@odata.context': contextOf(res, shown),
    ...(query.count && { '@odata.count': matching.length }),
    ...(hasNext && { '@odata.nextLink': nextLink(req, res, last.id) }),
    value: page.map((item) => selected(item, query.select)),
  });
}

const isFound = (item: Item, search: ODataQuery['search']): boolean => {
  if (!search) return true;
  const value = item[search.property];
  return typeof value === 'string' && value.toLowerCase().includes(search.text);
};

function nextLink(req: Request, res: Response, lastId: string): string {
  const { origin, version } = baseOf(res);
  const query = queryOf(req);
  const kept = ['$filter', '$select', '$top', '$count', '$search'].flatMap((name) => {
    const value = query.get(name);
    return value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`];
  });
  return `${origin}/${version}${req.path}?${[...kept, `$skiptoken=${toSkipToken(lastId)}`].join('&')}`;
}

/** Keys of credentials are shown to those only who ask for them by name. */
const HIDDEN = 'keyCredentials';

function selected(
  item: Readonly<Record<string, unknown>>,
  select: readonly string[] | undefined,
  { lenient = false } = {},
): Readonly<Record<string, unknown>> {
  if (!select || select.length === 0) return withoutKeys(item);
  const names = select.map((name) => name.split('/', 1)[0]?.toLowerCase() ?? '');
  const unknown = names.find((name) => !Object.keys(item).some((known) => known.toLowerCase() === name));
  if (unknown !== undefined && !lenient) throw badQuery(`Could not find a property named '${unknown.slice(0, 64)}'.`);
  const entries = Object.entries(item).filter(([name]) => name.startsWith('@') || names.includes(name.toLowerCase()));
  return Object.fromEntries(entries);
}

const withoutKeys = (item: Readonly<Record<string, unknown>>) => {
  const keys = item[HIDDEN];
  if (!Array.isArray(keys)) return item;
  return { ...item, [HIDDEN]: keys.map((key: object) => ({ ...key, key: null })) };
};

const CODES = { invalid: 'BadRequest', too_large: 'RequestEntityTooLarge', internal: 'InternalServerError' } as const;

export const sendError =
  (clock: Clock, authorityOrigin: () => string, log: Log): ErrorRequestHandler =>
  (thrown, _req, res, _next) => {
    const error = asAzureError(thrown, CODES);
    if (error.kind === 'internal') log.error({ err: error.cause }, 'unexpected failure');
    else log.debug({ code: error.code, detail: error.detail }, 'refused');
    describeFailure(res, error);
    if (res.headersSent) {
      res.destroy();
      return;
    }
    if (error.kind === 'unauthenticated') {
      res.set(
        'WWW-Authenticate',
        `Bearer realm="", authorization_uri="${authorityOrigin()}/common/oauth2/authorize", ` +
          'client_id="00000003-0000-0000-c000-000000000000"',
      );
    }
    const body = {
      error: {
        code: error.code,
        message: error.message,
        innerError: {
          date: new Date(clock.now() * 1000).toISOString().slice(0, 19),
          'request-id': res.locals.requestId,
          'client-request-id': res.locals.clientRequestId,
        },
      },
    };
    res.status(STATUS[error.kind]).set('Content-Type', 'application/json').end(JSON.stringify(body));
  };
