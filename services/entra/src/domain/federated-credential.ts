import {
  federatedAudienceUnknown,
  federatedIssuerUnknown,
  federatedSubjectInAnotherCase,
  federatedSubjectUnknown,
} from './aadsts.ts';
import type { ClientAssertion } from './client-assertion.ts';
import { TOKEN_EXCHANGE_APPLICATION_ID } from './resources.ts';

/** Whose tokens an application or a user-assigned identity accepts as its own credential. */
export type FederatedCredential = {
  readonly issuer: string;
  readonly subject: string;
  readonly audience: string;
};

const TOKEN_EXCHANGE = 'api://AzureADTokenExchange';

/**
 * The federated credential that a foreign token fits: the same issuer, audience and subject, to the letter. Case and a
 * slash at the end count.
 *
 * It is looked for before the token is verified, as in Entra: what no credential names is never fetched, so an
 * unverified token decides about no address.
 * A managed identity's token for the token exchange has the application id of that resource as its audience, while the
 * credential says `api://AzureADTokenExchange`: Entra's own tokens fit both.
 *
 * @param ownIssuer Whether the token says that this authority issued it.
 * @throws AADSTS700211, 700212, 700213 for the first of issuer, audience and subject that nothing fits; AADSTS7002138
 *   where the subject differs in case only.
 * @see https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations
 * @see https://learn.microsoft.com/entra/identity-platform/reference-breaking-changes#august-2024
 */
export function matchFederatedCredential(
  { claims }: ClientAssertion,
  credentials: readonly FederatedCredential[],
  ownIssuer: boolean,
): FederatedCredential {
  const issuer = text(claims.iss);
  const subject = text(claims.sub);
  // Kubernetes writes a list. One of several could be meant for somebody else, who could then use the token here.
  const audience = text(Array.isArray(claims.aud) && claims.aud.length === 1 ? claims.aud[0] : claims.aud);
  const isAudience = (expected: string) =>
    expected === audience || (ownIssuer && expected === TOKEN_EXCHANGE && audience === TOKEN_EXCHANGE_APPLICATION_ID);

  const ofIssuer = credentials.filter((credential) => credential.issuer === issuer);
  if (ofIssuer.length === 0) throw federatedIssuerUnknown(issuer);
  const forAudience = ofIssuer.filter((credential) => isAudience(credential.audience));
  if (forAudience.length === 0) throw federatedAudienceUnknown(audience);
  const match = forAudience.find((credential) => credential.subject === subject);
  if (match) return match;
  const differsInCase = forAudience.some((credential) => credential.subject.toLowerCase() === subject.toLowerCase());
  throw differsInCase ? federatedSubjectInAnotherCase(subject) : federatedSubjectUnknown(subject);
}

const text = (claim: unknown): string => (typeof claim === 'string' ? claim : '');
