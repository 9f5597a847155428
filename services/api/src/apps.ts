import { AzureError } from '@lab/shared/azure-error.ts';
import { describeFailure } from '@lab/shared/event-details.ts';
import type { Events } from '@lab/shared/events.ts';
import { asAzureError, STATUS } from '@lab/shared/http/status.ts';
import type { Log } from '@lab/shared/log.ts';
import express, { type ErrorRequestHandler, type Express } from 'express';
import type { Guards } from './routes/guard.ts';
import { orderRoutes } from './routes/orders.ts';

/** What is mounted on `https://orders-api.azurewebsites.net`. */
export function publicApp({ guards, events, log }: { guards: Guards; events: Events; log: Log }): Express {
  const app = express().disable('x-powered-by').disable('etag').set('query parser', false);
  app.use(events.record);
  app.use(orderRoutes(guards));
  app.use((req) => {
    throw new AzureError({ kind: 'not_found', code: 'NotFound', message: `There is no ${req.method} ${req.path}.` });
  });
  app.use(sendError(log));
  return app;
}

const sendError =
  (log: Log): ErrorRequestHandler =>
  (thrown, _req, res, _next) => {
    const error = asAzureError(thrown, { too_large: 'RequestEntityTooLarge' });
    describeFailure(res, error);
    if (error.kind === 'internal') log.error({ err: error.cause }, 'unexpected failure');
    if (res.headersSent) {
      res.destroy();
      return;
    }
    if (error.kind === 'too_large') res.set('Connection', 'close');
    res.status(STATUS[error.kind]).json({ error: { code: error.code, message: error.message } });
  };
