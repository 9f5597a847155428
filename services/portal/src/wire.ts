import type { Listener } from '@lab/shared/http/lifecycle.ts';
import { asAzureError, STATUS } from '@lab/shared/http/status.ts';
import type { Log } from '@lab/shared/log.ts';
import type { ErrorRequestHandler } from 'express';

/** Errors of the portal: `{ error: { code, message } }`. */
export const sendError =
  (log: Log): ErrorRequestHandler =>
  (thrown, _req, res, _next) => {
    const error = asAzureError(thrown, { too_large: 'RequestBodyTooLarge' });
    if (error.kind === 'internal') log.error({ err: error.cause }, 'unexpected failure');
    if (error.kind === 'unavailable') log.warn({ code: error.code, reason: String(error.cause) }, error.message);
    if (res.headersSent) res.destroy();
    else res.status(STATUS[error.kind]).json({ error: { code: error.code, message: error.message } });
  };

const MALFORMED = {
  400: ['BadRequest', 'This is no HTTP request.'],
  408: ['RequestTimeout', 'The request did not arrive in time.'],
  431: ['RequestHeaderFieldsTooLarge', 'The headers are too large.'],
} as const;

export const malformed: NonNullable<Listener['malformed']> = (status) => {
  const [code, message] = MALFORMED[status];
  return {
    headers: { 'Content-Type': 'application/json; charset=utf-8' },
    body: JSON.stringify({ error: { code, message } }),
  };
};
