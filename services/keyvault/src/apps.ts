import { AzureError } from '@lab/shared/azure-error.ts';
import type { Clock } from '@lab/shared/clock.ts';
import type { Events } from '@lab/shared/events.ts';
import { type FaultList, faultsAt, faultsEnd } from '@lab/shared/faults/index.ts';
import type { Log } from '@lab/shared/log.ts';
import type { VerifyToken } from '@lab/shared/tokens/verify.ts';
import express, { type Express } from 'express';
import type { Decide } from './domain/authorize.ts';
import type { SecretStore } from './domain/secret.ts';
import type { Vaults } from './domain/vault.ts';
import { authenticate } from './routes/authenticate.ts';
import { authorizer } from './routes/authorize.ts';
import { backupRoutes } from './routes/backups.ts';
import { deletedSecretRoutes } from './routes/deleted-secrets.ts';
import { checkQuery, knownMethods, methodOverride } from './routes/request-form.ts';
import { requestVault, type VaultHosts } from './routes/request-vault.ts';
import { responseHeaders } from './routes/response-headers.ts';
import { secretRoutes } from './routes/secrets.ts';
import { sendError } from './wire.ts';

export type PublicParts = {
  readonly authorityOrigin: string;
  readonly vaultHosts: VaultHosts;
  readonly vaults: Vaults;
  /** Whether it is known which vaults there are. */
  readonly isSynced: () => boolean;
  readonly secrets: SecretStore;
  readonly verifyToken: VerifyToken;
  readonly decide: Decide;
  readonly events: Events;
  readonly faults: FaultList;
  readonly clock: Clock;
  readonly log: Log;
};

/**
 * What is mounted on `https://{vault}.vault.azure.net`. The order is Azure's order of refusals: 401, then 400 for the
 * api-version; the routes follow with 403, 400 and 404 or 409.
 */
export function publicApp(parts: PublicParts): Express {
  const { vaults, isSynced, vaultHosts, verifyToken, decide, authorityOrigin, events, faults, log } = parts;
  const app = express().disable('x-powered-by').disable('etag').set('query parser', false);
  app.use(events.record, responseHeaders, faultsAt(faults));
  app.use(requestVault(vaults, vaultHosts, isSynced));
  app.use(authenticate(verifyToken));
  app.use(checkQuery, methodOverride, knownMethods);
  const routes = { authorize: authorizer(decide), secrets: parts.secrets, clock: parts.clock };
  app.use(backupRoutes(routes), secretRoutes(routes), deletedSecretRoutes(routes));
  app.use((req) => {
    throw new AzureError({
      kind: 'not_found',
      code: 'NotFound',
      message: `The requested resource was not found. This lab's Key Vault does not serve '${req.method} ${req.path}'.`,
    });
  });
  app.use(faultsEnd, sendError(authorityOrigin, log));
  return app;
}
