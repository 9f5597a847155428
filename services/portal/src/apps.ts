import { fileURLToPath } from 'node:url';
import { AzureError } from '@lab/shared/azure-error.ts';
import type { Log } from '@lab/shared/log.ts';
import express, { type Express, type RequestHandler } from 'express';
import helmet from 'helmet';
import { labAccess, openAccess, openSession, pageAccess } from './access.ts';
import { isLoopbackHost, onlyOwnHosts, ownOrigin } from './guards.ts';
import { forParticipants } from './participants.ts';
import { apiOperations, type LabParts } from './routes/api.ts';
import { mount } from './routes/operation.ts';
import { sendError } from './wire.ts';

/** What a browser sees: the guards first, then the API under `/lab/v1`, then the files of the page. */
export function pageApp({
  allowedHosts,
  lab,
  log,
  pageDirectory = PAGE,
}: {
  allowedHosts: readonly string[];
  lab: LabParts;
  log: Log;
  pageDirectory?: string;
}): Express {
  const app = express().disable('x-powered-by').set('query parser', 'simple');
  app.use(securityHeaders, openerPolicy);
  app.use(onlyOwnHosts(allowedHosts));
  const onlyOwnOrigin = ownOrigin(allowedHosts);
  const guards = {
    open: openAccess(lab.door, onlyOwnOrigin),
    page: pageAccess(lab.door, onlyOwnOrigin),
    token: labAccess(lab.door, onlyOwnOrigin),
    participants: forParticipants(lab.places),
  };
  app.use('/lab/v1', noStore, mount(apiOperations(lab), guards));
  app.use(onlyOwnOrigin);
  app.use(openSession(lab.door));
  app.use(express.static(pageDirectory, { redirect: false, cacheControl: false, setHeaders: cacheControl }));
  app.use((req) => {
    if (req.method === 'GET' && req.path === '/') throw pageNotBuilt();
    throw new AzureError({
      kind: 'not_found',
      code: 'NotFound',
      message: `There is no ${req.method} ${req.path} here.`,
    });
  });
  app.use(sendError(log));
  return app;
}

const pageNotBuilt = () =>
  new AzureError({
    kind: 'unavailable',
    code: 'PageNotBuilt',
    message: 'The files of the page are missing. Build them with: npm run page',
  });

/** Made by `npm run page`, or in the image. */
const PAGE = fileURLToPath(new URL('../page/dist', import.meta.url));

const noStore: RequestHandler = (_req, res, next) => {
  res.set('Cache-Control', 'no-store');
  next();
};

/** The names of assets change with what is in them. */
const cacheControl = (res: { setHeader(name: string, value: string): unknown }, path: string) => {
  const isAsset = /[\\/]assets[\\/][^\\/]+$/.test(path);
  res.setHeader('Cache-Control', isAsset ? 'public, max-age=31536000, immutable' : 'no-cache');
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
  crossOriginOpenerPolicy: false, // below
});

/**
 * Browsers heed `Cross-Origin-Opener-Policy` at origins that they trust, and complain of it at any other: in a room, where the
 * page is plain HTTP under a name or an address of its own. A proxy that ends TLS says so.
 * @see https://w3c.github.io/webappsec-secure-contexts/#is-origin-trustworthy
 */
const openerPolicy: RequestHandler = (req, res, next) => {
  const isTrusted = isLoopbackHost(req.headers.host) || req.headers['x-forwarded-proto'] === 'https';
  return isTrusted ? SAME_ORIGIN_OPENER(req, res, next) : next();
};
const SAME_ORIGIN_OPENER = helmet.crossOriginOpenerPolicy();
