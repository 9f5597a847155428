import { AzureError, type ErrorKind } from '@lab/shared/azure-error.ts';

/**
 * Entra's failures. `code` is `AADSTS…`, `extra.error` OAuth's word for it; `wire.ts` adds trace, correlation and time.
 * The sentences are Entra's as far as they are public: people search for them, and MSAL reads the code from the text.
 * Deviation: only 50049, 50166, 501051, 70025, 700023, 700024, 700027, 700211, 700213, 700222, 7000215, 7000222, 7000272,
 * 7002138 and 900561 were compared with answers of the real service, as public reports quote them.
 * `invalid_client` is a 401, everything else a 400, unless said otherwise.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/reference-error-codes
 */
const aadsts = (number: number, error: string, message: string, kind?: ErrorKind, detail?: string): AzureError =>
  new AzureError({
    kind: kind ?? (error === 'invalid_client' ? 'unauthenticated' : 'invalid'),
    code: `AADSTS${number}`,
    message,
    detail,
    extra: { error },
  });

/** What a caller sent, short enough to be repeated to it. */
const quoted = (text: string): string => (text.length > 256 ? `${text.slice(0, 256)}…` : text);

/** A failure that is nobody's fault but Entra's. */
export const failing = (number: number, error: string, message: string, kind: ErrorKind) =>
  aadsts(number, error, message, kind, 'a fault that was set');

// The tenant

export const tenantNotFound = (name: string, error: 'invalid_request' | 'invalid_tenant') =>
  aadsts(
    90002,
    error,
    `Tenant '${quoted(name)}' not found. Check to make sure you have the correct tenant ID and are signing into the ` +
      'correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions ' +
      'for the tenant.',
  );

export const tenantMalformed = (name: string) =>
  aadsts(
    900023,
    'invalid_request',
    `Specified tenant identifier '${quoted(name)}' is neither a valid DNS name, nor a valid external domain.`,
  );

/** `common`, `organizations` and `consumers` wait for a user to say the tenant; client credentials have none. */
export const tenantNotNamed = () =>
  aadsts(
    50059,
    'invalid_request',
    'No tenant-identifying information found in either the request or implied by any provided credentials.',
  );

export const unknownInstance = () => aadsts(50049, 'invalid_instance', 'Unknown or invalid instance.');

// The request

export const methodNotAllowed = (accepted: string, method: string) =>
  aadsts(
    900561,
    'invalid_request',
    `The endpoint only accepts ${accepted} requests. Received a ${method} request.`,
    'method_not_allowed',
  );

export const parameterMissing = (name: string) =>
  aadsts(900144, 'invalid_request', `The request body must contain the following parameter: '${name}'.`);

export const parameterRepeated = (name: string) =>
  aadsts(
    9000411,
    'invalid_request',
    `The request is not properly formatted. The parameter '${quoted(name)}' is duplicated.`,
  );

export const requestMalformed = (detail?: string) =>
  aadsts(9002313, 'invalid_request', 'Invalid request. Request is malformed or invalid.', 'invalid', detail);

export const unsupportedGrantType = (grantType: string) =>
  aadsts(70003, 'unsupported_grant_type', `The app requested an unsupported grant type '${quoted(grantType)}'.`);

export const resourceParameterUnsupported = () =>
  aadsts(901002, 'invalid_request', "The 'resource' request parameter is not supported.");

export const pathNotFound = () =>
  aadsts(9002313, 'invalid_request', 'Invalid request. Request is malformed or invalid.', 'not_found');

/** Nothing is known yet, or no longer: clients try again. */
export const notReady = () =>
  aadsts(90033, 'temporarily_unavailable', 'A transient error has occurred. Please try again.', 'unavailable');

// The scope or resource

export const scopeMalformed = (scope: string) =>
  aadsts(
    70011,
    'invalid_scope',
    "The provided request must include a 'scope' input parameter. The provided value for the input parameter 'scope' " +
      `is not valid. The scope ${quoted(scope)} is not valid.`,
  );

export const scopeWithoutDefault = (scope: string) =>
  aadsts(
    1002012,
    'invalid_scope',
    `The provided value for scope ${quoted(scope)} is not valid. Client credential flows must have a scope value with ` +
      '/.default suffixed to the resource identifier (application ID URI).',
  );

export const resourceNotFound = (resource: string, tenant: string) =>
  aadsts(
    500011,
    'invalid_resource',
    `The resource principal named ${quoted(resource)} was not found in the tenant named ${tenant}. This can happen if ` +
      'the application has not been installed by the administrator of the tenant or consented to by any user in the ' +
      'tenant. You might have sent your authentication request to the wrong tenant.',
  );

// The client and its credential

export const applicationNotFound = (clientId: string, tenant: string) =>
  aadsts(
    700016,
    'unauthorized_client',
    `Application with identifier '${quoted(clientId)}' was not found in the directory '${tenant}'. This can happen if ` +
      'the application has not been installed by the administrator of the tenant or consented to by any user in the ' +
      'tenant. You may have sent your authentication request to the wrong tenant.',
  );

export const credentialMissing = () =>
  aadsts(
    7000216,
    'invalid_client',
    "'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type.",
  );

export const servicePrincipalMissing = (clientId: string, tenantId: string) =>
  aadsts(
    7000229,
    'unauthorized_client',
    `The client application ${clientId} is missing service principal in the tenant ${tenantId}. See instructions here: ` +
      'https://go.microsoft.com/fwlink/?linkid=2225119',
  );

export const applicationDisabled = (clientId: string, name: string) =>
  aadsts(7000112, 'unauthorized_client', `Application '${clientId}'(${name}) is disabled.`);

/** The resource gives tokens to those only that have one of its app roles. */
export const appRoleRequired = (
  client: { clientId: string; displayName: string },
  resource: { asked: string; name: string },
) =>
  aadsts(
    501051,
    'invalid_grant',
    `Application '${client.clientId}'(${client.displayName}) is not assigned to a role for the application ` +
      `'${quoted(resource.asked)}'(${resource.name}).`,
  );

/** Also the answer for a managed identity, which has no secret that could be right. */
export const secretInvalid = (clientId: string) =>
  aadsts(
    7000215,
    'invalid_client',
    'Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the ' +
      `client secret ID, for a secret added to app '${clientId}'.`,
  );

export const secretExpired = (clientId: string) =>
  aadsts(
    7000222,
    'invalid_client',
    `The provided client secret keys for app '${clientId}' are expired. Visit the Azure portal to create new keys for ` +
      'your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added security: ' +
      'https://aka.ms/certCreds.',
  );

export const assertionTypeUnsupported = () =>
  aadsts(
    50027,
    'invalid_request',
    "JWT token is invalid or malformed. The 'client_assertion_type' must be " +
      "'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'.",
  );

/** @param why Entra's words for what is wrong with the token; never a part of it. */
export const assertionMalformed = (why = 'JWT token is invalid or malformed.') => aadsts(50027, 'invalid_request', why);

/** Why a certificate does not prove what an assertion says, and Entra's two sentences for it. */
const KEY_REASONS = {
  'not found': [
    'The certificate with identifier used to sign the client assertion is not registered on application.',
    'The key was not found.',
  ],
  expired: ['Client assertion contains an invalid signature.', 'The key used is expired.'],
  'signature wrong': [
    'Client assertion contains an invalid signature.',
    'Key was found, but use of the key to verify the signature failed.',
  ],
} as const;

/** @param found When the key is valid, `Start=…, End=…`, where there is one. */
export function assertionKeyRefused(
  why: keyof typeof KEY_REASONS,
  { thumbprint, clientId, found }: { thumbprint: string; clientId: string; found?: string },
): AzureError {
  const [sentence, reason] = KEY_REASONS[why];
  const shownKey = found === undefined ? '' : `Found key '${found}', `;
  return aadsts(
    700027,
    'invalid_client',
    `${sentence} [Reason - ${reason}, Thumbprint of key used by client: '${thumbprint}', ${shownKey}Please visit the ` +
      `Azure Portal, Graph Explorer or directly use MS Graph to see configured keys for app Id '${clientId}'. Review ` +
      'the documentation at https://docs.microsoft.com/en-us/graph/deployments to determine the corresponding service ' +
      'endpoint and https://docs.microsoft.com/en-us/graph/api/application-get?view=graph-rest-1.0&tabs=http to build ' +
      `a query request URL, such as 'https://graph.microsoft.com/beta/applications/${clientId}'].`,
  );
}

export const assertionOfAnotherClient = () =>
  aadsts(700021, 'invalid_client', "Client assertion application identifier doesn't match 'client_id' parameter.");

export const assertionAudienceWrong = () =>
  aadsts(
    700023,
    'invalid_client',
    'Client assertion audience claim does not match Realm issuer. Review the documentation at ' +
      'https://learn.microsoft.com/entra/identity-platform/certificate-credentials .',
  );

export const assertionOutsideItsTime = (now: string, validFrom: string, expiry: string) =>
  aadsts(
    700024,
    'invalid_client',
    `Client assertion is not within its valid time range. Current time: ${now}, assertion valid from ${validFrom}, ` +
      `expiry time of assertion ${expiry}. Review the documentation at ` +
      'https://learn.microsoft.com/entra/identity-platform/certificate-credentials .',
  );

// Federated identity credentials

export const noFederatedCredential = (clientId: string, name: string) =>
  aadsts(
    70025,
    'invalid_client',
    `The client '${clientId}'(${name}) has no configured federated identity credentials.`,
  );

const federatedMismatch = (number: number, what: string, found: string) =>
  aadsts(
    number,
    'invalid_client',
    `No matching federated identity record found for presented assertion ${what} '${quoted(found)}'. Check your federated ` +
      'identity credential Subject, Audience and Issuer against the presented assertion. ' +
      'https://learn.microsoft.com/entra/workload-id/workload-identity-federation',
  );

export const federatedIssuerUnknown = (issuer: string) => federatedMismatch(700211, 'issuer', issuer);
export const federatedAudienceUnknown = (audience: string) => federatedMismatch(700212, 'audience', audience);
export const federatedSubjectUnknown = (subject: string) => federatedMismatch(700213, 'subject', subject);

export const federatedSubjectInAnotherCase = (subject: string) =>
  aadsts(
    7002138,
    'invalid_client',
    `No matching federated identity record found for presented assertion subject '${quoted(subject)}'. The subject matches ` +
      'with case-insensitive comparison, but not with case-sensitive comparison. Check your federated identity ' +
      'credential Subject, Audience and Issuer against the presented assertion. See documentation at: ' +
      'https://learn.microsoft.com/entra/workload-id/workload-identity-federation. See breaking change notification and ' +
      'remediation at: https://learn.microsoft.com/en-us/entra/identity-platform/reference-breaking-changes#august-2024.',
  );

/** Entra's own tokens are no federated credential, but for those of a user-assigned identity, for an application. */
export const ownTokenNotFederated = () =>
  aadsts(700222, 'invalid_client', 'AAD-issued tokens may not be used for federated identity flows.');

/** The documents of a federated credential's issuer could not be had. @param detail For the log. */
export const issuerUnreachable = (detail: string) =>
  aadsts(50166, 'invalid_request', 'Request to External OIDC endpoint failed.', 'invalid', detail);

export const issuerKeyUnknown = (kid: string, issuer: string) =>
  aadsts(
    7000272,
    'invalid_client',
    `The certificate with identifier ${quoted(kid)} used to sign the federated credential could not be found in the ` +
      `metadata of identity provider ${quoted(issuer)}. Please validate that your Identity Provider's metadata exposes ` +
      'the key used to sign the incoming token.',
  );

export const federatedSignatureWrong = (kid: string) =>
  aadsts(
    700027,
    'invalid_client',
    'Client assertion contains an invalid signature. [Reason - Key was found, but use of the key to verify the ' +
      `signature failed., Thumbprint of key used by client: '${quoted(kid)}'].`,
  );
