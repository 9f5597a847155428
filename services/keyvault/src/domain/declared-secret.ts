import { randomUUID } from 'node:crypto';
import { AzureError } from '@lab/shared/azure-error.ts';
import type { SecretStore } from './secret.ts';
import { checkLimits, checkName } from './secret-limits.ts';

/** A secret that the lab's file wants to be there. */
export type DeclaredSecret = {
  readonly vaultId: string;
  readonly name: string;
  readonly value: string;
  readonly contentType?: string | undefined;
  readonly tags?: Record<string, string> | undefined;
};

/**
 * Sets what the lab's file declares, as a new version. A deleted secret is recovered by it: the file says that it exists.
 *
 * @param onlyIfAbsent leaves alone a name that is taken, by a deleted secret too.
 * @returns why it was refused: a file that breaks a limit of Key Vault must not keep the rest from being applied.
 */
export function declareSecret(
  { vaultId, name, value, contentType, tags = {} }: DeclaredSecret,
  { secrets, now, onlyIfAbsent }: { secrets: SecretStore; now: number; onlyIfAbsent: boolean },
): string | undefined {
  try {
    checkName(name);
    checkLimits({ value, tags, ...(contentType !== undefined && { contentType }) });
  } catch (error) {
    if (error instanceof AzureError) return error.message;
    throw error;
  }
  const known = secrets.find(vaultId, name);
  if (known && onlyIfAbsent) return undefined;
  if (known?.deletion) secrets.setDeletion(vaultId, name, undefined);
  secrets.add(vaultId, {
    name: known?.name ?? name,
    version: randomUUID().replaceAll('-', ''),
    value,
    contentType,
    tags,
    enabled: true,
    notBefore: undefined,
    expires: undefined,
    created: now,
    updated: now,
  });
  return undefined;
}
