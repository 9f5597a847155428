import type { CheckMade, FlowEvent } from '@lab/shared/events.ts';
import { isFor, refusedBy, VAULT_AUDIENCE } from '../exercises/evidence.ts';
import { kidOf } from '../exercises/presented-token.ts';

/** The steps that questions of the quiz are answered by: each is seen there and nowhere else. Pure. */

/** @param heard All that was heard: a few steps are what they are by what was before them. */
export type IsStep = (event: FlowEvent, heard: readonly FlowEvent[]) => boolean;

const passed = ({ checks = [] }: FlowEvent, check: CheckMade['check']): boolean =>
  checks.some((one) => one.check === check && one.outcome === 'passed');

const isTokenRequest = ({ service, operation }: FlowEvent): boolean =>
  service === 'imds' && operation === 'GetManagedIdentityToken';

/** IMDS gives a machine a token for Key Vault. */
export const tokenGiven: IsStep = (event) =>
  isTokenRequest(event) && event.status === 200 && event.tokenId !== undefined && isFor(event, VAULT_AUDIENCE);

export const givenFromCache: IsStep = (event, heard) =>
  tokenGiven(event, heard) && event.note === 'answered from the cache';

/** Entra ID issues a token to who has proved with the key of a managed identity that it may ask. */
export const tokenIssued: IsStep = (event) =>
  event.service === 'entra' &&
  event.status === 200 &&
  event.tokenId !== undefined &&
  passed(event, 'assertion signature') &&
  typeof event.issued?.claims.xms_mirid === 'string';

/** A secret is read with a token, by a role assignment. */
export const secretRead: IsStep = (event) =>
  event.service === 'keyvault' &&
  event.operation === 'GetSecret' &&
  event.status === 200 &&
  event.tokenId !== undefined &&
  passed(event, 'signature') &&
  typeof event.decision?.grantedBy === 'string';

/** The same, by the identity of a machine that lies in another subscription. */
export const readAcrossSubscriptions: IsStep = (event, heard) => {
  const [machine, vault] = [String(event.token?.claims.xms_mirid), String(event.decision?.resourceId)].map((id) =>
    /^\/subscriptions\/([^/]+)/i.exec(id)?.[1]?.toLowerCase(),
  );
  return secretRead(event, heard) && machine !== undefined && vault !== undefined && machine !== vault;
};

/** The same, by another machine than the one that the token was given to. Where addresses say nothing, nobody knows. */
export const readElsewhere: IsStep = (event, heard) =>
  secretRead(event, heard) &&
  event.caller !== undefined &&
  event.virtualMachine !== undefined &&
  event.caller.toLowerCase() !== event.virtualMachine.toLowerCase();

/** The same, with a token whose key was not the newest any more: one signed with another had been issued by then. */
export const readWithOldKey: IsStep = (event, heard) => {
  const { tid } = event.token?.claims ?? {};
  const issued = heard.filter((one) => one.issued?.claims.tid === tid && Date.parse(one.at) <= Date.parse(event.at));
  const own = issued.find(({ tokenId }) => tokenId === event.tokenId);
  return (
    secretRead(event, heard) &&
    own !== undefined &&
    issued.some((one) => Date.parse(one.at) > Date.parse(own.at) && kidOf(one) !== kidOf(own))
  );
};

/** Key Vault asks for a token. */
export const challenged: IsStep = (event) =>
  event.service === 'keyvault' && event.status === 401 && refusedBy(event) === 'bearer token';

/** Key Vault does not believe a token of another tenant, which is good there: its signature is. */
export const foreignTokenRefused: IsStep = (event) => {
  const { tid, iss } = event.token?.claims ?? {};
  return (
    event.service === 'keyvault' &&
    event.status === 401 &&
    refusedBy(event) === 'issuer' &&
    passed(event, 'signature') &&
    typeof tid === 'string' &&
    String(iss).includes(`/${tid}/`)
  );
};

/** Blob Storage does not take a token for Key Vault. */
export const vaultTokenAtBlob: IsStep = (event) =>
  event.service === 'blob' &&
  event.status === 401 &&
  refusedBy(event) === 'audience' &&
  String(event.token?.claims.aud).replace(/\/$/, '') === VAULT_AUDIENCE;

export const withoutHeader: IsStep = (event) =>
  isTokenRequest(event) && event.status === 400 && refusedBy(event) === 'metadata header';

/** IMDS knows no such identity of this machine. */
export const noIdentity: IsStep = (event) =>
  isTokenRequest(event) &&
  event.status === 400 &&
  refusedBy(event) === 'identity' &&
  event.errorMessage === 'Identity not found';

/** IMDS knows several, and does not guess. */
export const severalIdentities: IsStep = (event) =>
  isTokenRequest(event) &&
  event.status === 400 &&
  refusedBy(event) === 'identity' &&
  /^Multiple/.test(event.errorMessage ?? '');

/** IMDS fails in a way that passes. */
export const failedForNow: IsStep = (event) =>
  isTokenRequest(event) && event.fault !== undefined && (event.status === 429 || event.status >= 500);

/** App Service gives a function app a token. */
export const givenToFunction: IsStep = (event) =>
  event.service === 'appservice' &&
  event.operation === 'GetManagedIdentityToken' &&
  event.status === 200 &&
  event.tokenId !== undefined &&
  event.site !== undefined &&
  passed(event, 'identity header');
