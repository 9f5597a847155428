import type { Clock } from '@lab/shared/clock.ts';
import { type Response, Router } from 'express';
import type { SecretStore } from '../domain/secret.ts';
import { checkName } from '../domain/secret-limits.ts';
import { type VaultSecrets, vaultSecrets } from '../domain/vault-secrets.ts';
import { toDeletedBundle, toSecretBundle, toSecretItem, toVersionItem } from '../wire.ts';
import type { Authorize } from './authorize.ts';
import { sendPage } from './paging.ts';
import { readSecretContent, readSecretUpdate } from './request-body.ts';
import { methodNotAllowed } from './request-form.ts';
import { atOf } from './request-vault.ts';

export type SecretRoutes = { readonly authorize: Authorize; readonly secrets: SecretStore; readonly clock: Clock };

const ACTION = 'Microsoft.KeyVault/vaults/secrets';

/**
 * Secrets in use: https://learn.microsoft.com/rest/api/keyvault/secrets/operation-groups
 *
 * Every route asks `authorize` first: 403 comes before 400 and 404, so that a caller without access cannot tell a missing
 * secret from a forbidden one. A trailing slash stands for "latest version", and Express does not mind it.
 */
export function secretRoutes({ authorize, secrets, clock }: SecretRoutes): Router {
  const router = Router();
  const of = (res: Response): VaultSecrets => vaultSecrets(atOf(res).vault, secrets, clock);

  router
    .route('/secrets')
    .get((req, res) => {
      authorize(res, 'GetSecrets', `${ACTION}/readMetadata/action`);
      sendPage(req, res, '/secrets', {
        rows: of(res).list,
        markerOf: ({ name }) => name.toUpperCase(),
        toItem: (secret) => toSecretItem(atOf(res), secret),
      });
    })
    .all(methodNotAllowed);

  router
    .route('/secrets/:name')
    .put(async (req, res) => {
      authorize(res, 'SetSecret', `${ACTION}/setSecret/action`, req.params.name);
      const name = checkName(req.params.name);
      const content = await readSecretContent(req, res);
      res.json(toSecretBundle(atOf(res), of(res).set(name, content)));
    })
    .get((req, res) => {
      authorize(res, 'GetSecret', `${ACTION}/getSecret/action`, req.params.name);
      res.json(toSecretBundle(atOf(res), of(res).get(checkName(req.params.name))));
    })
    .patch(async (req, res) => {
      authorize(res, 'UpdateSecret', `${ACTION}/update/action`, req.params.name);
      const name = checkName(req.params.name);
      const change = await readSecretUpdate(req, res);
      res.json(toVersionItem(atOf(res), of(res).update(name, undefined, change)));
    })
    .delete((req, res) => {
      authorize(res, 'DeleteSecret', `${ACTION}/delete`, req.params.name);
      res.json(toDeletedBundle(atOf(res), of(res).delete(checkName(req.params.name))));
    })
    .all(methodNotAllowed);

  router
    .route('/secrets/:name/versions')
    .get((req, res) => {
      authorize(res, 'GetSecretVersions', `${ACTION}/readMetadata/action`, req.params.name);
      const name = checkName(req.params.name);
      sendPage(req, res, `/secrets/${name}/versions`, {
        rows: (page) => of(res).versions(name, page),
        markerOf: ({ version }) => version,
        toItem: (secret) => toVersionItem(atOf(res), secret),
      });
    })
    .all(methodNotAllowed);

  router
    .route('/secrets/:name/:version')
    .get((req, res) => {
      authorize(res, 'GetSecret', `${ACTION}/getSecret/action`, req.params.name);
      const name = checkName(req.params.name);
      const version = checkName(req.params.version);
      res.json(toSecretBundle(atOf(res), of(res).get(name, version)));
    })
    .patch(async (req, res) => {
      authorize(res, 'UpdateSecret', `${ACTION}/update/action`, req.params.name);
      const name = checkName(req.params.name);
      const version = checkName(req.params.version);
      const change = await readSecretUpdate(req, res);
      res.json(toVersionItem(atOf(res), of(res).update(name, version, change)));
    })
    .all(methodNotAllowed);

  return router;
}
