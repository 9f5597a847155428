/** What IMDS sends: bodies, headers, errors. Names and the order of members are the service's own. */
import { randomUUID } from 'node:crypto';
import { AzureError, type ErrorKind } from '@lab/shared/azure-error.ts';
import { describeFailure } from '@lab/shared/event-details.ts';
import type { Refusal, RefusalStatus } from '@lab/shared/http/refusal.ts';
import { queryOf } from '@lab/shared/http/request.ts';
import { asAzureError, STATUS } from '@lab/shared/http/status.ts';
import type { Log } from '@lab/shared/log.ts';
import type { ErrorRequestHandler, Request, Response } from 'express';
import { NEWEST_VERSIONS } from './domain/api-versions.ts';
import { API_VERSION_INVALID } from './domain/failures.ts';
import type { Selector } from './domain/select-identity.ts';
import type { IssuedToken } from './domain/token-cache.ts';

const JSON_TYPE = 'application/json; charset=utf-8';
/** MSAL.NET insists that it contains `IMDS`. */
const SERVER = 'IMDS/150.870.65.1854';

/**
 * Token response. Every number is a text: some parsers fail on a number, others on what is missing. Members are in
 * alphabetical order as in Azure: of `expires_in` and `expires_on` MSAL.NET takes whichever comes last.
 * @param selector What was selected by is echoed, and nothing else.
 */
export const toTokenResponse = (
  { accessToken, expiresOn, notBefore }: IssuedToken,
  { clientId, audience, selector, now }: { clientId: string; audience: string; selector?: Selector; now: number },
) => {
  const secondsLeft = String(Math.max(0, expiresOn - now));
  return {
    access_token: accessToken,
    client_id: clientId,
    expires_in: secondsLeft,
    expires_on: String(expiresOn),
    ext_expires_in: secondsLeft,
    ...(selector?.by === 'resourceId' && { msi_res_id: selector.value }),
    not_before: String(notBefore),
    ...(selector?.by === 'principalId' && { object_id: selector.value }),
    resource: audience,
    token_type: 'Bearer',
  };
};

/** Token response of the App Service protocol: no `expires_in`. */
export const toAppServiceTokenResponse = (
  { accessToken, expiresOn, notBefore }: IssuedToken,
  { clientId, audience }: { clientId: string; audience: string },
) => ({
  access_token: accessToken,
  client_id: clientId,
  expires_on: String(expiresOn),
  not_before: String(notBefore),
  resource: audience,
  token_type: 'Bearer',
});

/** The first version of the App Service protocol: its errors and its times have a form of their own. */
export const LEGACY_VERSION = '2017-09-01';
export const isLegacy = (req: Pick<Request, 'url'>): boolean => queryOf(req).get('api-version') === LEGACY_VERSION;

/** Token response of the first version of the App Service protocol. */
export const toLegacyTokenResponse = ({ accessToken, expiresOn }: IssuedToken, { audience }: { audience: string }) => ({
  access_token: accessToken,
  expires_on: toLegacyTime(expiresOn),
  resource: audience,
  token_type: 'Bearer',
});

/**
 * `09/14/2017 00:00:00 PM +00:00`: noon. Hours go from 0 to 11, as the SDKs read them.
 * @see https://github.com/Azure/azure-sdk-for-java, `MSIToken`: `M/d/yyyy K:mm:ss a XXX`
 */
function toLegacyTime(epochSeconds: number): string {
  const time = new Date(epochSeconds * 1_000);
  const two = (value: number) => String(value).padStart(2, '0');
  const hour = time.getUTCHours();
  const date = `${two(time.getUTCMonth() + 1)}/${two(time.getUTCDate())}/${time.getUTCFullYear()}`;
  const clock = `${two(hour % 12)}:${two(time.getUTCMinutes())}:${two(time.getUTCSeconds())}`;
  return `${date} ${clock} ${hour < 12 ? 'AM' : 'PM'} +00:00`;
}

/** Identity paths have an error body of their own. */
export const isIdentityPath = (path: string): boolean => /^\/+metadata\/identity(\/|$)/i.test(path);

/** Said with their code alone. */
const BARE: readonly ErrorKind[] = ['not_found', 'method_not_allowed', 'gone', 'throttled'];

export function toErrorBody({ kind, code, message }: AzureError, { path }: Request): object {
  if (code === API_VERSION_INVALID) return { error: message, 'newest-versions': NEWEST_VERSIONS };
  if (BARE.includes(kind)) return { error: code };
  return isIdentityPath(path) ? { error: code, error_description: message } : { error: message };
}

export function toAppServiceErrorBody({ kind, message }: AzureError, req: Request): object {
  const [status, correlationId] = [STATUS[kind], randomUUID()];
  return isLegacy(req)
    ? { StatusCode: status, Message: message, CorrelationId: correlationId }
    : { statusCode: status, message, correlationId };
}

export const sendJson = (req: Request, res: Response, status: number, body: object): void =>
  send(req, res, status, JSON_TYPE, JSON.stringify(body));

export const sendText = (req: Request, res: Response, text: string): void =>
  send(req, res, 200, 'text/plain; charset=utf-8', text);

/** Not `res.send`, which answers `If-None-Match: *` with a 304. */
function send(req: Request, res: Response, status: number, contentType: string, body: string): void {
  // No request here has a body of any use. One that has is not read, so its connection cannot be used again.
  const hasBody = req.headers['transfer-encoding'] !== undefined || Number(req.headers['content-length'] ?? 0) !== 0;
  if (hasBody) res.set('Connection', 'close');
  res.writeHead(status, {
    'Content-Type': contentType,
    Server: SERVER,
    'x-ms-request-id': randomUUID(),
    'Content-Length': Buffer.byteLength(body),
  });
  res.end(body);
}

/** The error handler of an app. @param toBody The protocol's own error body. */
export const sendError =
  (toBody: (error: AzureError, req: Request) => object, log: Log): ErrorRequestHandler =>
  (thrown, req, res, _next) => {
    const error = asAzureError(thrown, { invalid: 'bad_request', internal: 'server_error' });
    // Failures of Entra's were logged where it was asked: once, however many were waiting.
    if (error.kind === 'internal' && !(thrown instanceof AzureError)) {
      log.error({ err: error.cause }, 'unexpected failure');
    }
    describeFailure(res, error);
    if (res.headersSent) {
      res.destroy();
      return;
    }
    sendJson(req, res, STATUS[error.kind], toBody(error, req));
  };

/** For what never reaches the app. */
export const malformed = (status: RefusalStatus): Refusal => refusal({ error: UNREADABLE[status] });

export const malformedAppService = (status: RefusalStatus): Refusal =>
  refusal({ statusCode: status, message: UNREADABLE[status], correlationId: randomUUID() });

const refusal = (body: object): Refusal => ({
  headers: { 'Content-Type': JSON_TYPE, Server: SERVER, 'x-ms-request-id': randomUUID() },
  body: JSON.stringify(body),
});

const UNREADABLE: Readonly<Record<RefusalStatus, string>> = {
  400: 'Bad request. The request could not be read',
  408: 'Bad request. The request did not arrive in time',
  431: 'Bad request. The request headers are too large',
  500: 'An internal error occurred.',
};
