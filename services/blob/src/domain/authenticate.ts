import type { AzureError } from '@lab/shared/azure-error.ts';
import type { Credentials } from '@lab/shared/http/bearer.ts';
import { invalidHeader, refuse, unknownScheme } from './failures.ts';

/** The first version with bearer tokens, and the first whose token failures are a 401 with a challenge. */
const BEARER_SINCE = '2017-11-09';
const CHALLENGE_SINCE = '2019-12-12';

/** What a request without a version is taken for. */
export const DEFAULT_VERSION = '2009-09-19';

/**
 * The version of a request. Every well-formed date is known: clients are newer than any list.
 * @throws InvalidHeaderValue
 */
export function parseVersion(header: string | undefined): string {
  if (header === undefined) return DEFAULT_VERSION;
  if (!/^\d{4}-\d{2}-\d{2}$/.test(header) || Number.isNaN(Date.parse(header))) {
    throw invalidHeader('x-ms-version', header.slice(0, 64));
  }
  return header;
}

/**
 * The refusal of a request without a usable bearer token, by version and scheme.
 *
 * @param sharedAccessSignature Whether the query holds one. None can be right: keys are off, and no delegation key was
 *   ever given out.
 * @returns undefined when there is a bearer token, to be verified.
 * @see https://learn.microsoft.com/rest/api/storageservices/authorize-with-azure-active-directory
 */
export function checkCredentials(
  credentials: Credentials,
  {
    version,
    header,
    sharedAccessSignature,
  }: { version: string; header: string | undefined; sharedAccessSignature: 'none' | 'account key' | 'delegation key' },
): AzureError | undefined {
  if (credentials.scheme === 'none') {
    if (sharedAccessSignature === 'account key') return refuse('KeyBasedAuthenticationNotPermitted');
    if (sharedAccessSignature === 'delegation key') {
      return refuse('AuthenticationFailed', { AuthenticationErrorDetail: 'Signature did not match.' });
    }
    return refuse(version >= CHALLENGE_SINCE ? 'NoAuthenticationInformation' : 'PublicAccessNotPermitted');
  }
  const scheme = header?.trim().split(/\s/, 1)[0]?.toLowerCase();
  if (credentials.scheme === 'other') {
    if (scheme === 'sharedkey' || scheme === 'sharedkeylite') return refuse('KeyBasedAuthenticationNotPermitted');
    if (scheme !== 'bearer') return unknownScheme();
  }
  if (version < BEARER_SINCE) {
    const AuthenticationErrorDetail = 'Authentication scheme Bearer is not supported in this version.';
    return refuse('AuthenticationFailed', { AuthenticationErrorDetail });
  }
  if (credentials.scheme === 'other') {
    return badToken(version, 'Format validation failed. The token is not a JSON Web Token.');
  }
  return undefined;
}

/** The refusal of a token; the detail names the check. */
export const badToken = (version: string, detail: string): AzureError =>
  refuse(version >= CHALLENGE_SINCE ? 'InvalidAuthenticationInfo' : 'AuthenticationFailed', {
    AuthenticationErrorDetail: detail,
  });
