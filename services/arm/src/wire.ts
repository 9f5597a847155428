import { randomUUID } from 'node:crypto';
import type { Clock } from '@lab/shared/clock.ts';
import { describeFailure } from '@lab/shared/event-details.ts';
import { asAzureError, STATUS } from '@lab/shared/http/status.ts';
import type { Log } from '@lab/shared/log.ts';
import type { ErrorRequestHandler, Request, RequestHandler } from 'express';
import { ArmError, type ErrorParts } from './domain/errors.ts';

/** Headers that Resource Manager puts on every answer. */
export const commonHeaders =
  (clock: Clock): RequestHandler =>
  (req, res, next) => {
    const requestId = randomUUID();
    const correlationId = req.get('x-ms-correlation-request-id')?.slice(0, 64) ?? requestId;
    res.set({
      'Cache-Control': 'no-cache',
      Pragma: 'no-cache',
      'x-ms-request-id': requestId,
      'x-ms-correlation-request-id': correlationId,
      'x-ms-routing-request-id': `WESTEUROPE:${new Date(clock.now() * 1_000).toISOString().replace('.000Z', 'Z')}:${requestId}`,
      'x-ms-ratelimit-remaining-subscription-reads': '11999',
      'Strict-Transport-Security': 'max-age=31536000; includeSubDomains',
      'X-Content-Type-Options': 'nosniff',
    });
    const clientRequestId = req.get('x-ms-client-request-id');
    if (clientRequestId) res.set('x-ms-client-request-id', clientRequestId.slice(0, 1024));
    next();
  };

/**
 * `{ error: { code, message, target?, details?, additionalInfo? } }`, with the challenge on a 401.
 * @param authorityOf Where a token for this request comes from.
 */
export const sendError =
  (authorityOf: (req: Request) => string, log: Log): ErrorRequestHandler =>
  (thrown, req, res, _next) => {
    const error = asAzureError(thrown, {
      invalid: 'BadRequest',
      too_large: 'RequestEntityTooLarge',
      internal: 'InternalServerError',
    });
    describeFailure(res, error);
    if (error.kind === 'internal') log.error({ err: error.cause }, 'unexpected failure');
    if (error.kind === 'unauthenticated') {
      res.set(
        'WWW-Authenticate',
        `Bearer authorization_uri="${authorityOf(req)}", error="invalid_token", error_description="${quotable(error.message)}"`,
      );
    }
    if (res.headersSent) res.destroy();
    else
      res
        .status(STATUS[error.kind])
        .json(errorBody(error.code, error.message, error instanceof ArmError ? error.parts : {}));
  };

const errorBody = (code: string, message: string, parts: ErrorParts = {}) => ({
  error: { code, message, ...parts },
});

/** A message as it may stand between quotes in a header: it can name what a token says, in whatever script. */
const quotable = (message: string): string => message.replaceAll(/["\\]/g, "'").replaceAll(/[^\x20-\x7e]/g, '?');
