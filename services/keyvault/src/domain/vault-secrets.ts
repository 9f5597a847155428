/**
 * The secrets of one vault through their life: absent, active, deleted, purged. Who may ask for what is decided before.
 *
 * Deviation: the states on the way (deleting, recovering, purging) last no time; every client's poller accepts that.
 * @see https://learn.microsoft.com/azure/key-vault/general/soft-delete-overview
 */
import { randomUUID } from 'node:crypto';
import type { Clock } from '@lab/shared/clock.ts';
import { openBackup, sealBackup } from './backup.ts';
import type {
  DeletedSecret,
  PageRequest,
  SecretContent,
  SecretProperties,
  SecretStore,
  SecretVersion,
} from './secret.ts';
import {
  badParameter,
  deletedButRecoverable,
  deletedSecretDisabled,
  deletedSecretNotFound,
  purgeProtected,
  restoreConflict,
  secretDisabled,
  secretNotFound,
} from './secret-failures.ts';
import type { Vault } from './vault.ts';

const SECONDS_PER_DAY = 86_400;

export type VaultSecrets = ReturnType<typeof vaultSecrets>;

export function vaultSecrets(vault: Vault, store: SecretStore, clock: Clock) {
  const id = vault.resourceId;
  // Nothing runs on a timer: a secret whose retention is over is gone for whoever asks next.
  store.purgeOverdue(clock.now());

  const active = (name: string) => {
    const secret = store.find(id, name);
    return secret && !secret.deletion ? secret : undefined;
  };

  /** `version` undefined: the newest, even if it is disabled. */
  const versionOf = (name: string, version: string | undefined): SecretVersion => {
    const found = active(name) && (version === undefined ? store.latest(id, name) : store.version(id, name, version));
    if (!found) throw secretNotFound(version === undefined ? name : `${name}/${version}`);
    return found;
  };

  const deleted = (name: string): DeletedSecret | undefined => {
    const deletion = store.find(id, name)?.deletion;
    const latest = deletion && store.latest(id, name);
    return latest && { latest, deletion };
  };

  return {
    /** Always a new version; nothing is inherited from the one before. Throws Conflict while the name is deleted. */
    set(name: string, content: SecretContent): SecretVersion {
      const known = store.find(id, name);
      if (known?.deletion) throw deletedButRecoverable(known.name);
      const now = clock.now();
      const version = randomUUID().replaceAll('-', '');
      const added = { ...content, name: known?.name ?? name, version, created: now, updated: now };
      store.add(id, added);
      return added;
    },

    /** A secret outside its `nbf` and `exp` can still be read: those two only inform. */
    get(name: string, version?: string): SecretVersion {
      const found = versionOf(name, version);
      if (!found.enabled) throw secretDisabled();
      return found;
    },

    /** What is not given stays as it was. */
    update(name: string, version: string | undefined, change: Partial<SecretContent>): SecretProperties {
      const updated = { ...versionOf(name, version), ...change, updated: clock.now() };
      store.update(id, updated);
      return updated;
    },

    list: (page: PageRequest): readonly SecretProperties[] => store.list(id, page),

    versions(name: string, page: PageRequest): readonly SecretProperties[] {
      if (!active(name)) throw secretNotFound(name);
      return store.versions(id, name, page);
    },

    delete(name: string): DeletedSecret {
      const latest = versionOf(name, undefined);
      const deletedDate = clock.now();
      const scheduledPurgeDate = deletedDate + vault.softDeleteRetentionInDays * SECONDS_PER_DAY;
      const deletion = { deletedDate, scheduledPurgeDate };
      store.setDeletion(id, name, deletion);
      return { latest, deletion };
    },

    listDeleted: (page: PageRequest): readonly DeletedSecret[] => store.listDeleted(id, page),

    getDeleted(name: string): DeletedSecret {
      const found = deleted(name);
      if (!found) throw deletedSecretNotFound(name);
      if (!found.latest.enabled) throw deletedSecretDisabled();
      return found;
    },

    recover(name: string): SecretProperties {
      const found = deleted(name);
      if (!found) throw secretNotFound(name);
      store.setDeletion(id, name, undefined);
      return found.latest;
    },

    /** All versions, sealed. Refused above 500 of them, as in Azure. */
    backup(name: string): string {
      const known = active(name);
      if (!known) throw secretNotFound(name);
      const versions = store.history(id, known.name);
      if (versions.length > 500) throw badParameter('A secret with more than 500 versions cannot be backed up.');
      return sealBackup(store.backupKey, vault, versions);
    },

    /**
     * Brings back what `backup` gave, version ids included. Throws Conflict while the name is taken.
     * @param origin Where the caller reaches the vault, for the id in that refusal.
     */
    restore(backup: string, origin: string): SecretProperties {
      const versions = openBackup(store.backupKey, vault, backup);
      const latest = versions.at(-1);
      if (!latest) throw badParameter('The backup blob is not valid.');
      const { name, version } = latest;
      if (store.find(id, name)) throw restoreConflict(`${origin}/secrets/${name}/${version}`);
      store.add(id, ...versions);
      return latest;
    },

    purge(name: string): void {
      if (!deleted(name)) throw deletedSecretNotFound(name);
      if (vault.enablePurgeProtection) throw purgeProtected();
      store.purge(id, name);
    },
  };
}
