import { type Response, Router } from 'express';
import { z } from 'zod';
import { AccessPolicies, changedPolicies } from '../domain/access-policies.ts';
import { conflict, invalidParameter, resourceNotFound } from '../domain/errors.ts';
import { checkLocation } from '../domain/locations.ts';
import { groupAt, groupId } from '../domain/resource-group.ts';
import {
  createVault,
  deleteVault,
  findVault,
  holderOfVaultName,
  recoverVault,
  VAULT_NAME,
  VAULT_TYPE,
  type Vault,
  vaultId,
  vaultsWithin,
} from '../domain/vault.ts';
import { checkPolicies, PatchVault, PutVault, type VaultContent, vaultContent } from '../domain/vault-content.ts';
import { permissionModelDenied, vaultNameInUse, vaultNameNotValid } from '../domain/vault-failures.ts';
import type { Parts } from '../parts.ts';
import { deletedVaultRoutes } from './deleted-vaults.ts';
import { listRoutes } from './lists.ts';
import { bodyOf, Tags } from './request-form.ts';
import { toAccessPolicies, toVault } from './vault-bodies.ts';

const Put = PutVault.extend({ tags: Tags.nullish() });
const Patch = PatchVault.extend({ tags: Tags.nullish() });
const Policies = z.object({ properties: z.object({ accessPolicies: AccessPolicies }) });
const NameQuestion = z.object({ name: z.string(), type: z.string() });

type Named = { subscriptionId: string; group: string; vault: string };

/**
 * `Microsoft.KeyVault/vaults`: https://learn.microsoft.com/rest/api/keyvault/keyvault/vaults
 *
 *     GET                   /subscriptions/{id}[/resourceGroups/{group}]/providers/Microsoft.KeyVault/vaults
 *     GET PUT PATCH DELETE  …/resourceGroups/{group}/providers/Microsoft.KeyVault/vaults/{name}
 *     PUT                   …/vaults/{name}/accessPolicies/{add|replace|remove}
 *     POST                  /subscriptions/{id}/providers/Microsoft.KeyVault/checkNameAvailability
 *     GET                   …/managedHSMs, deletedManagedHSMs: there are none
 *
 * and deleted vaults, in `deleted-vaults.ts`.
 */
export function vaultRoutes(parts: Parts): Router {
  const { resources, write, authorize, isAllowed, clock } = parts;
  const router = Router();
  const group = '/subscriptions/:subscriptionId/resourceGroups/:group';
  const provider = 'providers/Microsoft.KeyVault';

  router.use(
    listRoutes(parts, {
      type: VAULT_TYPE,
      within: (place) => vaultsWithin(resources, place),
      idOf: ({ resourceId }) => resourceId,
      toWire: () => toVault,
    }),
  );

  const idOf = ({ subscriptionId, group: name, vault }: Named): string => vaultId(groupId(subscriptionId, name), vault);
  /** @throws AzureError `not_found` ResourceGroupNotFound, ResourceNotFound. */
  const vaultAt = (params: Named): Vault => {
    const { name } = groupAt(resources, params.subscriptionId, params.group);
    const vault = findVault(resources, idOf(params));
    if (!vault) throw resourceNotFound(VAULT_TYPE, params.vault, name);
    return vault;
  };
  const tenantOf = (subscriptionId: string): string =>
    resources.find('subscription', `/subscriptions/${subscriptionId}`)?.tenantId ?? '';
  const update = (res: Response, known: Vault, content: VaultContent, tags: Vault['tags'] | null): Vault => {
    const changesModel = (known.enableRbacAuthorization ?? true) !== content.enableRbacAuthorization;
    if (changesModel && !isAllowed(res, 'Microsoft.Authorization/roleAssignments/write', known.resourceId)) {
      throw permissionModelDenied();
    }
    const value = { ...known, ...content, ...(tags && { tags }) };
    resources.put({ kind: 'vault', id: known.resourceId, value });
    return value;
  };

  const one = router.route(`${group}/${provider}/vaults/:vault`);

  one.get((req, res) => {
    authorize(res, `${VAULT_TYPE}/read`, idOf(req.params));
    res.json(toVault(vaultAt(req.params)));
  });

  one.put(async (req, res) => {
    const { subscriptionId, vault: name } = req.params;
    authorize(res, `${VAULT_TYPE}/write`, idOf(req.params));
    const { location: asked, tags, properties } = bodyOf(req, Put);
    if (!VAULT_NAME.test(name)) throw vaultNameNotValid(name);
    const location = checkLocation(asked, VAULT_TYPE);
    const { created, vault } = await write(() => {
      const { resourceId, name: groupName } = groupAt(resources, subscriptionId, req.params.group);
      const id = vaultId(resourceId, name);
      if (properties.createMode === 'recover') {
        return { created: true, vault: recoverVault(resources, id, location, clock.now()) };
      }
      const known = findVault(resources, id);
      if (known && known.location !== location) throw locatedElsewhere(known, groupName, location);
      const content = vaultContent(properties, tenantOf(subscriptionId), known);
      if (known) return { created: false, vault: update(res, known, content, tags ?? null) };
      const made = { resourceId: id, name, location, ...content, ...(tags && { tags }) };
      return { created: true, vault: createVault(resources, made, clock.now()) };
    });
    res.status(created ? 201 : 200).json(toVault(vault));
  });

  one.patch(async (req, res) => {
    authorize(res, `${VAULT_TYPE}/write`, idOf(req.params));
    const { tags, properties } = bodyOf(req, Patch);
    const vault = await write(() => {
      const known = vaultAt(req.params);
      const content = vaultContent(properties ?? {}, tenantOf(req.params.subscriptionId), known);
      return update(res, known, content, tags ?? null);
    });
    res.json(toVault(vault));
  });

  one.delete(async (req, res) => {
    authorize(res, `${VAULT_TYPE}/delete`, idOf(req.params));
    const deleted = await write(() => deleteVault(resources, idOf(req.params), clock.now()));
    res.status(deleted ? 200 : 204).end();
  });

  router.put(`${group}/${provider}/vaults/:vault/accessPolicies/:change`, async (req, res) => {
    authorize(res, `${VAULT_TYPE}/accessPolicies/write`, idOf(req.params));
    const [, change] = /^(add|replace|remove)$/.exec(req.params.change.toLowerCase()) ?? [];
    if (change === undefined) {
      throw invalidParameter("The operation has to be one of 'add', 'replace' and 'remove'.", 'operationKind');
    }
    const { accessPolicies: entries } = bodyOf(req, Policies).properties;
    const vault = await write(() => {
      const known = vaultAt(req.params);
      checkPolicies(entries, known.tenantId);
      const accessPolicies = changedPolicies(known.accessPolicies ?? [], change as 'add', entries);
      const value = { ...known, accessPolicies };
      resources.put({ kind: 'vault', id: known.resourceId, value });
      return value;
    });
    res.json(toAccessPolicies(vault));
  });

  router.post(`/subscriptions/:subscriptionId/${provider}/checkNameAvailability`, (req, res) => {
    const scope = `/subscriptions/${req.params.subscriptionId}`;
    authorize(res, 'Microsoft.KeyVault/checkNameAvailability/read', scope);
    const { name } = bodyOf(req, NameQuestion);
    const refused = (reason: string, message: string) => res.json({ nameAvailable: false, reason, message });
    if (!VAULT_NAME.test(name)) refused('AccountNameInvalid', vaultNameNotValid(name).message);
    else if (holderOfVaultName(resources, name, clock.now())) refused('AlreadyExists', vaultNameInUse(name));
    else res.json({ nameAvailable: true });
  });

  // The CLI asks for these next to vaults, whatever it was asked for.
  for (const type of ['managedHSMs', 'deletedManagedHSMs']) {
    router.get(`/subscriptions/:subscriptionId/${provider}/${type}`, (req, res) => {
      authorize(res, `Microsoft.KeyVault/${type}/read`, `/subscriptions/${req.params.subscriptionId}`);
      res.json({ value: [] });
    });
  }
  router.get(`${group}/${provider}/managedHSMs`, (req, res) => {
    const { subscriptionId, group: name } = req.params;
    authorize(res, 'Microsoft.KeyVault/managedHSMs/read', groupId(subscriptionId, name));
    groupAt(resources, subscriptionId, name);
    res.json({ value: [] });
  });

  router.use(deletedVaultRoutes(parts));
  return router;
}

const locatedElsewhere = (known: Vault, groupName: string, location: string) =>
  conflict(
    'InvalidResourceLocation',
    `The resource '${known.name}' already exists in location '${known.location}' in resource group '${groupName}'. A resource with the same name cannot be created in location '${location}'. Please select a new resource name.`,
  );
