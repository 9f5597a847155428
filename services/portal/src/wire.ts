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
