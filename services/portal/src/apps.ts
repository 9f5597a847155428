import { fileURLToPath } from 'node:url';
import { AzureError } from '@lab/shared/azure-error.ts';
import type { Log } from '@lab/shared/log.ts';
import express, { type Express, type RequestHandler } from 'express';
import helmet from 'helmet';
import { labAccess, openAccess, openSession } from './access.ts';
import { onlyOwnHosts, onlyOwnOrigin } from './guards.ts';
import { apiOperations, type LabParts } from './routes/api.ts';
import { mount } from './routes/operation.ts';
import { sendError } from './wire.ts';

/** What a browser sees: the guards first, then the API under `/lab/v1`, then the files of the page. */
export function pageApp({
  allowedHosts,
  lab,
  log,
}: {
  allowedHosts: readonly string[];
  lab: LabParts;
  log: Log;
}): Express {
  const app = express().disable('x-powered-by').set('query parser', 'simple');
  app.use(securityHeaders);
  app.use(onlyOwnHosts(allowedHosts));
  const guards = { open: openAccess(lab.door), token: labAccess(lab.door) };
  app.use('/lab/v1', noStore, mount(apiOperations(lab), guards));
  app.use(onlyOwnOrigin);
  app.use(openSession(lab.door));
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

const noStore: RequestHandler = (_req, res, next) => {
  res.set('Cache-Control', 'no-store');
  next();
};

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
