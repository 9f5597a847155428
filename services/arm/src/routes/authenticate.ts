import type { AzureError } from '@lab/shared/azure-error.ts';
import { describeCaller, describeCheck } from '@lab/shared/event-details.ts';
import { describe } from '@lab/shared/events.ts';
import { credentialsOf, setCaller } from '@lab/shared/http/bearer.ts';
import { repeatedHeaders } from '@lab/shared/http/request.ts';
import { checksMade } from '@lab/shared/tokens/checks-made.ts';
import { TokenFailure } from '@lab/shared/tokens/claims.ts';
import type { VerifyToken } from '@lab/shared/tokens/verify.ts';
import type { RequestHandler, Response } from 'express';
import { authenticate, unauthenticated } from '../domain/authenticate.ts';
import type { Resources } from '../domain/resources.ts';

/** Who calls. Mounted before everything that could tell one request from another. */
export const authentication =
  (resources: Resources, verifyToken: VerifyToken): RequestHandler =>
  async (req, res, next) => {
    const credentials = credentialsOf(req);
    if (credentials.scheme === 'none') {
      throw noted(
        res,
        unauthenticated('AuthenticationFailed', "Authentication failed. The 'Authorization' header is missing."),
      );
    }
    if (credentials.scheme !== 'bearer' || repeatedHeaders(req, ['authorization']).length > 0) {
      throw noted(
        res,
        unauthenticated(
          'AuthenticationFailedInvalidHeader',
          "Authentication failed. The 'Authorization' header is provided in an invalid format.",
        ),
      );
    }
    const tenantIds = resources.all('tenant').map(({ tenantId }) => tenantId);
    const caller = await authenticate(credentials.token, verifyToken, tenantIds).catch((refusal) => {
      if (refusal.cause instanceof TokenFailure) describe(res, { checks: checksMade(refusal.cause) });
      throw refusal;
    });
    setCaller(res, caller);
    describeCaller(res, caller);
    describe(res, { checks: checksMade() });
    next();
  };

function noted(res: Response, refusal: AzureError): AzureError {
  describeCheck(res, 'bearer token', refusal);
  return refusal;
}
