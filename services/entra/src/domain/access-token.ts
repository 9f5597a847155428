import { randomBytes } from 'node:crypto';
import { issuersOf } from '@lab/shared/tokens/claims.ts';
import jwt from 'jsonwebtoken';
import type { TokenResource } from './api-resource.ts';
import type { Client } from './client.ts';
import { audienceOf } from './resources.ts';
import type { SigningKey } from './signing-key.ts';
import { APPLICATION_TOKEN_LIFE_SECONDS, TOKEN_LIFE_SECONDS } from './token-life.ts';

/** `iat` and `nbf` lie back, so that a service whose clock is late accepts a new token. */
const BACKDATED_SECONDS = 300;

export type TokenHeader = { readonly typ: 'JWT'; readonly alg: 'RS256'; readonly x5t?: string; readonly kid: string };

/** A type alias, not an interface, so that it is assignable to an index signature. */
export type TokenClaims = {
  aud: string;
  iss: string;
  iat: number;
  nbf: number;
  exp: number;
  uti: string;
  [claim: string]: string | number | readonly string[];
};

/** Whom a token is about. */
export type TokenSubject = Pick<Client, 'principalId' | 'clientId' | 'tenantId' | 'managedIdentity'>;

/** How the client proved itself, as `appidacr` says it: a secret, or a certificate or another assertion. */
export type ProvedBy = 'secret' | 'assertion';

/**
 * The claims of an access token, in the order in which Entra writes them.
 *
 * v1.0 and v2.0 differ in issuer, in the name of the client's claim and in `idp`; which one it is the resource decides.
 * `xms_mirid` is only in tokens of managed identities for first-party resources. A managed identity's token lives for
 * 24 hours; an application's for one, or for 24 where the client can be told of a revocation meanwhile (`cp1`) and the
 * resource is Azure's own.
 * Deviation: `aio`, `rh`, `xms_ftd`, `xms_rd` are opaque in Azure and random here. `wids` is left out, as there are no
 * directory roles.
 *
 * @param roles Values of the app roles that are granted to the client on the resource.
 * @param asked The resource as the client wrote it.
 * @param hostResourceId ARM id of the virtual machine that a user-assigned identity was used on: `xms_az_rid`. A
 *   system-assigned identity's host is its `xms_mirid` already.
 * @param now Epoch seconds.
 * @param clientCapabilities What the client announced in `xms_cc`; `cp1` is answered with `CP1`.
 * @see https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
 */
export function accessTokenClaims({
  subject,
  provedBy = 'assertion',
  resource,
  asked,
  now,
  roles = [],
  hostResourceId,
  clientCapabilities = [],
}: {
  subject: TokenSubject;
  provedBy?: ProvedBy;
  resource: TokenResource;
  asked: string;
  now: number;
  roles?: readonly string[];
  hostResourceId?: string | undefined;
  clientCapabilities?: readonly string[];
}): TokenClaims {
  const { principalId, clientId, tenantId, managedIdentity } = subject;
  const version = resource.tokenVersion;
  const issuer = issuersOf(tenantId)[version];
  const iat = now - BACKDATED_SECONDS;
  const acr = provedBy === 'secret' ? '1' : '2';
  const client = version === '1.0' ? { appid: clientId, appidacr: acr, idp: issuer } : { azp: clientId, azpacr: acr };
  const canBeRevoked = clientCapabilities.some((capability) => capability.toLowerCase() === 'cp1');
  const isLong = managedIdentity !== undefined || (canBeRevoked && resource.isFirstParty);
  return {
    aud: audienceOf(resource, asked),
    iss: issuer,
    iat,
    nbf: iat,
    exp: iat + (isLong ? TOKEN_LIFE_SECONDS : APPLICATION_TOKEN_LIFE_SECONDS),
    aio: randomBytes(42).toString('base64'),
    ...client,
    idtyp: 'app',
    oid: principalId,
    rh: `1.A${randomBytes(30).toString('base64url')}.`,
    ...(roles.length > 0 && { roles }),
    sub: principalId,
    tid: tenantId,
    uti: randomBytes(16).toString('base64url'),
    ver: version,
    xms_act_fct: '9 3',
    ...(managedIdentity?.identityType === 'UserAssigned' &&
      hostResourceId !== undefined && { xms_az_rid: withLowerCaseGroups(hostResourceId) }),
    ...(canBeRevoked && { xms_cc: ['CP1'] }),
    xms_ftd: randomBytes(32).toString('base64url'),
    xms_idrel: '7 10',
    ...(managedIdentity && resource.isFirstParty && { xms_mirid: withLowerCaseGroups(managedIdentity.resourceId) }),
    xms_rd: `0.${randomBytes(24).toString('base64url')}`,
    xms_sub_fct: '9 3',
    xms_tcdt: TENANT_CREATED,
  };
}

/** The day all of the lab's tenants were made on: 2020-01-01. */
const TENANT_CREATED = 1_577_836_800;

/** The header of a token; only v1.0 tokens have `x5t`. */
export const tokenHeader = (version: '1.0' | '2.0', kid: string): TokenHeader => ({
  typ: 'JWT',
  alg: 'RS256',
  ...(version === '1.0' && { x5t: kid }),
  kid,
});

export const signToken = (header: TokenHeader, claims: TokenClaims, key: SigningKey): string =>
  jwt.sign(claims, key.privateKey, { algorithm: 'RS256', header });

/** Azure writes this one segment in lower case and leaves the rest as it was created. */
const withLowerCaseGroups = (resourceId: string): string =>
  resourceId.replace(/\/resourceGroups\//i, '/resourcegroups/');
