import { notReady, tenantMalformed, tenantNotFound } from './aadsts.ts';
import type { Directory, Tenant } from './directory.ts';

/** The first path segment of every endpoint: a tenant, or one of the audiences that leave it open. */
export type TenantName = { readonly tenant: Tenant } | { readonly audience: 'common' | 'organizations' | 'consumers' };

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const DOMAIN = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/i;

/**
 * Who a path segment speaks of.
 *
 * @param unknownAs OAuth's word for a tenant that does not exist: the token endpoint and the documents differ.
 * @param isSynced Whether the directory has ever been told its tenants; before that an unknown one is a matter of time.
 * @throws AADSTS900023 for what can be no tenant, AADSTS90002 for an unknown one, AADSTS90033 before the first sync.
 */
export function parseTenantName(
  name: string,
  directory: Directory,
  unknownAs: 'invalid_request' | 'invalid_tenant',
  isSynced: () => boolean,
): TenantName {
  const lower = name.toLowerCase();
  if (lower === 'common' || lower === 'organizations' || lower === 'consumers') return { audience: lower };
  if (!GUID.test(name) && !DOMAIN.test(name)) throw tenantMalformed(name);
  const tenant = directory.findTenant(name);
  if (tenant) return { tenant };
  throw isSynced() ? tenantNotFound(name, unknownAs) : notReady();
}

/** Whether a text could name a tenant: for documents that repeat it without looking it up. */
export const looksLikeTenant = (name: string): boolean =>
  GUID.test(name) || DOMAIN.test(name) || /^(common|organizations|consumers)$/i.test(name);
