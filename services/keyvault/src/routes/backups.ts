import { type Response, Router } from 'express';
import { checkName } from '../domain/secret-limits.ts';
import { type VaultSecrets, vaultSecrets } from '../domain/vault-secrets.ts';
import { toVersionItem } from '../wire.ts';
import { readBackup } from './request-body.ts';
import { atOf } from './request-vault.ts';
import type { SecretRoutes } from './secrets.ts';

const ACTION = 'Microsoft.KeyVault/vaults/secrets';

/**
 * Backup and restore. Mounted before the other secrets: to POST, `restore` is the operation; to all other methods it is
 * a name like any other.
 */
export function backupRoutes({ authorize, secrets, clock }: SecretRoutes): Router {
  const router = Router();
  const of = (res: Response): VaultSecrets => vaultSecrets(atOf(res).vault, secrets, clock);

  router.post('/secrets/restore', async (req, res) => {
    authorize(res, 'RestoreSecret', `${ACTION}/restore/action`);
    const backup = await readBackup(req, res);
    const at = atOf(res);
    res.json(toVersionItem(at, of(res).restore(backup, at.origin)));
  });

  router.post('/secrets/:name/backup', (req, res) => {
    authorize(res, 'BackupSecret', `${ACTION}/backup/action`, req.params.name);
    res.json({ value: of(res).backup(checkName(req.params.name)) });
  });

  return router;
}
