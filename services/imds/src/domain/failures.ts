/**
 * What IMDS refuses, and with which words. `code` is the `error` of identity paths, `message` their `error_description`;
 * on all other paths the message is the `error`. Texts are to the letter where Azure's are known: clients look for them.
 */
import { AzureError } from '@lab/shared/azure-error.ts';

const invalidRequest = (message: string) => new AzureError({ kind: 'invalid', code: 'invalid_request', message });
const badRequest = (message: string) => new AzureError({ kind: 'invalid', code: 'bad_request', message });

export const notAVirtualMachine = () =>
  new AzureError({
    kind: 'forbidden',
    code: 'forbidden',
    message: 'Forbidden. The request does not come from a virtual machine of this host',
  });

export const pathUnknown = () => new AzureError({ kind: 'not_found', code: 'not_found', message: 'Not found' });

export const methodNotAllowed = () =>
  new AzureError({ kind: 'method_not_allowed', code: 'method_not_allowed', message: 'Method not allowed' });

export const forwarded = () => badRequest('Bad request. Request must not contain the X-Forwarded-For header');

/** The text never says "Identity not found": .NET's probe would then take this answer for "no such identity". */
export const metadataHeaderMissing = (identityPath: boolean) =>
  identityPath
    ? invalidRequest('Required metadata header not specified')
    : badRequest('Bad request. Required metadata header not specified');

export const queryRepeated = (names: readonly string[], identityPath: boolean) => {
  const message = `Query variable '${names[0]?.slice(0, 64)}' is specified more than once`;
  return identityPath ? invalidRequest(message) : badRequest(`Bad request. ${message}`);
};

/** Answered with `newest-versions` on every path: MSAL's region discovery reads it and asks again. */
export const API_VERSION_INVALID = 'invalid_api_version';
export const apiVersionInvalid = () =>
  new AzureError({
    kind: 'invalid',
    code: API_VERSION_INVALID,
    message:
      'Bad request. api-version is invalid or was not specified in the request. For more information refer to aka.ms/azureimds',
  });

export const resourceMissing = () => invalidRequest("Required query variable 'resource' is missing");

export const identityNotFound = () => invalidRequest('Identity not found');

export const severalIdentities = () =>
  invalidRequest(
    'Multiple user assigned identities exist, please specify the clientId / resourceId of the identity in the token request',
  );

export const selectorsExclusive = () =>
  invalidRequest(
    "Query variables 'client_id', 'object_id' and 'msi_res_id' are mutually exclusive, please specify only one",
  );

export const leafNeedsText = () => badRequest("Bad request. A leaf node is available with 'format=text' only");

/** Retryable: every SDK asks again after a 5xx. */
export const temporarilyUnavailable = (detail: string, cause?: unknown) =>
  new AzureError({
    kind: 'unavailable',
    code: 'service_unavailable',
    message: 'The service is temporarily unavailable, please retry',
    detail,
    cause,
  });

export const tokenUnobtainable = (detail: string, cause?: unknown) =>
  new AzureError({
    kind: 'internal',
    code: 'unknown',
    message: 'Failed to retrieve a token from the directory, please retry',
    detail,
    cause,
  });
