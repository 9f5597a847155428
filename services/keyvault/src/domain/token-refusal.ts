import { AzureError } from '@lab/shared/azure-error.ts';
import { issuersOf, type TokenFailure } from '@lab/shared/tokens/claims.ts';

/** What challenges name, and what a token for Key Vault has as `aud`. */
export const KEY_VAULT = 'https://vault.azure.net';

/**
 * Audiences of a token for Key Vault: the resource, also as somebody asks IMDS for it with a slash, and the application
 * id that v2.0 tokens carry. A vault's own URL is none.
 */
export const AUDIENCES = [KEY_VAULT, `${KEY_VAULT}/`, 'cfa8b339-82a2-471a-a3c9-0fc0be7a4093'] as const;

const unauthorized = (message: string) => new AzureError({ kind: 'unauthenticated', code: 'Unauthorized', message });

export const tokenMissing = () => unauthorized('AKV10000: Request is missing a Bearer or PoP token.');

export const authorizationRepeated = () =>
  unauthorized(`${NOT_VALIDATED} Header validation failed. There is more than one Authorization header.`);

/** Without any key of the issuer's nothing can be said about a token: the caller is to try again. */
export const keysUnavailable = (cause: unknown) =>
  new AzureError({
    kind: 'unavailable',
    code: 'ServiceUnavailable',
    message: 'The keys that tokens are signed with cannot be fetched at the moment. Please retry later.',
    detail: String(cause),
  });

/**
 * The answer to a token that failed a check, in Key Vault's sentences. Where such a sentence stands for several checks,
 * the check is named after it.
 * Deviation: Azure does not say which check it was in those cases; the lab is there to show it.
 */
export function tokenRefused(failure: TokenFailure, tenantId: string): AzureError {
  const found = failure.found?.slice(0, 1024) ?? '';
  switch (failure.check) {
    case 'issuer':
      return unauthorized(
        `AKV10032: Invalid issuer. Expected one of ${Object.values(issuersOf(tenantId)).join(', ')}, found ${found}.`,
      );
    case 'audience':
      return unauthorized(`AKV10022: Invalid audience. Expected ${KEY_VAULT}, found: ${found}.`);
    case 'kid':
    case 'key':
      return unauthorized(
        `AKV10046: Unable to resolve the key used for signature validation. EncodedJwtHeader: '${found}'. ${failure.message}`,
      );
    case 'expiry':
      return unauthorized("[TokenExpired] Error validating token: 'S2S12086'.");
    case 'not-before':
      return unauthorized(`[TokenNotYetValid] Error validating token: 'S2S12085'. ${failure.message}`);
    default:
      return unauthorized(`${NOT_VALIDATED} ${failure.message}`);
  }
}

const NOT_VALIDATED = "[AggregatedAuthenticationFailure] Error validating token: 'S2S17001'.";
