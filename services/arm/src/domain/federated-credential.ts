import type { ResourceOf } from '@lab/shared/feed/resources.ts';
import { z } from 'zod';
import { conflict, invalidParameter } from './errors.ts';
import type { Resources } from './resources.ts';
import type { UserAssignedIdentity } from './user-assigned-identity.ts';

export type FederatedCredential = ResourceOf<'federatedCredential'>;

/** 3 to 120 letters, digits, `-` and `_`, a letter or digit first. */
export const CREDENTIAL_NAME = /^[a-z0-9][a-z0-9_-]{2,119}$/i;

const MOST = 20;

/** No wildcards: each value is compared as a whole. */
const exact = z
  .string()
  .min(1)
  .max(600)
  .refine((value) => !value.includes('*'), 'wildcard characters are not supported');

export const FederatedCredentialBody = z.object({
  properties: z.object({
    issuer: exact.refine(
      (value) => URL.canParse(value) && new URL(value).protocol === 'https:',
      'expected an https URL',
    ),
    subject: exact,
    audiences: z.array(exact).length(1, 'exactly one audience is expected'),
  }),
});

export const credentialId = (identity: string, name: string): string =>
  `${identity}/federatedIdentityCredentials/${name}`;

/**
 * Writes a credential, in a transaction.
 * @throws AzureError `conflict` where the identity trusts this issuer and subject already; `invalid` where it has twenty.
 * @see https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations
 */
export function putCredential(
  resources: Resources,
  { resourceId, clientId }: UserAssignedIdentity,
  name: string,
  { properties: { issuer, subject, audiences } }: z.output<typeof FederatedCredentialBody>,
): { created: boolean; credential: FederatedCredential } {
  const id = credentialId(resourceId, name);
  const known = resources.find('federatedCredential', id);
  const others = resources
    .within('federatedCredential', resourceId)
    .map(({ value }) => value)
    .filter((other) => other.resourceId !== known?.resourceId);
  if (others.some((other) => other.issuer === issuer && other.subject === subject)) {
    throw conflict('Conflict', 'Issuer and subject combination already exists for this Managed Identity.');
  }
  if (!known && others.length >= MOST) {
    throw invalidParameter(
      `Too many Federated Identity Credentials have been added to the managed identity: ${MOST} at most.`,
    );
  }
  const credential = {
    resourceId: known?.resourceId ?? id,
    name: known?.name ?? name,
    clientId,
    issuer,
    subject,
    audiences,
  };
  resources.put({ kind: 'federatedCredential', id: credential.resourceId, value: credential });
  return { created: known === undefined, credential };
}
