import { AzureError } from '@lab/shared/azure-error.ts';
import { describe, type Events } from '@lab/shared/events.ts';
import { credentialsOf, setCaller } from '@lab/shared/http/bearer.ts';
import { collapseLeadingSlashes, repeatedHeaders } from '@lab/shared/http/request.ts';
import type { Log } from '@lab/shared/log.ts';
import type { VerifyToken } from '@lab/shared/tokens/verify.ts';
import express, { type Express, type RequestHandler } from 'express';
import { authenticate, unauthenticated } from './domain/authenticate.ts';
import type { Resources } from './domain/resources.ts';
import { commonHeaders, sendError } from './wire.ts';

/**
 * `https://management.azure.com`. Who calls is established as everywhere; no resource type is served yet, and whoever is
 * authenticated gets Resource Manager's own answer for one that it does not know.
 */
export function publicApp({
  resources,
  verifyToken,
  events,
  authorityOrigin,
  log,
}: {
  resources: Resources;
  verifyToken: VerifyToken;
  events: Events;
  authorityOrigin: string;
  log: Log;
}): Express {
  const app = express().disable('x-powered-by').disable('etag');
  app.use(events.record, commonHeaders, collapseLeadingSlashes);
  app.use(authentication(resources, verifyToken));
  app.use((req) => {
    throw new AzureError({
      kind: 'not_found',
      code: 'InvalidResourceType',
      message: `The resource type could not be found for '${req.method} ${req.path}'. This lab's Resource Manager does not serve it.`,
    });
  });
  app.use(sendError(`${authorityOrigin}/${resources.all('tenant')[0]?.tenantId ?? 'common'}`, log));
  return app;
}

const authentication =
  (resources: Resources, verifyToken: VerifyToken): RequestHandler =>
  async (req, res, next) => {
    const credentials = credentialsOf(req);
    if (credentials.scheme === 'none') {
      throw unauthenticated('AuthenticationFailed', "Authentication failed. The 'Authorization' header is missing.");
    }
    if (credentials.scheme !== 'bearer' || repeatedHeaders(req, ['authorization']).length > 0) {
      throw unauthenticated(
        'AuthenticationFailedInvalidHeader',
        "Authentication failed. The 'Authorization' header is provided in an invalid format.",
      );
    }
    const tenantIds = resources.all('tenant').map(({ tenantId }) => tenantId);
    const caller = await authenticate(credentials.token, verifyToken, tenantIds);
    setCaller(res, caller);
    describe(res, {
      principalId: caller.oid,
      clientId: caller.appid,
      ...(caller.uti !== undefined && { tokenId: caller.uti }),
    });
    next();
  };
