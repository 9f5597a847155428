import type { Clock } from '@lab/shared/clock.ts';
import type { Events } from '@lab/shared/events.ts';
import { controlApp, type Health } from '@lab/shared/fabric/control-app.ts';
import { type FaultList, faultsAt, faultsEnd } from '@lab/shared/faults/index.ts';
import { ownLife } from '@lab/shared/feed/own-life.ts';
import { collapseLeadingSlashes } from '@lab/shared/http/request.ts';
import type { Log } from '@lab/shared/log.ts';
import { tokenVerifier } from '@lab/shared/tokens/verify.ts';
import express, { type Express, type Request, Router } from 'express';
import { notReady, pathNotFound } from './domain/aadsts.ts';
import type { Registrations } from './domain/application.ts';
import type { Directory } from './domain/directory.ts';
import type { IssuerKeys, OwnIssuer } from './domain/federated-assertion.ts';
import type { KeyRing } from './domain/key-ring.ts';
import type { Pause } from './domain/pause.ts';
import { GRAPH_HOST, graphApp } from './graph/app.ts';
import { discoveryRoutes } from './routes/discovery.ts';
import { forgeRoutes } from './routes/forge.ts';
import { labClockRoutes } from './routes/lab-clock.ts';
import { awaitingPause, pauseRoutes } from './routes/pause.ts';
import { principalRoutes } from './routes/principals.ts';
import { signingKeyRoutes } from './routes/signing-keys.ts';
import { tokenRoutes } from './routes/token.ts';
import { graphReportRoutes } from './routes/token-reports.ts';
import { sendError, standardHeaders } from './wire.ts';

export type Parts = {
  readonly directory: Directory;
  readonly registrations: Registrations;
  readonly keys: KeyRing;
  /** Where this authority is reached, without trailing slash; asked per request, as a port may not be known earlier. */
  readonly authorityOrigin: () => string;
  /** Where Microsoft Graph is reached, likewise. */
  readonly graphOrigin: () => string;
  readonly issuerKeys: IssuerKeys;
  readonly ownIssuer: OwnIssuer;
  readonly isSynced: () => boolean;
  readonly pause: Pause;
  /** In which life of the lab the directory is. */
  readonly epoch: () => string | undefined;
  readonly clock: Clock;
  readonly events: Events;
  readonly faults: FaultList;
  readonly log: Log;
};

/**
 * `https://login.microsoftonline.com`, for everybody, and `https://graph.microsoft.com` for who has a token: one listener,
 * told apart by `Host`.
 */
export function publicApp(parts: Parts): Express {
  const app = express().disable('x-powered-by').disable('etag');
  const graph = microsoftGraph(parts);
  const life = ownLife(parts.epoch, notReady);
  app.use(labClockRoutes(parts.clock));
  app.use(parts.events.record, awaitingPause(parts.pause), collapseLeadingSlashes);
  app.use((req, res, next) => (hostOf(req) === GRAPH_HOST ? graph(req, res, next) : next()));
  app.use(standardHeaders, faultsAt(parts.faults), (_req, _res, next) => life.enter(next));
  app.use(tokenRoutes({ ...parts, stillInLife: life.check }), discoveryRoutes(parts));
  app.use(() => {
    throw pathNotFound();
  });
  app.use(faultsEnd, sendError(parts.clock, parts.log));
  return app;
}

/** Microsoft Graph on a listener of its own, for where names are all the same. */
export function graphOnlyApp(parts: Parts): Express {
  const app = express().disable('x-powered-by').disable('etag');
  app.use(parts.events.record, awaitingPause(parts.pause), collapseLeadingSlashes, microsoftGraph(parts));
  return app;
}

/** Tokens are Entra's own, so their keys are here. */
const microsoftGraph = (parts: Parts): Express =>
  graphApp({
    ...parts,
    verifyToken: tokenVerifier({ keyFor: async (kid) => parts.keys.findPublic(kid), clock: parts.clock }),
  });

/** Host name of a request, lower case, without port. */
const hostOf = (req: Request): string => (req.headers.host ?? '').toLowerCase().replace(/:\d+$/, '');

/** The control API. */
export function fabricApp(
  parts: Parts,
  { state = Router(), health }: { state?: Router; health: () => Health },
): Express {
  const routes = Router();
  routes.use(
    state,
    pauseRoutes(parts.pause),
    signingKeyRoutes(parts.keys, parts.events),
    principalRoutes(parts),
    forgeRoutes(parts),
    graphReportRoutes(parts),
  );
  const { events, faults, log } = parts;
  const azure = { app: graphOnlyApp(parts), host: GRAPH_HOST };
  return controlApp({ routes, azure, events, faults, health, log });
}
