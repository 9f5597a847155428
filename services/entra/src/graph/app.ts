import type { Clock } from '@lab/shared/clock.ts';
import { type FaultList, faultsAt, faultsEnd } from '@lab/shared/faults/index.ts';
import { ownLife } from '@lab/shared/feed/own-life.ts';
import type { Log } from '@lab/shared/log.ts';
import type { VerifyToken } from '@lab/shared/tokens/verify.ts';
import express, { type Express, type RequestHandler } from 'express';
import { authenticate } from './authenticate.ts';
import { readJson } from './bodies.ts';
import { methodNotAllowed, notEmulated, notReady, segmentNotFound } from './failures.ts';
import { GRAPH_ANSWERS } from './faults.ts';
import type { Stores } from './principals.ts';
import { appRoleAssignmentRoutes } from './routes/app-role-assignments.ts';
import { applicationRoutes } from './routes/applications.ts';
import { directoryObjectRoutes } from './routes/directory-objects.ts';
import { federatedCredentialRoutes } from './routes/federated-credentials.ts';
import { passwordRoutes } from './routes/passwords.ts';
import { servicePrincipalRoutes } from './routes/service-principals.ts';
import { tenantRoutes } from './routes/tenant.ts';
import { type Base, sendError, standardHeaders } from './wire.ts';

export const GRAPH_HOST = 'graph.microsoft.com';

/**
 * Microsoft Graph, as far as applications, service principals and what they are granted go: what `az ad sp`, `az ad app`,
 * `az role assignment` and the SDKs ask for. `/v1.0` and `/beta` are the same.
 */
export function graphApp({
  directory,
  registrations: stored,
  epoch,
  faults,
  verifyToken,
  isSynced,
  graphOrigin,
  authorityOrigin,
  clock,
  log,
}: Stores & {
  faults: FaultList;
  verifyToken: VerifyToken;
  isSynced: () => boolean;
  /** In which life of the lab the directory is. */
  epoch: () => string | undefined;
  /** Where Graph is reached: what links are made of. */
  graphOrigin: () => string;
  authorityOrigin: () => string;
  clock: Clock;
  log: Log;
}): Express {
  const life = ownLife(epoch, notReady);
  const registrations = life.guard(stored);
  const stores = { directory, registrations, clock };
  const app = express().disable('x-powered-by').disable('etag').set('query parser', false);
  app.use(
    standardHeaders(graphOrigin),
    faultsAt(faults, GRAPH_ANSWERS),
    version,
    (_req, _res, next) => life.enter(next),
    authenticate({ directory, verifyToken, isSynced }),
    readJson,
    keySyntax,
  );
  app.use(
    passwordRoutes(stores),
    federatedCredentialRoutes(stores),
    appRoleAssignmentRoutes(stores),
    directoryObjectRoutes(stores),
    applicationRoutes(stores),
    servicePrincipalRoutes(stores),
    tenantRoutes(),
  );
  app.use((req) => {
    const [, segment = ''] = req.path.split('/');
    if (!KNOWN_SEGMENTS.test(segment)) throw segmentNotFound(segment);
    if (req.method === 'GET' || KNOWN_METHODS.includes(req.method)) throw notEmulated(req.method, req.path);
    throw methodNotAllowed();
  });
  app.use(faultsEnd, sendError(clock, authorityOrigin, log));
  return app;
}

const KNOWN_METHODS = ['POST', 'PATCH', 'PUT', 'DELETE'];

/** First segments that are Graph's own: what is not emulated below them is said to be so. */
const KNOWN_SEGMENTS =
  /^(applications|servicePrincipals|directoryObjects|users|groups|organization|domains|directory|directoryRoles|devices|policies|roleManagement|oauth2PermissionGrants|auditLogs|identity|applicationTemplates|contacts|subscriptions|sites|\$batch)$/i;

/** `/v1.0/…` and `/beta/…`; anything else is no version of Graph. */
const version: RequestHandler = (req, res, next) => {
  const [, found, rest = '/'] = /^\/(v1\.0|beta)(\/.*|\?.*)?$/i.exec(req.url) ?? [];
  if (found === undefined) throw segmentNotFound(req.path.split('/')[1] ?? '');
  (res.locals.graph as { version: Base['version'] }).version = found.toLowerCase() as Base['version'];
  req.url = rest.startsWith('?') ? `/${rest}` : rest;
  next();
};

/**
 * OData's other ways to write the same: `applications(appId='…')` and `applications('…')` for a segment of its own, and
 * `microsoft.graph.addPassword` for `addPassword`. Percent-encoded or not.
 */
const keySyntax: RequestHandler = (req, _res, next) => {
  const [path = '', ...query] = req.url.split('?');
  const plain = path.replace(/%28/gi, '(').replace(/%29/gi, ')').replace(/%27/gi, "'").replace(/%3D/gi, '=');
  const rewritten = plain
    .replace(/^\/(\w+)\((?:(appId)=)?'([\w-]{1,64})'\)/i, (_, collection, name, key) =>
      name === undefined ? `/${collection}/${key}` : `/${collection}/appId=${key}`,
    )
    .replace(/\/microsoft\.graph\.(\w+)/i, '/$1');
  req.url = [rewritten, ...query].join('?');
  next();
};
