import express, { type Request, type RequestHandler } from 'express';
import { z } from 'zod';
import { badQuery, badRequest, propertyInvalid, propertyUnknown } from './failures.ts';
import { parseQuery } from './odata/query.ts';

/** Bodies of requests. Types are checked here; what a value means is the domain's business. */

/** Mounted behind authentication: a stranger's body is not read. */
export const readJson: RequestHandler = express.json({
  limit: '256kb',
  strict: true,
  inflate: false,
  type: () => true,
});

const text = (most: number) => z.string().max(most);
const list = z.array(z.unknown()).max(1_000);
const object = z.record(z.string(), z.unknown());
const guid = z.guid();
const time = z.iso.datetime({ offset: true });

const AppRoleBody = z.object({
  id: guid,
  value: text(250)
    .regex(/^[^\s.][^\s]*$/)
    .nullish(),
  displayName: text(250).min(1),
  description: text(1_000).nullish(),
  isEnabled: z.boolean().default(true),
  allowedMemberTypes: z.array(z.enum(['Application', 'User'])).min(1),
});

const KeyCredentialBody = z.object({
  keyId: guid.nullish(),
  displayName: text(120).nullish(),
  type: z.literal('AsymmetricX509Cert').nullish(),
  usage: z.literal('Verify').nullish(),
  key: text(100_000).nullish(),
  startDateTime: time.nullish(),
  endDateTime: time.nullish(),
});
export type KeyCredentialBody = z.infer<typeof KeyCredentialBody>;

/** An application; every property that Graph lets one write. */
export const ApplicationBody = z
  .object({
    displayName: text(256).min(1),
    identifierUris: z.array(text(255)).max(50),
    appRoles: z.array(AppRoleBody).max(1_200),
    api: object.nullable(),
    keyCredentials: z.array(KeyCredentialBody).max(50),
    passwordCredentials: z.array(z.unknown()).max(0),
    signInAudience: z.enum([
      'AzureADMyOrg',
      'AzureADMultipleOrgs',
      'AzureADandPersonalMicrosoftAccount',
      'PersonalMicrosoftAccount',
    ]),
    web: object.nullable(),
    spa: object.nullable(),
    publicClient: object.nullable(),
    info: object.nullable(),
    description: text(1_024).nullable(),
    notes: text(1_024).nullable(),
    tags: z.array(text(256)).max(1_000),
    requiredResourceAccess: list,
    optionalClaims: object.nullable(),
    isFallbackPublicClient: z.boolean().nullable(),
    isDeviceOnlyAuthSupported: z.boolean().nullable(),
    groupMembershipClaims: text(256).nullable(),
    addIns: list,
    parentalControlSettings: object.nullable(),
    tokenEncryptionKeyId: text(64).nullable(),
    defaultRedirectUri: text(1_024).nullable(),
    samlMetadataUrl: text(1_024).nullable(),
    serviceManagementReference: text(256).nullable(),
    requestSignatureVerification: object.nullable(),
    servicePrincipalLockConfiguration: object.nullable(),
    authenticationBehaviors: object.nullable(),
    oauth2RequirePostResponse: z.boolean(),
  })
  .partial();

export const ServicePrincipalBody = z
  .object({
    appId: guid,
    accountEnabled: z.boolean(),
    appRoleAssignmentRequired: z.boolean(),
    displayName: text(256).min(1),
    keyCredentials: z.array(KeyCredentialBody).max(50),
    passwordCredentials: z.array(z.unknown()).max(0),
    alternativeNames: z.array(text(512)).max(1_000),
    description: text(1_024).nullable(),
    homepage: text(1_024).nullable(),
    loginUrl: text(1_024).nullable(),
    logoutUrl: text(1_024).nullable(),
    notes: text(1_024).nullable(),
    notificationEmailAddresses: z.array(text(256)).max(1_000),
    preferredSingleSignOnMode: text(64).nullable(),
    preferredTokenSigningKeyThumbprint: text(64).nullable(),
    replyUrls: z.array(text(1_024)).max(1_000),
    samlSingleSignOnSettings: object.nullable(),
    servicePrincipalType: text(64),
    tags: z.array(text(256)).max(1_000),
  })
  .partial();

export const AddPasswordBody = z.object({
  passwordCredential: z
    .object({ displayName: text(120).nullish(), startDateTime: time.nullish(), endDateTime: time.nullish() })
    .nullish(),
});
export const RemovePasswordBody = z.object({ keyId: guid });

export const FederatedCredentialBody = z.object({
  name: text(120)
    .min(1)
    .regex(/^[A-Za-z0-9][\w-]*$/),
  issuer: text(600).refine((issuer) => /^https:\/\//.test(issuer) && URL.canParse(issuer)),
  subject: text(600).min(1),
  audiences: z.array(text(600).min(1)).length(1),
  description: text(600).nullish(),
});

export const AppRoleAssignmentBody = z.object({ principalId: guid, resourceId: guid, appRoleId: guid });

export const GetByIdsBody = z.object({
  ids: z.array(text(64)).max(1_000),
  types: z.array(text(64)).max(100).nullish(),
});

/** No body of Graph's is nested this deep. What is kept has to be written again, and that recurses. */
const MOST_DEPTH = 32;

const isDeeperThan = (levels: number, value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (levels === 0 || Object.values(value).some((member) => isDeeperThan(levels - 1, member)));

/**
 * The body of a request, read by a schema. Annotations (`@odata.type`) are no properties. Query options are looked at as
 * well, so that none is refused after something has been written.
 * @param resource Graph's name of what is written, for the refusal.
 * @throws Request_BadRequest for an unknown property, or one whose value is not of its type.
 */
export function parseBody<Schema extends z.ZodObject>(req: Request, schema: Schema, resource: string): z.infer<Schema> {
  parseQuery(req);
  const body: unknown = req.body;
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw badQuery('Empty Payload. JSON content expected.');
  }
  if (isDeeperThan(MOST_DEPTH, body)) throw badQuery('The JSON content is nested too deeply.');
  const given = Object.fromEntries(Object.entries(body).filter(([name]) => !name.includes('@odata.')));
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(schema.shape, name));
  if (unknown !== undefined) throw propertyUnknown(unknown);
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const name = String(issue?.path[0] ?? '');
  if (issue && !Object.hasOwn(given, name))
    throw badRequest(`A value is required for property '${name}' of resource '${resource}'.`);
  throw propertyInvalid(name, resource);
}

/** Epoch seconds of an ISO 8601 time that a schema has already read. */
export const epochOf = (iso: string): number => Math.floor(Date.parse(iso) / 1000);
