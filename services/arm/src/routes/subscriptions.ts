import type { ResourceOf } from '@lab/shared/feed/resources.ts';
import { callerOf } from '@lab/shared/http/bearer.ts';
import { type Response, Router } from 'express';
import { LOCATIONS } from '../domain/locations.ts';
import type { Parts } from '../parts.ts';
import { listBody } from './paging.ts';

type Subscription = ResourceOf<'subscription'>;
type Tenant = ResourceOf<'tenant'>;

const idOf = ({ subscriptionId }: Subscription): string => `/subscriptions/${subscriptionId}`;

/**
 * Subscriptions and tenants: https://learn.microsoft.com/rest/api/resources/subscriptions
 *
 *     GET /tenants
 *     GET /subscriptions
 *     GET /subscriptions/{id}
 *     GET /subscriptions/{id}/locations
 *
 * Who is authenticated sees its own tenant, and the subscriptions of that tenant in which it has a role of any kind.
 */
export function subscriptionRoutes({ resources, enter, hasRoleIn }: Parts): Router {
  const router = Router();

  const ofCaller = (res: Response): readonly Subscription[] =>
    resources
      .all('subscription')
      .filter(({ tenantId }) => tenantId.toLowerCase() === callerOf(res).tid.toLowerCase())
      .filter((subscription) => hasRoleIn(res, idOf(subscription)));

  router.get('/tenants', (req, res) => {
    const own = resources
      .all('tenant')
      .filter(({ tenantId }) => tenantId.toLowerCase() === callerOf(res).tid.toLowerCase());
    res.json(listBody(req, own, ({ tenantId }) => tenantId, toTenant));
  });

  router.get('/subscriptions', (req, res) => {
    const page = listBody(req, ofCaller(res), idOf, toWire);
    res.json({ ...page, count: { type: 'Total', value: page.value.length } });
  });

  router.get('/subscriptions/:subscriptionId', (req, res) => {
    const id = `/subscriptions/${req.params.subscriptionId}`;
    enter(res, 'Microsoft.Resources/subscriptions/read', id);
    res.json(toWire(resources.find('subscription', id) as Subscription));
  });

  router.get('/subscriptions/:subscriptionId/locations', (req, res) => {
    const { subscriptionId } = req.params;
    enter(res, 'Microsoft.Resources/subscriptions/locations/read', `/subscriptions/${subscriptionId}`);
    res.json({
      value: LOCATIONS.map(([name, displayName]) => ({
        id: `/subscriptions/${subscriptionId}/locations/${name}`,
        name,
        type: 'Region',
        displayName,
        regionalDisplayName: displayName,
        metadata: { regionType: 'Physical', regionCategory: 'Recommended' },
      })),
    });
  });

  return router;
}

const toWire = (subscription: Subscription) => ({
  id: idOf(subscription),
  authorizationSource: 'RoleBased',
  managedByTenants: [],
  subscriptionId: subscription.subscriptionId,
  tenantId: subscription.tenantId,
  displayName: subscription.displayName,
  state: 'Enabled',
  subscriptionPolicies: {
    locationPlacementId: 'Public_2014-09-01',
    quotaId: 'PayAsYouGo_2014-09-01',
    spendingLimit: 'Off',
  },
});

const toTenant = ({ tenantId, displayName, domain }: Tenant) => ({
  id: `/tenants/${tenantId}`,
  tenantId,
  countryCode: 'DE',
  displayName,
  domains: [domain],
  tenantCategory: 'Home',
  defaultDomain: domain,
  tenantType: 'AAD',
});
