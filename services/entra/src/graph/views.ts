/** Objects as Graph shows them, member by member in its order: recorded answers of the real service. */
import { createHash } from 'node:crypto';
import type {
  Application,
  ApplicationFederatedCredential,
  ApplicationPrincipal,
  AppRole,
  AppRoleAssignment,
  ClientSecret,
  KeyCredential,
  Registrations,
} from '../domain/application.ts';
import type { ServicePrincipal, Tenant } from '../domain/directory.ts';
import { type FirstPartyPrincipal, MICROSOFT_SERVICES_TENANT } from '../domain/first-party.ts';

/** Epoch seconds as `2026-01-31T12:00:00Z`. */
const toTime = (epochSeconds: number): string => new Date(epochSeconds * 1000).toISOString().replace(/\.\d{3}Z$/, 'Z');

const INFO = {
  logoUrl: null,
  marketingUrl: null,
  privacyStatementUrl: null,
  supportUrl: null,
  termsOfServiceUrl: null,
};
const VERIFIED_PUBLISHER = { displayName: null, verifiedPublisherId: null, addedDateTime: null };

const toAppRole = (
  { id, value, displayName, description, isEnabled, allowedMemberTypes }: AppRole,
  origin?: string,
) => ({
  allowedMemberTypes,
  description,
  displayName,
  id,
  isEnabled,
  origin: origin ?? 'Application',
  value,
});

/** Never with the secret: only the answer to `addPassword` has that. */
export const toPasswordCredential = ({ keyId, displayName, hint, notBefore, notAfter }: ClientSecret) => ({
  customKeyIdentifier: null,
  displayName,
  endDateTime: toTime(notAfter),
  hint,
  keyId,
  secretText: null as string | null,
  startDateTime: toTime(notBefore),
});

const toKeyCredential = ({ keyId, displayName, certificate, sha1, validity }: KeyCredential) => ({
  customKeyIdentifier: sha1.toString('hex').toUpperCase(),
  displayName,
  endDateTime: toTime(validity.notAfter),
  key: certificate.replace(/-----[A-Z ]+-----|\s/g, ''),
  keyId,
  startDateTime: toTime(validity.notBefore),
  type: 'AsymmetricX509Cert',
  usage: 'Verify',
});

export function toApplication(application: Application, tenant: Tenant, registrations: Registrations) {
  const { objectId, clientId, createdAt, displayName, identifierUris, appRoles, properties } = application;
  const { api, web, publicClient, spa, info, ...others } = properties;
  const defaults = {
    description: null,
    groupMembershipClaims: null,
    isDeviceOnlyAuthSupported: null,
    isFallbackPublicClient: null,
    notes: null,
    serviceManagementReference: null,
    signInAudience: 'AzureADMyOrg',
    tags: [],
    tokenEncryptionKeyId: null,
    defaultRedirectUri: null,
    samlMetadataUrl: null,
    optionalClaims: null,
    addIns: [],
    parentalControlSettings: { countriesBlockedForMinors: [], legalAgeGroupRule: 'Allow' },
    requiredResourceAccess: [],
  };
  return {
    id: objectId,
    deletedDateTime: null,
    appId: clientId,
    applicationTemplateId: null,
    disabledByMicrosoftStatus: null,
    createdDateTime: toTime(createdAt),
    displayName,
    publisherDomain: tenant.domain,
    identifierUris,
    certification: null,
    ...defaults,
    ...others,
    api: {
      acceptMappedClaims: null,
      knownClientApplications: [],
      oauth2PermissionScopes: [],
      preAuthorizedApplications: [],
      ...(api as object | undefined),
      requestedAccessTokenVersion: application.requestedAccessTokenVersion,
    },
    appRoles: appRoles.map((role) => toAppRole(role)),
    info: { ...INFO, ...(info as object | undefined) },
    keyCredentials: registrations.keysOf(objectId).map(toKeyCredential),
    passwordCredentials: registrations.secretsOf(objectId).map(toPasswordCredential),
    publicClient: { redirectUris: [], ...(publicClient as object | undefined) },
    verifiedPublisher: VERIFIED_PUBLISHER,
    web: {
      homePageUrl: null,
      logoutUrl: null,
      redirectUris: [],
      implicitGrantSettings: { enableAccessTokenIssuance: false, enableIdTokenIssuance: false },
      redirectUriSettings: [],
      ...(web as object | undefined),
    },
    spa: { redirectUris: [], ...(spa as object | undefined) },
  };
}

/** What the three kinds of service principals have in common, most of it empty. */
const principalDefaults = {
  deletedDateTime: null,
  accountEnabled: true,
  alternativeNames: [] as readonly string[],
  appDescription: null,
  applicationTemplateId: null,
  appRoleAssignmentRequired: false,
  createdDateTime: null as string | null,
  description: null,
  disabledByMicrosoftStatus: null,
  homepage: null,
  loginUrl: null,
  logoutUrl: null,
  notes: null,
  notificationEmailAddresses: [],
  preferredSingleSignOnMode: null,
  preferredTokenSigningKeyThumbprint: null,
  replyUrls: [],
  signInAudience: null as string | null,
  tags: [],
  tokenEncryptionKeyId: null,
  samlSingleSignOnSettings: null,
  verifiedPublisher: VERIFIED_PUBLISHER,
  addIns: [],
  appRoles: [] as object[],
  info: INFO,
  keyCredentials: [] as object[],
  oauth2PermissionScopes: [],
  passwordCredentials: [] as object[],
  resourceSpecificApplicationPermissions: [],
};

export function toApplicationPrincipal(
  principal: ApplicationPrincipal,
  application: Application | undefined,
  registrations: Registrations,
) {
  const { principalId, clientId, tenantId, createdAt, displayName, accountEnabled, appRoleAssignmentRequired } =
    principal;
  return {
    id: principalId,
    ...principalDefaults,
    appDisplayName: application?.displayName ?? displayName,
    appId: clientId,
    appOwnerOrganizationId: tenantId,
    displayName,
    servicePrincipalNames: [clientId, ...(application?.identifierUris ?? [])],
    ...principal.properties,
    servicePrincipalType: 'Application', // Entra's to say, whatever was written
    accountEnabled,
    appRoleAssignmentRequired,
    createdDateTime: toTime(createdAt),
    signInAudience: (application?.properties.signInAudience as string | undefined) ?? 'AzureADMyOrg',
    appRoles: (application?.appRoles ?? []).map((role) => toAppRole(role)),
    keyCredentials: registrations.keysOf(principalId).map(toKeyCredential),
    passwordCredentials: registrations.secretsOf(principalId).map(toPasswordCredential),
  };
}

/** A managed identity: its certificate is Azure's own business, and is not shown. */
export function toIdentityPrincipal(identity: ServicePrincipal) {
  const { principalId, clientId, displayName, identityType, resourceId } = identity;
  const name = createHash('sha256').update(clientId).digest('base64');
  return {
    id: principalId,
    ...principalDefaults,
    alternativeNames: [`isExplicit=${identityType === 'UserAssigned' ? 'True' : 'False'}`, resourceId],
    appDisplayName: null,
    appId: clientId,
    appOwnerOrganizationId: null,
    displayName,
    servicePrincipalNames: [clientId, `https://identity.azure.net/${name}`],
    servicePrincipalType: 'ManagedIdentity',
  };
}

export function toFirstPartyPrincipal({ principalId, clientId, displayName, uris, appRoles }: FirstPartyPrincipal) {
  return {
    id: principalId,
    ...principalDefaults,
    appDisplayName: displayName,
    appId: clientId,
    appOwnerOrganizationId: MICROSOFT_SERVICES_TENANT,
    displayName,
    servicePrincipalNames: [clientId, ...uris],
    servicePrincipalType: 'Application',
    signInAudience: 'AzureADMultipleOrgs',
    appRoles: appRoles.map((role) => toAppRole(role)),
  };
}

export const toFederatedCredential = (credential: ApplicationFederatedCredential) => {
  const { id, name, issuer, subject, description, audience } = credential;
  return { id, name, issuer, subject, description, audiences: [audience] };
};

export const toAppRoleAssignment = (
  { id, appRoleId, createdAt, principalId, resourceId }: AppRoleAssignment,
  names: { principal: string; resource: string },
) => ({
  id,
  deletedDateTime: null,
  appRoleId,
  createdDateTime: toTime(createdAt),
  principalDisplayName: names.principal,
  principalId,
  principalType: 'ServicePrincipal',
  resourceDisplayName: names.resource,
  resourceId,
});

export const toOrganization = ({ tenantId, displayName, domain }: Tenant) => ({
  id: tenantId,
  deletedDateTime: null,
  displayName,
  countryLetterCode: null,
  tenantType: 'AAD',
  technicalNotificationMails: [],
  verifiedDomains: [
    {
      capabilities: 'Email, OfficeCommunicationsOnline',
      isDefault: true,
      isInitial: true,
      name: domain,
      type: 'Managed',
    },
  ],
});
