import type { Clock } from '@lab/shared/clock.ts';
import type { Events } from '@lab/shared/events.ts';
import { controlApp, type Health } from '@lab/shared/fabric/control-app.ts';
import { collapseLeadingSlashes } from '@lab/shared/http/request.ts';
import type { Log } from '@lab/shared/log.ts';
import express, { type Express, Router } from 'express';
import { pathNotFound } from './domain/aadsts.ts';
import type { Registrations } from './domain/application.ts';
import type { Directory } from './domain/directory.ts';
import type { IssuerKeys, OwnIssuer } from './domain/federated-assertion.ts';
import type { KeyRing } from './domain/key-ring.ts';
import { discoveryRoutes } from './routes/discovery.ts';
import { forgeRoutes } from './routes/forge.ts';
import { principalRoutes } from './routes/principals.ts';
import { signingKeyRoutes } from './routes/signing-keys.ts';
import { tokenRoutes } from './routes/token.ts';
import { sendError, standardHeaders } from './wire.ts';

export type Parts = {
  readonly directory: Directory;
  readonly registrations: Registrations;
  readonly keys: KeyRing;
  /** Where this authority is reached, without trailing slash; asked per request, as a port may not be known earlier. */
  readonly authorityOrigin: () => string;
  readonly issuerKeys: IssuerKeys;
  readonly ownIssuer: OwnIssuer;
  readonly isSynced: () => boolean;
  readonly clock: Clock;
  readonly events: Events;
  readonly log: Log;
};

/** `https://login.microsoftonline.com`, for everybody. */
export function publicApp(parts: Parts): Express {
  const app = express().disable('x-powered-by').disable('etag');
  app.use(parts.events.record, standardHeaders, collapseLeadingSlashes);
  app.use(tokenRoutes(parts), discoveryRoutes(parts));
  app.use(() => {
    throw pathNotFound();
  });
  app.use(sendError(parts.clock, parts.log));
  return app;
}

/** The control API. Without `testRoutes` there is no `/forge`, for nobody. */
export function fabricApp(
  parts: Parts,
  { testRoutes, health }: { testRoutes: boolean; health: () => Health },
): Express {
  const routes = Router();
  routes.use(signingKeyRoutes(parts.keys, parts.events), principalRoutes(parts));
  if (testRoutes) routes.use(forgeRoutes(parts));
  return controlApp({ routes, events: parts.events, health, log: parts.log });
}
