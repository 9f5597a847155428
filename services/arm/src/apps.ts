import { faultsAt, faultsEnd } from '@lab/shared/faults/index.ts';
import { collapseLeadingSlashes } from '@lab/shared/http/request.ts';
import express, { type Express, type Router } from 'express';
import type { Resources } from './domain/resources.ts';
import type { Parts } from './parts.ts';
import { authentication } from './routes/authenticate.ts';
import { authorizationRoutes } from './routes/authorization/index.ts';
import { defaultIdentityRoutes } from './routes/default-identity.ts';
import { federatedCredentialRoutes } from './routes/federated-credentials.ts';
import { notServed } from './routes/not-served.ts';
import { operationRoutes } from './routes/operations.ts';
import { providerRoutes } from './routes/providers.ts';
import { headAsExistence, requestForm, textBody } from './routes/request-form.ts';
import { requestSubscription } from './routes/request-subscription.ts';
import { resourceGroupRoutes } from './routes/resource-groups.ts';
import { resourceRoutes } from './routes/resources.ts';
import { siteRoutes } from './routes/sites.ts';
import { storageAccountRoutes } from './routes/storage-accounts.ts';
import { subscriptionRoutes } from './routes/subscriptions.ts';
import { tagRoutes } from './routes/tags.ts';
import { userAssignedIdentityRoutes } from './routes/user-assigned-identities.ts';
import { vaultRoutes } from './routes/vaults.ts';
import { virtualMachineRoutes } from './routes/virtual-machines.ts';
import { commonHeaders, sendError } from './wire.ts';

/** Every resource of `https://management.azure.com`, in the order in which paths are looked for. */
export const publicRoutes = (parts: Parts): Router[] => [
  subscriptionRoutes(parts),
  providerRoutes(parts),
  resourceGroupRoutes(parts),
  resourceRoutes(parts),
  tagRoutes(parts),
  virtualMachineRoutes(parts),
  userAssignedIdentityRoutes(parts),
  federatedCredentialRoutes(parts),
  defaultIdentityRoutes(parts),
  siteRoutes(parts),
  vaultRoutes(parts),
  storageAccountRoutes(parts),
  authorizationRoutes(parts),
  operationRoutes(parts),
];

/**
 * `https://management.azure.com`. The order is Azure's order of refusals: 401, 400 for the form of the request, 404 or 401
 * for the subscription; the routes follow with 403, 400 for the content, 404 or 409.
 */
export function publicApp(parts: Parts): Express {
  const { resources, turns, verifyToken, events, faults, authorityOrigin, clock, log } = parts;
  const app = express().disable('x-powered-by').disable('etag').set('query parser', false);
  app.use(events.record, commonHeaders(clock), faultsAt(faults), collapseLeadingSlashes);
  app.use((_req, _res, next) => turns.inThisLife(next));
  app.use(authentication(resources, verifyToken));
  app.use(requestForm, headAsExistence, textBody);
  app.use('/subscriptions/:subscriptionId', requestSubscription(resources, authorityOrigin));
  const routers = publicRoutes(parts);
  app.use(...routers);
  app.use(notServed(routers));
  app.use(
    faultsEnd,
    sendError((req) => `${authorityOrigin}/${tenantOf(resources, req.path)}`, log),
  );
  return app;
}

/** Whom a client has to ask for a token: the tenant of the subscription that it names, which is no secret in Azure either. */
function tenantOf(resources: Resources, path: string): string {
  const [, subscriptionId] = /^\/subscriptions\/([0-9a-f-]{36})(?:\/|$)/i.exec(path) ?? [];
  const subscription = subscriptionId && resources.find('subscription', `/subscriptions/${subscriptionId}`);
  return (subscription || resources.all('tenant')[0])?.tenantId ?? 'common';
}
