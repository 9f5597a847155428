import { Router } from 'express';
import { deletedVaultAt, deletedVaultsWithin, purgeVault } from '../domain/vault.ts';
import type { Parts } from '../parts.ts';
import { newOperation, sendAccepted } from './operations.ts';
import { listBody } from './paging.ts';
import { toDeletedVault } from './vault-bodies.ts';

const NAMESPACE = 'Microsoft.KeyVault';

/**
 * Deleted vaults, which can be recovered (`createMode: recover` in a PUT of the vault) or purged:
 *
 *     GET   /subscriptions/{id}/providers/Microsoft.KeyVault/deletedVaults
 *     GET   …/Microsoft.KeyVault/locations/{location}/deletedVaults/{name}
 *     POST  …/Microsoft.KeyVault/locations/{location}/deletedVaults/{name}/purge
 */
export function deletedVaultRoutes({ resources, write, authorize, operations, clock }: Parts): Router {
  const router = Router();
  const provider = `/subscriptions/:subscriptionId/providers/${NAMESPACE}`;
  const idOf = ({ subscriptionId, location, vault }: { subscriptionId: string; location: string; vault: string }) =>
    `/subscriptions/${subscriptionId}/providers/${NAMESPACE}/locations/${location}/deletedVaults/${vault}`;

  router.get(`${provider}/deletedVaults`, (req, res) => {
    const subscription = `/subscriptions/${req.params.subscriptionId}`;
    authorize(res, `${NAMESPACE}/deletedVaults/read`, subscription);
    const deleted = deletedVaultsWithin(resources, subscription, clock.now());
    res.json(listBody(req, deleted, ({ resourceId }) => resourceId, toDeletedVault));
  });

  router.get(`${provider}/locations/:location/deletedVaults/:vault`, (req, res) => {
    const { subscriptionId, location, vault: name } = req.params;
    authorize(res, `${NAMESPACE}/locations/deletedVaults/read`, idOf(req.params));
    const vault = deletedVaultAt(resources, `/subscriptions/${subscriptionId}`, { location, name }, clock.now());
    res.json(toDeletedVault(vault));
  });

  router.post(`${provider}/locations/:location/deletedVaults/:vault/purge`, async (req, res) => {
    const { subscriptionId, location, vault: name } = req.params;
    authorize(res, `${NAMESPACE}/locations/deletedVaults/purge/action`, idOf(req.params));
    const now = clock.now();
    const { operation, vault } = await write(() => {
      const vault = deletedVaultAt(resources, `/subscriptions/${subscriptionId}`, { location, name }, now);
      purgeVault(resources, vault);
      const operation = newOperation(res, subscriptionId, now);
      operations.add(operation);
      return { operation, vault };
    });
    sendAccepted(req, res, operation, { namespace: NAMESPACE, location: vault.location });
  });

  return router;
}
