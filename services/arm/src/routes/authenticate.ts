import { describe } from '@lab/shared/events.ts';
import { credentialsOf, setCaller } from '@lab/shared/http/bearer.ts';
import { repeatedHeaders } from '@lab/shared/http/request.ts';
import type { VerifyToken } from '@lab/shared/tokens/verify.ts';
import type { RequestHandler } from 'express';
import { authenticate, unauthenticated } from '../domain/authenticate.ts';
import type { Resources } from '../domain/resources.ts';

/** Who calls. Mounted before everything that could tell one request from another. */
export const authentication =
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
