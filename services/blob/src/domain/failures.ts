import { AzureError, type ErrorKind } from '@lab/shared/azure-error.ts';

/**
 * Blob Storage's refusals: code, kind and sentence to the letter, because clients branch on the code and people search
 * for the sentence.
 * @see https://learn.microsoft.com/rest/api/storageservices/blob-service-error-codes
 */
const FAILURES = {
  AuthenticationFailed: [
    'forbidden',
    'Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly including the signature.',
  ],
  AuthorizationFailure: ['forbidden', 'This request is not authorized to perform this operation.'],
  AuthorizationPermissionMismatch: [
    'forbidden',
    'This request is not authorized to perform this operation using this permission.',
  ],
  BlobAlreadyExists: ['conflict', 'The specified blob already exists.'],
  BlobNotFound: ['not_found', 'The specified blob does not exist.'],
  BlockCountExceedsLimit: [
    'conflict',
    'The uncommitted block count cannot exceed the maximum limit of 100,000 blocks.',
  ],
  BlockListTooLong: ['invalid', 'The block list may not contain more than 50,000 blocks.'],
  BothCrc64AndMd5HeaderPresent: ['invalid', 'Both x-ms-content-crc64 header and Content-MD5 header are present.'],
  ConditionHeadersNotSupported: ['invalid', 'Condition headers are not supported.'],
  ConditionNotMet: ['precondition_failed', 'The condition specified using HTTP conditional header(s) is not met.'],
  ContainerAlreadyExists: ['conflict', 'The specified container already exists.'],
  ContainerNotFound: ['not_found', 'The specified container does not exist.'],
  CorsPreflightFailure: ['forbidden', 'CORS not enabled or no matching rule found for this request.'],
  Crc64Mismatch: [
    'invalid',
    'The CRC64 value specified in the request did not match with the CRC64 value calculated by the server.',
  ],
  EmptyMetadataKey: ['invalid', 'The key for one of the metadata key-value pairs is empty.'],
  FeatureNotEnabled: ['invalid', 'The requested feature is not enabled for this account.'],
  InvalidAuthenticationInfo: [
    'unauthenticated',
    'Server failed to authenticate the request. Please refer to the information in the www-authenticate header.',
  ],
  InvalidBlobOrBlock: ['invalid', 'The specified blob or block content is invalid.'],
  InvalidBlockList: ['invalid', 'The specified block list is invalid.'],
  InvalidHeaderValue: ['invalid', 'The value for one of the HTTP headers is not in the correct format.'],
  InvalidInput: ['invalid', 'One of the request inputs is not valid.'],
  InvalidMd5: [
    'invalid',
    'The MD5 value specified in the request is invalid. MD5 value must be 128 bits and base64 encoded.',
  ],
  InvalidMetadata: ['invalid', 'The metadata specified is invalid. It has characters that are not permitted.'],
  InvalidQueryParameterValue: [
    'invalid',
    'Value for one of the query parameters specified in the request URI is invalid.',
  ],
  InvalidRange: ['range_not_satisfiable', 'The range specified is invalid for the current size of the resource.'],
  InvalidResourceName: ['invalid', 'The specified resource name contains invalid characters.'],
  InvalidUri: ['invalid', 'The requested URI does not represent any resource on the server.'],
  InvalidXmlDocument: ['invalid', 'XML specified is not syntactically valid.'],
  KeyBasedAuthenticationNotPermitted: [
    'forbidden',
    'Key based authentication is not permitted on this storage account.',
  ],
  LeaseNotPresentWithBlobOperation: ['precondition_failed', 'There is currently no lease on the blob.'],
  LeaseNotPresentWithContainerOperation: ['precondition_failed', 'There is currently no lease on the container.'],
  Md5Mismatch: [
    'invalid',
    'The MD5 value specified in the request did not match with the MD5 value calculated by the server.',
  ],
  MetadataTooLarge: ['invalid', 'The metadata specified exceeds the maximum allowed limit (8KB).'],
  MissingContentLengthHeader: ['length_required', 'The content length header was not specified.'],
  MissingRequiredHeader: ['invalid', "An HTTP header that's mandatory for this request is not specified."],
  MissingRequiredQueryParameter: ['invalid', "A query parameter that's mandatory for this request is not specified."],
  MultipleConditionHeadersNotSupported: ['invalid', 'Multiple condition headers are not supported.'],
  NoAuthenticationInformation: [
    'unauthenticated',
    'Server failed to authenticate the request. Please refer to the information in the www-authenticate header.',
  ],
  OutOfRangeInput: ['invalid', 'One of the request inputs is out of range.'],
  OutOfRangeQueryParameterValue: [
    'invalid',
    'One of the query parameters specified in the request URI is outside the permissible range.',
  ],
  PublicAccessNotPermitted: ['conflict', 'Public access is not permitted on this storage account.'],
  RequestBodyTooLarge: ['too_large', 'The request body is too large and exceeds the maximum permissible limit.'],
  ResourceNotFound: ['not_found', 'The specified resource does not exist.'],
  ServerBusy: ['unavailable', 'The server is currently unable to receive requests. Please retry your request.'],
  UnsatisfiableCondition: ['invalid', 'The request includes an unsatisfiable condition for this operation.'],
  UnsupportedHeader: ['invalid', 'One of the HTTP headers specified in the request is not supported.'],
  UnsupportedHttpVerb: ['method_not_allowed', "The resource doesn't support specified Http Verb."],
} as const satisfies Readonly<Record<string, readonly [ErrorKind, string]>>;

export type FailureCode = keyof typeof FAILURES;

/** @param extra Further XML children that Azure gives with this code, such as `HeaderName`. */
export function refuse(code: FailureCode, extra?: Readonly<Record<string, string>>): AzureError {
  const [kind, message] = FAILURES[code];
  return new AzureError({ kind, code, message, extra });
}

export const invalidHeader = (name: string, value: string): AzureError =>
  refuse('InvalidHeaderValue', { HeaderName: name, HeaderValue: value });

export const invalidQuery = (name: string, value: string, reason: string): AzureError =>
  refuse('InvalidQueryParameterValue', { QueryParameterName: name, QueryParameterValue: value, Reason: reason });

/** Code of a `scheme` that is neither Bearer nor SharedKey: the word of a 401, with the status of a malformed header. */
export const unknownScheme = (): AzureError =>
  new AzureError({
    kind: 'invalid',
    code: 'InvalidAuthenticationInfo',
    message: 'Authentication information is not given in the correct format. Check the value of Authorization header.',
  });
