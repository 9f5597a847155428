import { AzureError } from '@lab/shared/azure-error.ts';
import { type AccessToken, type Expectation, TokenFailure } from '@lab/shared/tokens/claims.ts';
import { reportOn, type TokenReport } from '@lab/shared/tokens/token-reports.ts';
import type { VerifyToken } from '@lab/shared/tokens/verify.ts';
import jwt from 'jsonwebtoken';

/** Audiences that Resource Manager accepts, exactly: the four that its own error message names. */
const ARM_AUDIENCES = [
  'https://management.core.windows.net/',
  'https://management.core.windows.net',
  'https://management.azure.com/',
  'https://management.azure.com',
] as const;

/**
 * The caller of a Resource Manager request. Resource Manager serves every tenant, so the token says which one it is of;
 * that name is believed only as far as the lab has such a tenant, and issuer and signature have to match it.
 *
 * @param tenantIds The lab's tenants.
 * @throws AzureError `unauthenticated`: InvalidAuthenticationToken, ExpiredAuthenticationToken,
 *   InvalidAuthenticationTokenAudience, InvalidAuthenticationTokenTenant.
 */
export async function authenticate(
  token: string,
  verifyToken: VerifyToken,
  tenantIds: readonly string[],
): Promise<AccessToken> {
  try {
    return await verifyToken(token, expectationOf(token, tenantIds));
  } catch (error) {
    if (!(error instanceof TokenFailure)) throw keysUnknown(error);
    throw refused(error);
  }
}

function expectationOf(token: string, tenantIds: readonly string[]): Expectation {
  const tenantId = tenantIds.find((id) => id === unverifiedTenant(token));
  // With no such tenant the first one stands in: every check before the issuer is still made, then the issuer fails.
  return { tenantId: tenantId ?? tenantIds[0] ?? '', audiences: ARM_AUDIENCES };
}

/** What Resource Manager would say to a token. What its caller may do there is asked of each resource. */
export const tokenReports =
  (verifyToken: VerifyToken, tenantIds: () => readonly string[]) =>
  async (token: string): Promise<{ reports: TokenReport[] }> => ({
    reports: [
      await reportOn({
        audience: 'https://management.azure.com',
        judge: () => verifyToken(token, expectationOf(token, tenantIds())),
        refuse: refused,
      }),
    ],
  });

function unverifiedTenant(token: string): unknown {
  try {
    const claims = jwt.decode(token);
    return typeof claims === 'object' && claims !== null ? claims.tid : undefined;
  } catch {
    return undefined; // the library throws at a payload that is no JSON; `verifyToken` says so in our own words
  }
}

function refused(cause: TokenFailure): AzureError {
  const { check, message, found } = cause;
  switch (check) {
    case 'expiry':
      return unauthenticated('ExpiredAuthenticationToken', `The access token expiry has passed. ${message}`, cause);
    case 'audience':
      return unauthenticated(
        'InvalidAuthenticationTokenAudience',
        `The access token has been obtained for wrong audience or resource '${found}'. It should exactly match with one of the allowed audiences ${ARM_AUDIENCES.map((name) => `'${name}'`).join(',')}.`,
        cause,
      );
    case 'issuer':
    case 'tenant':
      return unauthenticated(
        'InvalidAuthenticationTokenTenant',
        `The access token is from the wrong issuer '${found}'. ${message}`,
        cause,
      );
    default:
      return unauthenticated('InvalidAuthenticationToken', `The access token is invalid. ${message}`, cause);
  }
}

const keysUnknown = (cause: unknown) =>
  new AzureError({
    kind: 'unavailable',
    code: 'ServiceUnavailable',
    message: 'The signing keys of the directory are not known yet. Please try again.',
    cause,
  });

/** @param cause The check of the token that failed. */
export const unauthenticated = (code: string, message: string, cause?: TokenFailure) =>
  new AzureError({ kind: 'unauthenticated', code, message, ...(cause && { cause }) });
