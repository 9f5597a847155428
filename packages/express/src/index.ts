/**
 * Express middleware for an API of one's own: lets in the managed identities of a tenant, told by their access tokens. Keys
 * are those of the real Entra, or with `lab` those of the managed identity lab, and never of both.
 */
export { managedIdentityOf, requireManagedIdentity } from './require-managed-identity.ts';
export type * from './types.ts';
