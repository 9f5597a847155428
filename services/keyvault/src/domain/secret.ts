/** Secrets: what they are, and the interface of whoever keeps them. */

/** What is said about one version of a secret; everything but its value. Times are epoch seconds. */
export type SecretProperties = {
  /** In the casing of the first creation. */
  readonly name: string;
  /** 32 lower-case hexadecimal digits. */
  readonly version: string;
  readonly contentType: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
  readonly enabled: boolean;
  readonly notBefore: number | undefined;
  readonly expires: number | undefined;
  readonly created: number;
  readonly updated: number;
};

export type SecretVersion = SecretProperties & { readonly value: string };

/** What a caller may say about a version; the rest is the vault's. */
export type SecretContent = Pick<SecretVersion, 'value' | 'contentType' | 'tags' | 'enabled' | 'notBefore' | 'expires'>;

/** Epoch seconds. */
export type Deletion = { readonly deletedDate: number; readonly scheduledPurgeDate: number };

/** A name that is taken: by a secret in use, or by one that can still be recovered. */
export type Secret = { readonly name: string; readonly deletion: Deletion | undefined };

export type DeletedSecret = { readonly latest: SecretProperties; readonly deletion: Deletion };

/** Rows after a marker, in the order of the marker; `after` is '' for the first page. */
export type PageRequest = { readonly after: string; readonly limit: number };

/**
 * Keeps the secrets of all vaults. Names and version ids are compared without case. A write has been flushed when its
 * method returns; each method is one transaction.
 * @param vaultId in every method: the vault's ARM id.
 */
export type SecretStore = {
  find(vaultId: string, name: string): Secret | undefined;
  /** The newest version, of a deleted secret too. */
  latest(vaultId: string, name: string): SecretVersion | undefined;
  version(vaultId: string, name: string, version: string): SecretVersion | undefined;
  /** Secrets by upper-case name, each with its newest version. */
  list(vaultId: string, page: PageRequest): readonly SecretProperties[];
  listDeleted(vaultId: string, page: PageRequest): readonly DeletedSecret[];
  /** Versions by version id, which is no order in time. */
  versions(vaultId: string, name: string, page: PageRequest): readonly SecretProperties[];
  /** All versions, oldest first. */
  history(vaultId: string, name: string): readonly SecretVersion[];
  /** Adds versions, oldest first, all or none; and the name when it is new. */
  add(vaultId: string, ...versions: readonly SecretVersion[]): void;
  /** Replaces the properties of a version; its value stays. */
  update(vaultId: string, version: SecretProperties): void;
  /** Marks as deleted, or as recovered when `deletion` is undefined. All versions share that state. */
  setDeletion(vaultId: string, name: string, deletion: Deletion | undefined): void;
  purge(vaultId: string, name: string): void;
  /** Purges all that a vault holds, deleted or not. */
  purgeAll(vaultId: string): void;
  /** Purges whatever should have been purged by now. */
  purgeOverdue(now: number): void;
  /** 32 bytes that backups are sealed with: the same for the life of the database. */
  readonly backupKey: Buffer;
};
