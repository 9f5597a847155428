import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { SecretVersion } from './secret.ts';
import { badParameter } from './secret-failures.ts';
import type { Vault } from './vault.ts';

/** A secret as it leaves the vault, whole. Oldest version first. */
type Backup = { readonly subscription: string; readonly versions: readonly SecretVersion[] };

const ALGORITHM = 'aes-256-gcm';
const IV_LENGTH = 12;
const TAG_LENGTH = 16;

/**
 * A backup as base64url text that says nothing to whoever holds it: sealed with a key that never leaves the database.
 * Restorable in any vault of the same subscription, as in Azure.
 * Deviation: a backup of another lab, or of one that was reset, cannot be restored.
 * @see https://learn.microsoft.com/azure/key-vault/general/backup
 */
export function sealBackup(key: Buffer, vault: Vault, versions: readonly SecretVersion[]): string {
  const backup: Backup = { subscription: subscriptionOf(vault), versions };
  const iv = randomBytes(IV_LENGTH);
  const cipher = createCipheriv(ALGORITHM, key, iv);
  const sealed = Buffer.concat([cipher.update(JSON.stringify(backup), 'utf8'), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url');
}

/** @throws BadParameter for what is no backup of this lab's, or belongs to another subscription. */
export function openBackup(key: Buffer, vault: Vault, text: string): readonly SecretVersion[] {
  const backup = decrypt(key, Buffer.from(text, 'base64url'));
  if (backup.subscription !== subscriptionOf(vault)) {
    throw badParameter('The backup belongs to a vault of another subscription and cannot be restored here.');
  }
  return backup.versions;
}

function decrypt(key: Buffer, bytes: Buffer): Backup {
  try {
    const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, IV_LENGTH), { authTagLength: TAG_LENGTH });
    decipher.setAuthTag(bytes.subarray(IV_LENGTH, IV_LENGTH + TAG_LENGTH));
    const opened = Buffer.concat([decipher.update(bytes.subarray(IV_LENGTH + TAG_LENGTH)), decipher.final()]);
    // Authenticated: it is what `sealBackup` wrote.
    return JSON.parse(opened.toString('utf8'));
  } catch {
    throw badParameter('The backup blob is not valid.');
  }
}

const subscriptionOf = ({ resourceId }: Vault): string => resourceId.split('/')[2]?.toLowerCase() ?? '';
