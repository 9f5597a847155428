import { issuersOf } from '@lab/shared/tokens/claims.ts';
import type { Tenant } from './directory.ts';

/** Entra's own name, and the other names of the public cloud that assertions may be addressed to. */
const PUBLIC_CLOUD = [
  'https://login.microsoftonline.com',
  'https://login.windows.net',
  'https://login.microsoft.com',
] as const;

/**
 * What the `aud` of a client assertion may be, lower case: token endpoint of either version, or issuer of either
 * version, with the tenant's GUID or its domain, under this authority's name or the public ones.
 * @see https://learn.microsoft.com/entra/identity-platform/certificate-credentials
 */
export function acceptedAudiences({ tenantId, domain }: Tenant, authorityOrigin: string): readonly string[] {
  const origins = new Set([authorityOrigin, ...PUBLIC_CLOUD]);
  const endpoints = [...origins].flatMap((origin) =>
    [tenantId, domain].flatMap((tenant) =>
      ['oauth2/token', 'oauth2/v2.0/token', 'v2.0'].map((path) => `${origin}/${tenant}/${path}`),
    ),
  );
  return [...endpoints, issuersOf(tenantId)['1.0'], `https://sts.windows.net/${domain}/`].map((url) =>
    url.toLowerCase(),
  );
}
