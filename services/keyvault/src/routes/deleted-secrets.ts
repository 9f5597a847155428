import { type Response, Router } from 'express';
import { checkName } from '../domain/secret-limits.ts';
import { type VaultSecrets, vaultSecrets } from '../domain/vault-secrets.ts';
import { toDeletedBundle, toDeletedItem, toVersionItem } from '../wire.ts';
import { sendPage } from './paging.ts';
import { methodNotAllowed } from './request-form.ts';
import { atOf } from './request-vault.ts';
import type { SecretRoutes } from './secrets.ts';

const ACTION = 'Microsoft.KeyVault/vaults/secrets';

/** Secrets after DELETE, until they are recovered or purged. `authorize` first, as for those in use. */
export function deletedSecretRoutes({ authorize, secrets, clock }: SecretRoutes): Router {
  const router = Router();
  const of = (res: Response): VaultSecrets => vaultSecrets(atOf(res).vault, secrets, clock);

  router
    .route('/deletedsecrets')
    .get((req, res) => {
      authorize(res, 'GetDeletedSecrets', `${ACTION}/readMetadata/action`);
      sendPage(req, res, '/deletedsecrets', {
        rows: of(res).listDeleted,
        markerOf: ({ latest }) => latest.name.toUpperCase(),
        toItem: (deleted) => toDeletedItem(atOf(res), deleted),
      });
    })
    .all(methodNotAllowed);

  router
    .route('/deletedsecrets/:name')
    .get((req, res) => {
      authorize(res, 'GetDeletedSecret', `${ACTION}/readMetadata/action`, req.params.name);
      res.json(toDeletedBundle(atOf(res), of(res).getDeleted(checkName(req.params.name))));
    })
    .delete((req, res) => {
      authorize(res, 'PurgeDeletedSecret', `${ACTION}/purge/action`, req.params.name);
      of(res).purge(checkName(req.params.name));
      res.status(204).end();
    })
    .all(methodNotAllowed);

  router
    .route('/deletedsecrets/:name/recover')
    .post((req, res) => {
      authorize(res, 'RecoverDeletedSecret', `${ACTION}/recover/action`, req.params.name);
      res.json(toVersionItem(atOf(res), of(res).recover(checkName(req.params.name))));
    })
    .all(methodNotAllowed);

  return router;
}
