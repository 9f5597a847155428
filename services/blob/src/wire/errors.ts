import { randomUUID } from 'node:crypto';
import type { AzureError } from '@lab/shared/azure-error.ts';
import type { Clock } from '@lab/shared/clock.ts';
import { describeFailure } from '@lab/shared/event-details.ts';
import { describe } from '@lab/shared/events.ts';
import type { Refusal, RefusalStatus } from '@lab/shared/http/refusal.ts';
import { asAzureError, STATUS } from '@lab/shared/http/status.ts';
import type { Log } from '@lab/shared/log.ts';
import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import type { Account } from '../domain/account.ts';
import { DEFAULT_VERSION } from '../domain/authenticate.ts';
import { DECLARATION, element } from './xml.ts';

const SERVER = 'Windows-Azure-Blob/1.0 Microsoft-HTTPAPI/2.0';

/** What every answer carries, errors included. Mounted before anything can fail. */
export const commonHeaders: RequestHandler = (req, res, next) => {
  res.setHeader('Server', SERVER);
  res.setHeader('x-ms-request-id', randomUUID());
  const version = req.headers['x-ms-version'];
  res.setHeader(
    'x-ms-version',
    typeof version === 'string' && /^[\d-]{1,10}$/.test(version) ? version : DEFAULT_VERSION,
  );
  const clientRequestId = req.get('x-ms-client-request-id');
  if (clientRequestId !== undefined && /^[\x21-\x7e]{1,1024}$/.test(clientRequestId)) {
    res.setHeader('x-ms-client-request-id', clientRequestId);
  }
  next();
};

/**
 * Where clients learn whom to ask for a token. No quotes, no comma: with quotes the JavaScript SDK fails with "Invalid
 * URL", which is where this challenge differs from Key Vault's.
 */
export const challenge = (authorityOrigin: string, { tenantId }: Account): string =>
  `Bearer authorization_uri=${authorityOrigin}/${tenantId}/oauth2/authorize resource_id=https://storage.azure.com`;

/** Any thrown value as Azure Storage's XML. The code is in a header as well: a HEAD has nothing else. */
export const sendError =
  (clock: Clock, log: Log): ErrorRequestHandler =>
  (thrown, req, res, _next) => {
    if (req.socket.destroyed || req.errored) {
      describe(res, { note: 'the connection was cut before the request or its answer was complete' });
      res.destroy();
      return;
    }
    const error = asAzureError(thrown, {
      invalid: 'InvalidInput',
      too_large: 'RequestBodyTooLarge',
      internal: 'InternalError',
    });
    if (error.kind === 'internal') log.error({ err: error.cause ?? error }, 'unexpected failure');
    describeFailure(res, error);
    if (res.headersSent) {
      res.destroy(); // a shorter answer than was announced tells the client that it is broken
      return;
    }
    res.statusCode = STATUS[error.kind];
    res.statusMessage = error.message; // Azure's reason phrase is the message
    // The body that a client announced and was not asked for will not come, or come as something else.
    if (req.headers.expect !== undefined && !continued(res)) res.setHeader('Connection', 'close');
    res.setHeader('x-ms-error-code', error.code);
    if (req.method === 'HEAD') {
      res.end();
      return;
    }
    const body = Buffer.from(errorBody(error, String(res.getHeader('x-ms-request-id')), clock.now()));
    res.setHeader('Content-Type', 'application/xml');
    res.setHeader('Content-Length', body.length);
    res.end(body);
  };

/** Tells a client that announced a body with `Expect: 100-continue` to send it. */
export function sendContinue(res: Response): void {
  if (res.req.headers.expect === undefined || continued(res)) return;
  res.locals.continued = true;
  res.writeContinue();
}

const continued = (res: Response): boolean => res.locals.continued === true;

function errorBody(
  { code, message, extra }: Pick<AzureError, 'code' | 'message' | 'extra'>,
  requestId: string,
  now: number,
): string {
  const time = new Date(now * 1_000).toISOString().replace('Z', '0000Z'); // seven digits
  return (
    DECLARATION +
    element('Error', [
      element('Code', code),
      element('Message', `${message}\nRequestId:${requestId}\nTime:${time}`),
      ...Object.entries(extra).map(([name, value]) => element(name, value)),
    ])
  );
}

const REFUSALS: Readonly<Record<RefusalStatus, readonly [code: string, message: string]>> = {
  400: ['InvalidInput', 'One of the request inputs is not valid.'],
  408: ['OperationTimedOut', 'The operation could not be completed within the permitted time.'],
  431: ['RequestHeaderTooLarge', 'The size of the request headers exceeds the maximum permissible limit.'],
  500: ['InternalError', 'The server encountered an internal error. Please retry the request.'],
};

/** For what never reaches the app: bytes that are no HTTP, headers over the limit, half a request. */
export const malformed =
  (clock: Clock) =>
  (status: RefusalStatus): Refusal => {
    const [code, message] = REFUSALS[status];
    const requestId = randomUUID();
    return {
      headers: {
        Server: SERVER,
        'x-ms-request-id': requestId,
        'x-ms-error-code': code,
        'Content-Type': 'application/xml',
      },
      body: errorBody({ code, message, extra: {} }, requestId, clock.now()),
    };
  };
