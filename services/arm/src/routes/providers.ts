import { Router } from 'express';
import { conflict, notFound } from '../domain/errors.ts';
import { findProvider, type Provider, providers } from '../domain/providers.ts';
import type { Parts } from '../parts.ts';
import { listBody } from './paging.ts';

/**
 * Resource providers: https://learn.microsoft.com/rest/api/resources/providers
 *
 *     GET  /providers[/{namespace}]                     what everybody may know
 *     GET  /subscriptions/{id}/providers[/{namespace}]
 *     POST /subscriptions/{id}/providers/{namespace}/{register|unregister}
 */
export function providerRoutes({ authorize, enter }: Parts): Router {
  const router = Router();
  const read = 'Microsoft.Resources/subscriptions/providers/read';

  router.get('/providers', (req, res) => {
    res.json(listBody(req, providers(), ({ namespace }) => namespace, toTenantWire));
  });
  router.get('/providers/:namespace', (req, res) => {
    res.json(toTenantWire(providerAt(req.params.namespace)));
  });

  router.get('/subscriptions/:subscriptionId/providers', (req, res) => {
    const { subscriptionId } = req.params;
    enter(res, read, `/subscriptions/${subscriptionId}`);
    res.json(listBody(req, providers(), ({ namespace }) => namespace, toWire(subscriptionId)));
  });
  router.get('/subscriptions/:subscriptionId/providers/:namespace', (req, res) => {
    const { subscriptionId, namespace } = req.params;
    enter(res, read, `/subscriptions/${subscriptionId}`);
    res.json(toWire(subscriptionId)(providerAt(namespace)));
  });

  router.post('/subscriptions/:subscriptionId/providers/:namespace/register', (req, res) => {
    const { subscriptionId, namespace } = req.params;
    authorize(res, `${namespace}/register/action`, `/subscriptions/${subscriptionId}`);
    res.json(toWire(subscriptionId)(providerAt(namespace)));
  });
  router.post('/subscriptions/:subscriptionId/providers/:namespace/unregister', (req, res) => {
    const { subscriptionId, namespace } = req.params;
    authorize(res, `${namespace}/unregister/action`, `/subscriptions/${subscriptionId}`);
    const provider = providerAt(namespace);
    throw conflict(
      'ProviderUnregistrationNotSupported',
      `The resource provider '${provider.namespace}' is registered in every subscription of this lab, and stays so.`,
    );
  });

  return router;
}

/** @throws AzureError `not_found` InvalidResourceNamespace: nothing of that namespace is served. */
function providerAt(namespace: string): Provider {
  const provider = findProvider(namespace);
  if (!provider) {
    throw notFound('InvalidResourceNamespace', `The resource namespace '${namespace}' is invalid.`);
  }
  return provider;
}

const toWire =
  (subscriptionId: string) =>
  (provider: Provider): unknown => ({
    id: `/subscriptions/${subscriptionId}/providers/${provider.namespace}`,
    ...provider,
  });

const toTenantWire = ({ namespace, resourceTypes }: Provider): unknown => ({
  id: `/providers/${namespace}`,
  namespace,
  resourceTypes,
});
