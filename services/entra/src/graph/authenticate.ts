import type { AzureError } from '@lab/shared/azure-error.ts';
import { describeCaller, describeCheck } from '@lab/shared/event-details.ts';
import type { CheckName } from '@lab/shared/event-words.ts';
import { describe } from '@lab/shared/events.ts';
import { callerOf, credentialsOf, setCaller } from '@lab/shared/http/bearer.ts';
import { repeatedHeaders } from '@lab/shared/http/request.ts';
import { checksMade } from '@lab/shared/tokens/checks-made.ts';
import { type Expectation, type TokenCheck, TokenFailure } from '@lab/shared/tokens/claims.ts';
import { reportOn, type TokenReport } from '@lab/shared/tokens/token-reports.ts';
import type { VerifyToken } from '@lab/shared/tokens/verify.ts';
import type { RequestHandler, Response } from 'express';
import type { Directory, Tenant } from '../domain/directory.ts';
import { badQuery, notReady, requestDenied, tokenMissing, tokenRefused } from './failures.ts';

/** @see https://learn.microsoft.com/graph/auth/auth-concepts */
const AUDIENCES = [
  'https://graph.microsoft.com',
  'https://graph.microsoft.com/',
  '00000003-0000-0000-c000-000000000000',
] as const;

/** Graph's own words for some checks; the others are the lab's. */
const WORDS: Partial<Record<TokenCheck, string>> = {
  format:
    'IDX14100: JWT is not well formed, there are no dots (.).\nThe token needs to be in JWS or JWE Compact Serialization Format.',
  signature: 'Signature is invalid.',
  audience: 'Access token validation failure. Invalid audience.',
  expiry: 'Lifetime validation failed, the token is expired.',
  'not-before': 'Lifetime validation failed, the token is not yet valid.',
};

/**
 * Who asks, and in which tenant. Graph is one for all tenants: it is the token that says whose directory is meant, so the
 * issuer, which is verified, has to be that tenant's.
 */
export const authenticate =
  ({
    directory,
    verifyToken,
    isSynced,
  }: {
    directory: Directory;
    verifyToken: VerifyToken;
    isSynced: () => boolean;
  }): RequestHandler =>
  async (req, res, next) => {
    const credentials = credentialsOf(req);
    if (credentials.scheme !== 'bearer') throw noted(res, 'bearer token', tokenMissing());
    if (repeatedHeaders(req, ['authorization']).length > 0) {
      throw noted(res, 'bearer token', badQuery('The Authorization header is repeated.'));
    }
    const tenant = directory.findTenant(claimedTenant(credentials.token));
    if (!tenant && !isSynced()) throw notReady();
    const caller = await verifyToken(credentials.token, expectationOf(tenant)).catch((thrown) => {
      if (!(thrown instanceof TokenFailure)) throw thrown;
      describe(res, { checks: checksMade(thrown) });
      throw refused(thrown);
    });
    describeCaller(res, caller);
    describe(res, { checks: checksMade() });
    setCaller(res, caller);
    res.locals.tenant = tenant;
    next();
  };

const expectationOf = (tenant: Tenant | undefined): Expectation => ({
  tenantId: tenant?.tenantId ?? 'none', // no issuer is this one's
  audiences: AUDIENCES,
});

const refused = (failure: TokenFailure): AzureError => tokenRefused(WORDS[failure.check] ?? failure.message);

/** What Graph would say to a token. What its caller may do there is a matter of the app roles in it. */
export const reportOnToken = (
  token: string,
  { directory, verifyToken }: { directory: Directory; verifyToken: VerifyToken },
): Promise<TokenReport> =>
  reportOn({
    audience: AUDIENCES[0],
    judge: () => verifyToken(token, expectationOf(directory.findTenant(claimedTenant(token)))),
    refuse: refused,
  });

/** The tenant of the verified token. */
export function tenantOf(res: Response): Tenant {
  const tenant: Tenant | undefined = res.locals.tenant;
  if (!tenant) throw new Error('route mounted without authentication');
  return tenant;
}

/** What a token says before anything of it is believed; only which issuer it is then held to. */
function claimedTenant(token: string): string {
  try {
    const { tid } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    return typeof tid === 'string' ? tid.slice(0, 64) : '';
  } catch {
    return '';
  }
}

/** App roles of Graph, and who may do what with them: any one of the list is enough. */
export const MAY = {
  readApplications: [
    'Application.Read.All',
    'Application.ReadWrite.All',
    'Directory.Read.All',
    'Directory.ReadWrite.All',
  ],
  writeApplications: ['Application.ReadWrite.All'],
  readAssignments: [
    'AppRoleAssignment.ReadWrite.All',
    'Application.Read.All',
    'Application.ReadWrite.All',
    'Directory.Read.All',
    'Directory.ReadWrite.All',
  ],
  writeAssignments: ['AppRoleAssignment.ReadWrite.All'],
  readUsers: ['User.Read.All', 'Directory.Read.All', 'Directory.ReadWrite.All'],
  readGroups: ['Group.Read.All', 'Directory.Read.All', 'Directory.ReadWrite.All'],
  readOrganization: ['Organization.Read.All', 'Directory.Read.All', 'Directory.ReadWrite.All'],
} as const;

/**
 * Decides by the `roles` of the token, before anything else of a request is looked at.
 * @throws Authorization_RequestDenied
 * @see https://learn.microsoft.com/graph/permissions-reference
 */
export function authorize(res: Response, may: keyof typeof MAY): void {
  const { roles } = callerOf(res);
  if (!MAY[may].some((role) => roles.includes(role))) throw noted(res, 'app role', requestDenied());
  describeCheck(res, 'app role');
}

function noted(res: Response, check: CheckName, refusal: AzureError): AzureError {
  describeCheck(res, check, refusal);
  return refusal;
}
