/** Entra's bytes: headers of every answer, the error body, the token responses, the key set. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { Clock } from '@lab/shared/clock.ts';
import { describeFailure } from '@lab/shared/event-details.ts';
import { describe } from '@lab/shared/events.ts';
import type { Refusal, RefusalStatus } from '@lab/shared/http/refusal.ts';
import { queryOf } from '@lab/shared/http/request.ts';
import { asAzureError, STATUS } from '@lab/shared/http/status.ts';
import type { Log } from '@lab/shared/log.ts';
import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import type { IssuedToken } from './domain/issue-token.ts';
import type { Jwk } from './domain/signing-key.ts';
import type { BasicCredential, EndpointVersion } from './domain/token-request.ts';

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

const SECURITY_HEADERS = {
  'Strict-Transport-Security': 'max-age=31536000; includeSubDomains',
  'X-Content-Type-Options': 'nosniff',
} as const;

const NOT_CACHED = { 'Cache-Control': 'no-store, no-cache', Pragma: 'no-cache', Expires: '-1' } as const;

/** The headers of every answer. Mounted before any route; answers that may be cached say so themselves. */
export const standardHeaders: RequestHandler = (req, res, next) => {
  const traceId = randomUUID();
  res.locals.traceId = traceId;
  res.set({
    ...SECURITY_HEADERS,
    ...NOT_CACHED,
    'x-ms-request-id': traceId,
    'x-ms-ests-server': '2.1.0 - LAB ProdSlices',
    'x-ms-clitelem': '1,0,0,,',
    'x-ms-srs': '1.P',
  });
  const query = queryOf(req);
  acceptCorrelation(
    res,
    req.get('client-request-id') ?? query.get('client-request-id'),
    req.get('return-client-request-id') ?? query.get('return-client-request-id'),
  );
  next();
};

/**
 * Takes over the caller's correlation id, from a header, the query, or, as MSAL JS sends it, the form; and gives it back
 * where the caller asks for that. One that is no GUID is not repeated.
 */
export function acceptCorrelation(res: Response, id: string | undefined, giveBack: string | undefined): void {
  if (id === undefined || !GUID.test(id)) return;
  res.locals.correlationId = id.toLowerCase();
  describe(res, { clientRequestId: id }); // as it may have come in the query or the form
  if (giveBack?.toLowerCase() === 'true') res.set('client-request-id', id);
}

const correlationIdOf = (res: Response): string => {
  res.locals.correlationId ??= randomUUID();
  return res.locals.correlationId;
};

/** Documents and keys: public, the same for everybody for a day, and readable by pages of any origin. */
export function sendDocument(res: Response, body: object): void {
  res.removeHeader('Pragma');
  res.removeHeader('Expires');
  res.set({
    'Cache-Control': 'max-age=86400, private',
    'Access-Control-Allow-Origin': '*',
    'Access-Control-Allow-Methods': 'GET, OPTIONS',
  });
  res.json(body);
}

/** The cookie that Entra tells browsers apart by. Clients without a cookie jar ignore it. */
export function setTrackingCookie(res: Response): void {
  const value = randomBytes(16).toString('base64url');
  res.append('Set-Cookie', `fpc=${value}; path=/; secure; HttpOnly; SameSite=None`);
}

/** Key set: the v1 list has neither `issuer` nor `cloud_instance_name`. */
export const toKeySet = (keys: readonly Jwk[], issuer?: string) => ({
  keys: keys.map((key) => ({
    ...key,
    ...(issuer !== undefined && { cloud_instance_name: 'microsoftonline.com', issuer }),
  })),
});

/** v1 answers in strings, v2 in numbers; MSAL's parsers depend on either. @param now Epoch seconds. */
export function toTokenResponse(
  endpoint: EndpointVersion,
  { token, claims }: IssuedToken,
  { audience, now }: { audience: string; now: number },
) {
  const left = claims.exp - now;
  if (endpoint === 'v2') {
    return { token_type: 'Bearer', expires_in: left, ext_expires_in: left, access_token: token };
  }
  return {
    token_type: 'Bearer',
    expires_in: String(left),
    ext_expires_in: String(left),
    expires_on: String(claims.exp),
    not_before: String(claims.nbf),
    resource: audience,
    access_token: token,
  };
}

type ErrorText = { readonly code: string; readonly message: string; readonly error: string };
type ErrorIds = { readonly traceId: string; readonly correlationId: string; readonly now: number };

/** `AADSTS…: sentence Trace ID: … Correlation ID: … Timestamp: …`; MSAL parses the code out of the text. */
function toErrorBody({ code, message, error }: ErrorText, { traceId, correlationId, now }: ErrorIds) {
  const timestamp = new Date(now * 1000)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, 'Z');
  const number = Number(code.replace(/^AADSTS/, ''));
  return {
    error,
    error_description: `${code}: ${message} Trace ID: ${traceId} Correlation ID: ${correlationId} Timestamp: ${timestamp}`,
    error_codes: [number],
    timestamp,
    trace_id: traceId,
    correlation_id: correlationId,
    error_uri: `https://login.microsoftonline.com/error?code=${number}`,
  };
}

/** Entra's words for faults that are found before a route runs, and for our own. */
const CODES = { invalid: 'AADSTS9002313', internal: 'AADSTS50000' } as const;
const SENTENCES: Partial<Record<string, string>> = {
  AADSTS9002313: 'Invalid request. Request is malformed or invalid.',
  AADSTS50000: 'There was an error issuing a token or an issue with our sign-in service.',
};

export const sendError =
  (clock: Clock, log: Log): ErrorRequestHandler =>
  (thrown, _req, res, _next) => {
    const failure = asAzureError(thrown, CODES);
    if (failure.kind === 'internal') log.error({ err: failure.cause }, 'unexpected failure');
    else log.debug({ code: failure.code, detail: failure.detail }, 'refused');
    describeFailure(res, { code: failure.code, message: SENTENCES[failure.code] ?? failure.message });
    if (res.headersSent) {
      res.destroy();
      return;
    }
    const error = failure.extra.error ?? (failure.kind === 'internal' ? 'server_error' : 'invalid_request');
    const text = { code: failure.code, message: SENTENCES[failure.code] ?? failure.message, error };
    const ids = { traceId: res.locals.traceId, correlationId: correlationIdOf(res), now: clock.now() };
    const body = toErrorBody(text, ids);
    res.set('x-ms-clitelem', `1,${body.error_codes[0]},0,,`);
    res.status(STATUS[failure.kind]).json(body);
  };

/** For what never reaches the app. */
export const malformedRequest =
  (clock: Clock) =>
  (status: RefusalStatus): Refusal => {
    const traceId = randomUUID();
    const code = status === 500 ? CODES.internal : CODES.invalid;
    const error = status === 500 ? 'server_error' : 'invalid_request';
    const text = { code, message: SENTENCES[code] ?? '', error };
    return {
      headers: {
        ...SECURITY_HEADERS,
        ...NOT_CACHED,
        'Content-Type': 'application/json; charset=utf-8',
        'x-ms-request-id': traceId,
      },
      body: JSON.stringify(toErrorBody(text, { traceId, correlationId: randomUUID(), now: clock.now() })),
    };
  };

/**
 * Client id and secret of an `Authorization: Basic` header, undefined when it cannot be read. Both are form-encoded
 * before they are put together (RFC 6749, section 2.3.1).
 */
export function parseBasic(authorization: string): BasicCredential | undefined {
  const [, encoded] = /^basic +([\w+/-]+={0,2})$/i.exec(authorization.trim()) ?? [];
  if (encoded === undefined) return undefined;
  const [, clientId, secret] = /^([^:]+):(.+)$/s.exec(Buffer.from(encoded, 'base64').toString()) ?? [];
  if (clientId === undefined || secret === undefined) return undefined;
  return { clientId: formDecoded(clientId), secret: formDecoded(secret) };
}

/** As it stands where it is not form-encoded: not every client does that. */
function formDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
