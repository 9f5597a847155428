/** Seconds from `iat` to `exp`, each with the five minutes that `iat` lies back. */

/** Of a managed identity: 24 hours. Also the longest token there is. */
export const TOKEN_LIFE_SECONDS = 86_700;
/**
 * Of an application: an hour.
 * Deviation: Entra varies it between 60 and 90 minutes.
 * @see https://learn.microsoft.com/entra/identity-platform/access-tokens#token-lifetime
 */
export const APPLICATION_TOKEN_LIFE_SECONDS = 3_900;
