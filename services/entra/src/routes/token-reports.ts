import type { Clock } from '@lab/shared/clock.ts';
import { decodeToken } from '@lab/shared/tokens/decode-token.ts';
import { tokenReportRoutes } from '@lab/shared/tokens/token-reports.ts';
import { tokenVerifier } from '@lab/shared/tokens/verify.ts';
import type { Router } from 'express';
import type { Directory } from '../domain/directory.ts';
import type { KeyRing } from '../domain/key-ring.ts';
import { reportOnToken } from '../graph/authenticate.ts';

/**
 * `POST /tokens/checks` → 200 `{ reports, key? }`: what Graph would say to a token, and the published key that the token's
 * `kid` names, as JWKS has it.
 */
export function graphReportRoutes({
  directory,
  keys,
  clock,
}: {
  directory: Directory;
  keys: KeyRing;
  clock: Clock;
}): Router {
  const verifyToken = tokenVerifier({ keyFor: async (kid) => keys.findPublic(kid), clock });
  return tokenReportRoutes(async (token) => {
    const kid = decodeToken(token)?.header.kid;
    const key = keys.published().find((published) => published.kid === kid);
    return { reports: [await reportOnToken(token, { directory, verifyToken })], ...(key && { key }) };
  });
}
