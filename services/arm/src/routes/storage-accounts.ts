import { Router } from 'express';
import { z } from 'zod';
import { conflict, invalidParameter, resourceNotFound } from '../domain/errors.ts';
import { checkLocation } from '../domain/locations.ts';
import { groupAt, groupId } from '../domain/resource-group.ts';
import {
  ACCOUNT_NAME,
  ACCOUNT_TYPE,
  accountAlreadyTaken,
  accountId,
  accountNameInvalid,
  accountsWithin,
  createAccount,
  deleteAccount,
  holderOfAccountName,
  noAccountKeys,
  type StorageAccount,
} from '../domain/storage-account.ts';
import { accountContent, contentOf, PatchAccount, PutAccount } from '../domain/storage-account-content.ts';
import type { Parts } from '../parts.ts';
import { listRoutes } from './lists.ts';
import { bodyOf, Tags } from './request-form.ts';
import { toBlobService, toStorageAccount } from './storage-account-bodies.ts';

const Put = PutAccount.extend({ tags: Tags.nullish() });
const Patch = PatchAccount.extend({ tags: Tags.nullish() });
const NameQuestion = z.object({ name: z.string(), type: z.string() });

type Named = { subscriptionId: string; group: string; account: string };

/**
 * `Microsoft.Storage/storageAccounts`: https://learn.microsoft.com/rest/api/storagerp/storage-accounts
 *
 *     GET                   /subscriptions/{id}[/resourceGroups/{group}]/providers/Microsoft.Storage/storageAccounts
 *     GET PUT PATCH DELETE  …/resourceGroups/{group}/providers/Microsoft.Storage/storageAccounts/{name}
 *     GET                   …/storageAccounts/{name}/blobServices[/default]
 *     POST                  …/storageAccounts/{name}/listKeys and its like: refused, there are no keys
 *     POST                  /subscriptions/{id}/providers/Microsoft.Storage/checkNameAvailability
 */
export function storageAccountRoutes(parts: Parts): Router {
  const { resources, write, authorize, clock } = parts;
  const router = Router();
  const group = '/subscriptions/:subscriptionId/resourceGroups/:group';
  const provider = 'providers/Microsoft.Storage';

  router.use(
    listRoutes(parts, {
      type: ACCOUNT_TYPE,
      within: (place) => accountsWithin(resources, place),
      idOf: ({ resourceId }) => resourceId,
      toWire: () => toStorageAccount,
    }),
  );

  const idOf = ({ subscriptionId, group: name, account }: Named): string =>
    accountId(groupId(subscriptionId, name), account);
  /** @throws AzureError `not_found` ResourceGroupNotFound, ResourceNotFound. */
  const accountAt = (params: Named): StorageAccount => {
    const { name } = groupAt(resources, params.subscriptionId, params.group);
    const account = resources.find('storageAccount', idOf(params));
    if (!account) throw resourceNotFound(ACCOUNT_TYPE, params.account, name);
    return account;
  };
  const put = (value: StorageAccount): StorageAccount => {
    resources.put({ kind: 'storageAccount', id: value.resourceId, value });
    return value;
  };

  const one = router.route(`${group}/${provider}/storageAccounts/:account`);

  one.get((req, res) => {
    authorize(res, `${ACCOUNT_TYPE}/read`, idOf(req.params));
    res.json(toStorageAccount(accountAt(req.params)));
  });

  // 200 for a new one too: clients take no 201 here.
  one.put(async (req, res) => {
    const { subscriptionId, account: name } = req.params;
    authorize(res, `${ACCOUNT_TYPE}/write`, idOf(req.params));
    const sent = bodyOf(req, Put);
    if (!ACCOUNT_NAME.test(name)) throw accountNameInvalid(name);
    const location = checkLocation(sent.location, ACCOUNT_TYPE);
    const account = await write(() => {
      const { resourceId, name: groupName } = groupAt(resources, subscriptionId, req.params.group);
      const known = resources.find('storageAccount', accountId(resourceId, name));
      if (known && known.location !== location) throw locatedElsewhere(known, groupName, location);
      const properties = accountContent(sent, contentOf(known ?? {}));
      const tags = sent.tags ? { tags: sent.tags } : {};
      if (known) return put({ ...known, properties, ...tags });
      const { tenantId = '' } = resources.find('subscription', `/subscriptions/${subscriptionId}`) ?? {};
      const id = accountId(resourceId, name);
      const createdAt = clock.now();
      return createAccount(resources, { resourceId: id, name, tenantId, location, createdAt, properties, ...tags });
    });
    res.json(toStorageAccount(account));
  });

  one.patch(async (req, res) => {
    authorize(res, `${ACCOUNT_TYPE}/write`, idOf(req.params));
    const sent = bodyOf(req, Patch);
    const account = await write(() => {
      const known = accountAt(req.params);
      return put({
        ...known,
        properties: accountContent(sent, contentOf(known)),
        ...(sent.tags && { tags: sent.tags }),
      });
    });
    res.json(toStorageAccount(account));
  });

  one.delete(async (req, res) => {
    authorize(res, `${ACCOUNT_TYPE}/delete`, idOf(req.params));
    const deleted = await write(() => deleteAccount(resources, idOf(req.params)));
    res.status(deleted ? 200 : 204).end();
  });

  const blobServices = `${group}/${provider}/storageAccounts/:account/blobServices`;
  router.get(blobServices, (req, res) => {
    authorize(res, `${ACCOUNT_TYPE}/blobServices/read`, idOf(req.params));
    res.json({ value: [toBlobService(accountAt(req.params))] });
  });
  router.get(`${blobServices}/default`, (req, res) => {
    authorize(res, `${ACCOUNT_TYPE}/blobServices/read`, `${idOf(req.params)}/blobServices/default`);
    res.json(toBlobService(accountAt(req.params)));
  });

  for (const action of ['listKeys', 'regenerateKey', 'listAccountSas', 'listServiceSas']) {
    router.post(`${group}/${provider}/storageAccounts/:account/${action}`, (req, res) => {
      authorize(res, `${ACCOUNT_TYPE}/${action}/action`, idOf(req.params));
      accountAt(req.params);
      throw noAccountKeys();
    });
  }

  router.post(`/subscriptions/:subscriptionId/${provider}/checkNameAvailability`, (req, res) => {
    const scope = `/subscriptions/${req.params.subscriptionId}`;
    authorize(res, 'Microsoft.Storage/checknameavailability/read', scope);
    const { name, type } = bodyOf(req, NameQuestion);
    if (type.toLowerCase() !== ACCOUNT_TYPE.toLowerCase()) {
      throw invalidParameter(`The type has to be '${ACCOUNT_TYPE}'.`, 'type');
    }
    const refused = (reason: string, message: string) => res.json({ nameAvailable: false, reason, message });
    if (!ACCOUNT_NAME.test(name)) refused('AccountNameInvalid', accountNameInvalid(name).message);
    else if (holderOfAccountName(resources, name)) refused('AlreadyExists', accountAlreadyTaken(name).message);
    else res.json({ nameAvailable: true });
  });

  return router;
}

const locatedElsewhere = (known: StorageAccount, groupName: string, location: string) =>
  conflict(
    'InvalidResourceLocation',
    `The resource '${known.name}' already exists in location '${known.location}' in resource group '${groupName}'. A resource with the same name cannot be created in location '${location}'. Please select a new resource name.`,
  );
