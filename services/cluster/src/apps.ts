/** What is mounted on which listener, in which order. */
import type { Clock } from '@lab/shared/clock.ts';
import type { Events } from '@lab/shared/events.ts';
import { controlApp, type Health } from '@lab/shared/fabric/control-app.ts';
import { collapseLeadingSlashes } from '@lab/shared/http/request.ts';
import type { Log } from '@lab/shared/log.ts';
import express, { type Express, type RequestHandler, Router } from 'express';
import type { SigningKeys } from './domain/signing-key.ts';
import type { Kubelet } from './kubelet.ts';
import { issuerRoutes, notFound } from './routes/issuer.ts';
import { signingKeyRoutes } from './routes/signing-keys.ts';
import { tokenRoutes } from './routes/tokens.ts';
import { sendError } from './wire.ts';

export type Parts = {
  readonly nodes: Kubelet;
  readonly keys: SigningKeys;
  readonly clock: Clock;
  readonly events: Events;
  readonly log: Log;
};

/** The issuers as everybody sees them. */
export const publicApp = ({ nodes, keys, events, log }: Parts): Express =>
  express()
    .disable('x-powered-by')
    .disable('etag')
    .use(events.record)
    .use(collapseLeadingSlashes)
    .use(issuerRoutes({ clusters: nodes.clusters, keys }))
    .use(unknownPath)
    .use(sendError(log));

const unknownPath: RequestHandler = () => {
  throw notFound();
};

export function fabricApp(
  { nodes, keys, clock, events, log }: Parts,
  { health, testRoutes }: { health: () => Health; testRoutes: boolean },
): Express {
  const routes = Router().use(signingKeyRoutes(nodes, events));
  if (testRoutes) routes.use(tokenRoutes({ nodes, keys, clock, events }));
  return controlApp({ routes, events, health, log });
}
