import type { AzureError } from '@lab/shared/azure-error.ts';
import { describeCaller, describeCheck } from '@lab/shared/event-details.ts';
import { describe } from '@lab/shared/events.ts';
import { credentialsOf, setCaller } from '@lab/shared/http/bearer.ts';
import { repeatedHeaders } from '@lab/shared/http/request.ts';
import { checksMade } from '@lab/shared/tokens/checks-made.ts';
import { TokenFailure } from '@lab/shared/tokens/claims.ts';
import type { VerifyToken } from '@lab/shared/tokens/verify.ts';
import type { RequestHandler, Response } from 'express';
import {
  AUDIENCES,
  authorizationRepeated,
  keysUnavailable,
  tokenMissing,
  tokenRefused,
} from '../domain/token-refusal.ts';
import { atOf } from './request-vault.ts';

/**
 * Who asks. Before everything else that could be wrong with a request: clients send each first request without a token
 * and without a body, and any other answer than the challenge is final for them.
 */
export const authenticate =
  (verifyToken: VerifyToken): RequestHandler =>
  async (req, res, next) => {
    const credentials = credentialsOf(req);
    if (credentials.scheme !== 'bearer') throw noted(res, tokenMissing());
    if (repeatedHeaders(req, ['authorization']).length > 0) throw noted(res, authorizationRepeated());
    const { tenantId } = atOf(res).vault;
    const caller = await verifyToken(credentials.token, { tenantId, audiences: AUDIENCES }).catch((thrown) => {
      if (!(thrown instanceof TokenFailure)) throw keysUnavailable(thrown);
      describe(res, { checks: checksMade(thrown) });
      throw tokenRefused(thrown, tenantId);
    });
    describeCaller(res, caller);
    describe(res, { checks: checksMade() });
    setCaller(res, caller);
    next();
  };

function noted(res: Response, refusal: AzureError): AzureError {
  describeCheck(res, 'bearer token', refusal);
  return refusal;
}
