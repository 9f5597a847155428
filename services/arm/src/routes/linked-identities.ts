import { callerOf } from '@lab/shared/http/bearer.ts';
import type { Response } from 'express';
import { ArmError, linkedAuthorizationFailed } from '../domain/errors.ts';
import { parseResourceId } from '../domain/resource-id.ts';
import type { Parts } from '../parts.ts';

const ASSIGN = 'Microsoft.ManagedIdentity/userAssignedIdentities/assign/action';

/**
 * Who gives a resource a user-assigned identity needs the right to assign that identity, or could become whoever it is.
 * The identity is of the caller's tenant, whatever role assignments say.
 * @param has What the caller may do already: write the resource.
 * @throws AzureError `forbidden` LinkedAuthorizationFailed, before it is known whether there is such an identity.
 */
export function authorizeLinked(
  { resources, isAllowed }: Pick<Parts, 'resources' | 'isAllowed'>,
  res: Response,
  has: { action: string; scope: string },
  identityIds: readonly string[],
): void {
  const caller = callerOf(res);
  for (const identityId of identityIds) {
    const { id: scope, subscriptionId } = parseResourceId(identityId);
    const subscription = resources.find('subscription', `/subscriptions/${subscriptionId}`);
    if (subscription && subscription.tenantId.toLowerCase() !== caller.tid.toLowerCase()) {
      throw new ArmError({
        kind: 'forbidden',
        code: 'LinkedAuthorizationFailed',
        message: `The client has permission to perform action '${ASSIGN}' on scope '${has.scope}', however the current tenant '${caller.tid}' is not authorized to access linked subscription '${subscriptionId}'.`,
      });
    }
    if (!isAllowed(res, ASSIGN, scope)) {
      throw linkedAuthorizationFailed(caller, has, { action: ASSIGN, scope: identityId });
    }
  }
}
