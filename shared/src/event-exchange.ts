import type { IncomingMessage, ServerResponse } from 'node:http';
import { shortened } from './event-redaction.ts';
import { type ShownToken, shownToken } from './tokens/shown-token.ts';

/** Of a request and its answer, what says why it went as it did: names of a list, and no value that opens anything. */
export type Exchange = {
  readonly request: {
    readonly headers: Readonly<Record<string, string>>;
    readonly query?: Readonly<Record<string, string>>;
  };
  readonly response: { readonly headers: Readonly<Record<string, string>> };
  /** The token that was presented, decoded. */
  readonly token?: ShownToken;
};

/** Taken when the answer has ended. */
export function exchangeOf(req: IncomingMessage, res: ServerResponse, url: string): Exchange {
  const query = queryOf(url);
  const token = presented(req.headers.authorization);
  return {
    request: { headers: requestHeaders(req), ...(Object.keys(query).length > 0 && { query }) },
    response: { headers: listed(res.getHeaderNames(), RESPONSE_HEADERS, (name) => res.getHeader(name)) },
    ...(token && { token }),
  };
}

/** Of one value, in characters. */
export const MOST_TEXT = 512;

const requestHeaders = (req: IncomingMessage): Record<string, string> => {
  const headers = listed(Object.keys(req.headers), REQUEST_HEADERS, (name) => req.headers[name]);
  const { authorization } = req.headers;
  if (authorization !== undefined) headers.authorization = schemeOf(authorization);
  for (const name of SECRET_HEADERS) if (req.headers[name] !== undefined) headers[name] = '(secret)';
  return headers;
};

/** The scheme, so that it can be told what kind of credential was sent, and nothing of the credential. */
function schemeOf(authorization: string): string {
  const [scheme = ''] = authorization.trim().split(/\s+/, 1);
  const known = SCHEMES.find((name) => name.toLowerCase() === scheme.toLowerCase());
  if (known === undefined) return '(secret)';
  return known === 'Bearer' ? 'Bearer (token)' : `${known} (secret)`;
}

const SCHEMES = ['Bearer', 'Basic', 'SharedKey', 'SharedKeyLite', 'PoP', 'Negotiate', 'Digest'];

const presented = (authorization: string | undefined): ShownToken | undefined => {
  const [, token] = /^\s*bearer\s+(\S+)\s*$/i.exec(authorization ?? '') ?? [];
  return token === undefined ? undefined : shownToken(token);
};

/** Values of parameters that choose what is answered. Signatures, assertions and codes are none of them. */
function queryOf(url: string): Record<string, string> {
  const start = url.indexOf('?');
  if (start === -1) return {};
  const query: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(url.slice(start + 1, start + 1 + MOST_QUERY))) {
    const known = QUERY.get(name.toLowerCase());
    if (known === undefined) continue;
    const before = query[known];
    query[known] = shortened(before === undefined ? value : `${before}, ${value}`, MOST_TEXT);
  }
  return query;
}

const MOST_QUERY = 8_192;

/** Of the names that there are those of a list: they are fewer. */
function listed(
  names: readonly string[],
  list: ReadonlySet<string>,
  of: (name: string) => unknown,
): Record<string, string> {
  const values: Record<string, string> = {};
  for (const name of names) if (list.has(name)) values[name] = shortened(String(of(name)), MOST_TEXT);
  return values;
}

/** Presented as they are to be believed. */
const SECRET_HEADERS = ['x-identity-header', 'secret'];

const REQUEST_HEADERS: ReadonlySet<string> = new Set([
  ...['metadata', 'x-forwarded-for', 'user-agent', 'accept', 'content-type', 'content-length', 'transfer-encoding'],
  ...['x-ms-client-request-id', 'client-request-id', 'return-client-request-id', 'x-ms-return-client-request-id'],
  ...[
    'x-ms-version',
    'x-ms-date',
    'x-ms-range',
    'range',
    'x-ms-blob-type',
    'x-ms-access-tier',
    'x-ms-delete-snapshots',
  ],
  ...['x-ms-copy-source', 'if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since', 'expect', 'origin'],
  ...['x-client-sku', 'x-client-ver', 'x-ms-lib-capability', 'traceparent', 'consistencylevel', 'prefer'],
]);

const RESPONSE_HEADERS: ReadonlySet<string> = new Set([
  ...['www-authenticate', 'retry-after', 'x-ms-error-code', 'content-type', 'content-length', 'content-range'],
  ...['location', 'azure-asyncoperation', 'allow', 'etag', 'last-modified', 'x-ms-request-id', 'x-ms-version'],
  ...['x-ms-client-request-id', 'x-ms-keyvault-region', 'x-ms-failure-cause', 'x-ms-blob-type', 'x-ms-ests-server'],
]);

const QUERY: ReadonlyMap<string, string> = new Map(
  [
    ...['api-version', 'resource', 'client_id', 'object_id', 'principal_id', 'msi_res_id', 'mi_res_id', 'clientid'],
    ...[
      'bypass_cache',
      'format',
      'restype',
      'comp',
      'prefix',
      'marker',
      'delimiter',
      'maxresults',
      'include',
      'timeout',
    ],
    ...['snapshot', 'versionid', 'blockid', '$filter', '$top', '$skiptoken', '$select', '$expand', '$search', '$count'],
  ].map((name) => [name.toLowerCase(), name]),
);
