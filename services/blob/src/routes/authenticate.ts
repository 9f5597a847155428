import { describeCaller, describeCheck } from '@lab/shared/event-details.ts';
import { describe } from '@lab/shared/events.ts';
import { credentialsOf, setCaller } from '@lab/shared/http/bearer.ts';
import type { Query } from '@lab/shared/http/request.ts';
import { checksMade } from '@lab/shared/tokens/checks-made.ts';
import { TokenFailure } from '@lab/shared/tokens/claims.ts';
import type { VerifyToken } from '@lab/shared/tokens/verify.ts';
import type { Request, Response } from 'express';
import { type Account, expectationOf } from '../domain/account.ts';
import { badToken, checkCredentials } from '../domain/authenticate.ts';
import { refuse } from '../domain/failures.ts';
import { challenge } from '../wire/errors.ts';

export type Authenticate = (
  req: Request,
  res: Response,
  context: { account: Account; version: string; query: Query },
) => Promise<void>;

/**
 * Verifies the bearer token and keeps its claims for the routes.
 * @throws what `checkCredentials` says, InvalidAuthenticationInfo or AuthenticationFailed with the check that failed, and
 *   ServerBusy for as long as no signing key is known: a token that cannot be judged is not a bad one.
 */
export function authenticator({
  verifyToken,
  authorityOrigin,
}: {
  verifyToken: VerifyToken;
  authorityOrigin: string;
}): Authenticate {
  return async (req, res, { account, version, query }) => {
    const withChallenge = <T extends { kind: string }>(error: T): T => {
      if (error.kind === 'unauthenticated') res.setHeader('WWW-Authenticate', challenge(authorityOrigin, account));
      return error;
    };
    const credentials = credentialsOf(req);
    const sharedAccessSignature = !query.get('sig') ? 'none' : query.get('skoid') ? 'delegation key' : 'account key';
    const header = req.headers.authorization;
    const refusal = checkCredentials(credentials, { version, header, sharedAccessSignature });
    if (refusal) {
      describeCheck(res, 'bearer token', refusal);
      throw withChallenge(refusal);
    }
    if (credentials.scheme !== 'bearer') throw new Error('credentials were let through that are no token');

    try {
      const token = await verifyToken(credentials.token, expectationOf(account));
      setCaller(res, token);
      describeCaller(res, token);
      describe(res, { checks: checksMade() });
    } catch (error) {
      if (!(error instanceof TokenFailure)) throw refuse('ServerBusy');
      const audience = error.check === 'audience' ? error.found : undefined;
      describe(res, { checks: checksMade(error), ...(audience !== undefined && { audience }) });
      throw withChallenge(badToken(version, error.message));
    }
  };
}
