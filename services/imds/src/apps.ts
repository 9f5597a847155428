/** What is mounted on which listener, in which order. */
import type { Clock } from '@lab/shared/clock.ts';
import type { Events } from '@lab/shared/events.ts';
import { type FaultList, faultsAt, faultsEnd } from '@lab/shared/faults/index.ts';
import { collapseLeadingSlashes } from '@lab/shared/http/request.ts';
import type { Log } from '@lab/shared/log.ts';
import express, { type Express, type RequestHandler } from 'express';
import { pathUnknown } from './domain/failures.ts';
import type { Machines } from './domain/virtual-machine.ts';
import { fromVirtualMachine } from './routes/admission.ts';
import { appServiceRoutes, type HeaderHolder } from './routes/app-service.ts';
import { identityRoutes } from './routes/identity.ts';
import { instanceRoutes } from './routes/instance.ts';
import type { Tokens } from './routes/tokens.ts';
import { sendError, toAppServiceErrorBody, toErrorBody } from './wire.ts';

/** IMDS as virtual machines see it. No body parser: nothing here has a body, and some clients announce one. */
export function vmApp({
  machines,
  isSynced,
  tokens,
  events,
  faults,
  clock,
  log,
}: {
  machines: Machines;
  isSynced: () => boolean;
  tokens: Tokens;
  events: Events;
  faults: FaultList;
  clock: Clock;
  log: Log;
}): Express {
  return app()
    .use(events.record)
    .use(fromVirtualMachine(machines, isSynced))
    .use(faultsAt(faults))
    .use(collapseLeadingSlashes)
    .use(identityRoutes({ tokens, clock }))
    .use(instanceRoutes())
    .use(unknownPath)
    .use(faultsEnd)
    .use(sendError(toErrorBody, log));
}

/** The App Service protocol, as the workloads of App Service see it. */
export function appServiceApp({
  holders,
  isSynced,
  tokens,
  events,
  faults,
  log,
}: {
  holders: () => readonly HeaderHolder[];
  isSynced: () => boolean;
  tokens: Tokens;
  events: Events;
  faults: FaultList;
  log: Log;
}): Express {
  return app()
    .use(events.record)
    .use(faultsAt(faults))
    .use(collapseLeadingSlashes)
    .use(appServiceRoutes({ holders, isSynced, tokens }))
    .use(unknownPath)
    .use(faultsEnd)
    .use(sendError(toAppServiceErrorBody, log));
}

const app = () => express().disable('x-powered-by').disable('etag');

const unknownPath: RequestHandler = () => {
  throw pathUnknown();
};
