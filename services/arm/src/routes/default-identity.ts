import { Router } from 'express';
import { notFound } from '../domain/errors.ts';
import type { Parts } from '../parts.ts';
import { scopeOf } from './request-subscription.ts';

const TYPE = 'Microsoft.ManagedIdentity/identities';

/**
 * The system-assigned identity of a resource, client id included:
 *
 *     GET {scope}/providers/Microsoft.ManagedIdentity/identities/default
 *
 * @see https://learn.microsoft.com/rest/api/managedidentity/system-assigned-identities/get-by-scope
 */
export function defaultIdentityRoutes({ resources, authorize }: Parts): Router {
  const router = Router();
  router.get(`/{*scope}/providers/${TYPE}/default`, (req, res) => {
    const scope = scopeOf(req);
    const id = `${scope === '/' ? '' : scope}/providers/${TYPE}/default`;
    authorize(res, `${TYPE}/read`, id);
    const host = resources.find('virtualMachine', scope) ?? resources.find('site', scope);
    const own = host?.identities.find(({ identityType }) => identityType === 'SystemAssigned');
    if (!host || !own) {
      throw notFound('ResourceNotFound', `The resource '${scope}' has no system-assigned identity.`);
    }
    const { principalId, clientId } = own;
    const { tenantId, location } = host;
    res.json({
      id,
      name: 'default',
      type: TYPE,
      location,
      tags: {},
      properties: {
        ...{ tenantId, principalId, clientId },
        clientSecretUrl: `https://control-${location}.identity.azure.net${host.resourceId}/credentials?tid=${tenantId}&oid=${principalId}&aid=${clientId}`,
      },
    });
  });
  return router;
}
