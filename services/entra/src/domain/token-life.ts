/** Seconds from `iat` to `exp`: 24 hours, and the five minutes that `iat` lies back. */
export const TOKEN_LIFE_SECONDS = 86_700;
