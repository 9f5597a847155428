import { fileURLToPath } from 'node:url';
import { AzureError } from '@lab/shared/azure-error.ts';
import type { Log } from '@lab/shared/log.ts';
import express, { type Express } from 'express';
import helmet from 'helmet';
import type { FlowRuns } from './domain/flow-runs.ts';
import type { LabHealth } from './domain/lab-health.ts';
import { onlyOwnHosts, onlyOwnOrigin } from './guards.ts';
import { labRoutes } from './routes/lab.ts';
import { sendError } from './wire.ts';

/** What a browser sees: the guards first, then the API under `/lab/v1`, then the files of the page. */
export function pageApp({
  allowedHosts,
  health,
  runs,
  log,
}: {
  allowedHosts: readonly string[];
  health: LabHealth;
  runs: FlowRuns;
  log: Log;
}): Express {
  const app = express().disable('x-powered-by').set('query parser', 'simple');
  app.use(securityHeaders);
  app.use(onlyOwnHosts(allowedHosts));
  app.use(onlyOwnOrigin);
  app.use('/lab/v1', labRoutes({ health, runs }));
  app.use(express.static(PAGE, { redirect: false, cacheControl: false, setHeaders: revalidate }));
  app.use((req) => {
    throw new AzureError({
      kind: 'not_found',
      code: 'NotFound',
      message: `There is no ${req.method} ${req.path} here.`,
    });
  });
  app.use(sendError(log));
  return app;
}

const PAGE = fileURLToPath(new URL('page', import.meta.url));

const revalidate = (res: { setHeader(name: string, value: string): unknown }) => {
  res.setHeader('Cache-Control', 'no-cache');
};

/** The page's own files and nothing else: no inline script or style, no other origin, in no frame. */
const securityHeaders = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'"],
      connectSrc: ["'self'"],
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ["'none'"],
    },
  },
  xFrameOptions: { action: 'deny' },
  strictTransportSecurity: false, // plain HTTP on loopback
});
