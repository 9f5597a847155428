import express, { type ErrorRequestHandler, type Express, type RequestHandler, type Router } from 'express';
import { AzureError } from '../azure-error.ts';
import type { ServiceConfig } from '../config.ts';
import type { Events } from '../events.ts';
import { type FaultList, faultRoutes } from '../faults/index.ts';
import { asAzureError, STATUS } from '../http/status.ts';
import type { Log } from '../log.ts';
import { allow } from './peers.ts';

/** What a service says about itself. `ready` is false until it can do its work. */
export type Health = { readonly ready: boolean; readonly detail?: string };

/**
 * The control API that every service has on the fabric, around the routes of its own:
 *
 *     GET /health            portal, tests   200 { ready, detail? }
 *     GET /events?since=n    portal, tests   200 { events: FlowEvent[], latest: number, epoch: string }
 *     /faults                portal, tests   see `faults/routes.ts`; where the service can be made to fail
 *     /azure/…               portal, tests   the service's public API, for who presents a token there as everywhere
 *
 * Errors are `{ error: { code, message } }`. JSON bodies of at most 1 MiB.
 * @param routes The service's own control routes; each names its peers with `allow(…)`.
 * @param azure The service's public API, where the portal asks it in a person's name: it has no way to the public listener.
 */
export function controlApp({
  routes,
  azure,
  events,
  faults,
  health,
  log,
}: {
  routes?: Router;
  azure?: PublicApi;
  events: Events;
  faults?: FaultList;
  health: () => Health;
  log: Log;
}): Express {
  const app = express().disable('x-powered-by').disable('etag');
  // Before bodies are read here: it reads its own.
  if (azure) app.use('/azure', allow('portal', 'tests'), asPublic(azure));
  app.use(express.json({ limit: '1mb' }));
  app.get('/health', allow('portal', 'tests'), (_req, res) => {
    res.json(health());
  });
  app.get('/events', allow('portal', 'tests'), (req, res) => {
    const since = Number(req.query.since ?? 0);
    // Who asked another life of this service has seen nothing of this one.
    const isOfThisLife = [undefined, events.epoch].includes(req.query.epoch as string | undefined);
    // `latest` tells where to ask on from, without asking for all of it first.
    const { epoch, latest } = events;
    res.json({
      events: events.since(isOfThisLife && Number.isSafeInteger(since) ? since : 0),
      latest: latest(),
      epoch,
    });
  });
  if (faults) app.use(faultRoutes(faults));
  if (routes) app.use(routes);
  app.use((req) => {
    throw new AzureError({
      kind: 'not_found',
      code: 'NotFound',
      message: `There is no control route ${req.method} ${req.path}.`,
    });
  });
  const onError: ErrorRequestHandler = (thrown, _req, res, _next) => {
    const error = asAzureError(thrown, { too_large: 'RequestEntityTooLarge' });
    if (error.kind === 'internal') log.error({ err: error.cause }, 'unexpected failure on the control API');
    if (res.headersSent) res.destroy();
    else res.status(STATUS[error.kind]).json({ error: { code: error.code, message: error.message } });
  };
  app.use(onError);
  return app;
}

export type PublicApi = { readonly app: Express; readonly host: string };

/** As if the request had come to the public listener: links and events are made of the host and path that were asked for. */
const asPublic =
  ({ app, host }: PublicApi): RequestHandler =>
  (req, res, next) => {
    req.originalUrl = req.url;
    req.headers.host = host;
    app(req, res, next);
  };

/**
 * The two listeners that every service of Azure's side has besides its own: the control API, which accepts no connection
 * without a certificate of the fabric, and the container's health check.
 */
export const controlListeners = (
  { control, tls }: Pick<ServiceConfig, 'control' | 'tls'>,
  { app, health }: { app: Express; health: () => Health },
) => ({
  fabric: { app, address: control.fabric, tls: { keyPair: tls.fabricKeyPair, clientCa: tls.fabricCa } },
  health: { app: healthApp(health), address: control.health },
});

/**
 * Health for the container's own health check, plain HTTP on loopback: 200 when ready, 503 otherwise, any path.
 * On loopback it can be asked from inside the container only.
 */
export function healthApp(health: () => Health): Express {
  const app = express().disable('x-powered-by').disable('etag');
  app.use((_req, res) => {
    const answer = health();
    res.status(answer.ready ? 200 : 503).json(answer);
  });
  return app;
}
