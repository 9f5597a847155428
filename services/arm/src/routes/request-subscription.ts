import { callerOf } from '@lab/shared/http/bearer.ts';
import type { Request, RequestHandler } from 'express';
import { unauthenticated } from '../domain/authenticate.ts';
import { invalidSubscriptionId, subscriptionNotFound } from '../domain/errors.ts';
import { findResourceId, parseResourceId } from '../domain/resource-id.ts';
import type { Resources } from '../domain/resources.ts';

/**
 * The subscription that a path names: it exists, and is of the caller's tenant. Mounted on `/subscriptions/:subscriptionId`,
 * so that nothing below it is ever shown to another tenant, whatever its role assignments say.
 */
export const requestSubscription =
  (resources: Resources, authorityOrigin: string): RequestHandler<{ subscriptionId: string }> =>
  (req, res, next) => {
    const place = findResourceId(`/subscriptions/${req.params.subscriptionId}`);
    if (!place) throw invalidSubscriptionId(req.params.subscriptionId);
    const { id, subscriptionId = '' } = place;
    const subscription = resources.find('subscription', id);
    if (!subscription) throw subscriptionNotFound(subscriptionId);
    const { tid, iss } = callerOf(res);
    if (subscription.tenantId.toLowerCase() !== tid.toLowerCase()) {
      const mustMatch = `https://sts.windows.net/${subscription.tenantId}/`;
      throw unauthenticated(
        'InvalidAuthenticationTokenTenant',
        `The access token is from the wrong issuer '${iss}'. It must match the tenant '${mustMatch}' associated with this subscription. Please use the authority (URL) '${authorityOrigin}/${subscription.tenantId}' to get the token. Note, if the subscription is transferred to another tenant there is no impact to the services, but information about new tenant could take time to propagate (up to an hour). If you just transferred your subscription and see this error message, please try back later.`,
      );
    }
    next();
  };

/** The scope that a path names before `/providers/…`, decoded; for routes on `{/*scope}/providers/…`. */
export function scopeOf(req: Request): string {
  const segments = (req.params as { scope?: string | readonly string[] }).scope ?? [];
  return parseResourceId(`/${(typeof segments === 'string' ? [segments] : segments).join('/')}`).id;
}
