import type { EventDecision } from '@managed-identity-lab/client';

/**
 * What within a resource somebody has a role on, who has none on the whole of it: `secrets/ConnectionString`. A service is
 * asked about a vault or an account as a whole; a request for one secret or container is decided by that one's scope.
 */
export function rolesWithin({ grantedBy, resourceId, considered }: EventDecision): readonly string[] {
  if (grantedBy !== null || considered.some(({ verdict }) => verdict === 'denies')) return [];
  const whole = `${resourceId}/`.toLowerCase();
  const elsewhere = considered.filter(({ verdict }) => verdict === 'other scope');
  const scopes = elsewhere.map(({ scope }) => scope).filter((scope) => scope.toLowerCase().startsWith(whole));
  return [...new Set(scopes.map((scope) => scope.slice(whole.length)))];
}
