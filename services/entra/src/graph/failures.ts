import { AzureError, type ErrorKind } from '@lab/shared/azure-error.ts';

/** Microsoft Graph's failures, its sentences to the letter where they are public: `az` matches some of them. */

const failure = (kind: ErrorKind, code: string, message: string) => new AzureError({ kind, code, message });

/** A failure that is nobody's fault but Graph's. */
export const failing = (kind: ErrorKind, code: string, message: string) => () =>
  new AzureError({ kind, code, message, cause: 'a fault that was set' });

/** What a caller sent, short enough to be repeated to it. */
const quoted = (text: string): string => (text.length > 128 ? `${text.slice(0, 128)}…` : text);

export const tokenMissing = () => failure('unauthenticated', 'InvalidAuthenticationToken', 'Access token is empty.');

/** @param reason Of the check that refused it; holds no part of a token. */
export const tokenRefused = (reason: string) => failure('unauthenticated', 'InvalidAuthenticationToken', reason);

export const requestDenied = () =>
  failure('forbidden', 'Authorization_RequestDenied', 'Insufficient privileges to complete the operation.');

export const resourceNotFound = (id: string) =>
  failure(
    'not_found',
    'Request_ResourceNotFound',
    `Resource '${quoted(id)}' does not exist or one of its queried reference-property objects are not present.`,
  );

export const segmentNotFound = (segment: string) =>
  failure('invalid', 'BadRequest', `Resource not found for the segment '${quoted(segment)}'.`);

/** A part of Graph that exists in Azure and not in the lab. */
export const notEmulated = (method: string, path: string) =>
  failure(
    'not_implemented',
    'NotImplemented',
    `The lab does not emulate ${method} ${quoted(path)} of Microsoft Graph.`,
  );

export const methodNotAllowed = () =>
  failure('method_not_allowed', 'Request_BadRequest', 'Specified HTTP method is not allowed for the request target.');

export const delegatedOnly = () =>
  failure('invalid', 'BadRequest', '/me request is only valid with delegated authentication flow.');

export const notReady = () => failure('unavailable', 'ServiceUnavailable', 'The service is temporarily unavailable.');

export const badRequest = (message: string) => failure('invalid', 'Request_BadRequest', message);

export const badQuery = (message: string) => failure('invalid', 'BadRequest', message);

export const propertyInvalid = (property: string, resource: string) =>
  badRequest(`Invalid value specified for property '${quoted(property)}' of resource '${resource}'.`);

export const propertyUnknown = (property: string) => badRequest(`Invalid property '${quoted(property)}'.`);

export const nameTaken = (property: string) =>
  failure(
    'invalid',
    'Request_MultipleObjectsWithSameKeyValue',
    `Another object with the same value for property ${property} already exists.`,
  );

export const servicePrincipalExists = (clientId: string) =>
  failure(
    'conflict',
    'Request_MultipleObjectsWithSameKeyValue',
    'The service principal cannot be created, updated, or restored because the service principal name ' +
      `${clientId} is already in use.`,
  );

export const applicationMissing = (clientId: string) =>
  badRequest(`The appId '${quoted(clientId)}' of the service principal does not reference a valid application object.`);

export const identifierUriForeign = (uri: string) =>
  failure(
    'invalid',
    'HostNameNotOnVerifiedDomain',
    `Values of identifierUris property must use a verified domain of the organization or its subdomain: '${quoted(uri)}'`,
  );

export const credentialMissing = (keyId: string) =>
  badRequest(`No password credential found with keyId '${quoted(keyId)}'.`);

export const federatedCredentialExists = (name: string) =>
  failure(
    'conflict',
    'Request_MultipleObjectsWithSameKeyValue',
    `FederatedIdentityCredential with name ${quoted(name)} already exists.`,
  );

export const appRoleMissing = () => badRequest('Permission being assigned was not found on application');
export const appRoleAssigned = () => badRequest('Permission being assigned already exists on the object');
