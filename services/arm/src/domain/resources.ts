import type { Change, Kind, Resource, ResourceOf } from '@lab/shared/feed/resources.ts';

/** What the lab contains, and in which order it came to be so. */
export type Resources = {
  /** Names the life of the database. */
  readonly epoch: string;
  /** Revision of the newest change. */
  revision(): number;
  find<K extends Kind>(kind: K, id: string): ResourceOf<K> | undefined;
  all<K extends Kind>(kind: K): ResourceOf<K>[];
  put(resource: Resource): void;
  /** No effect where there is no such resource. */
  remove(kind: Kind, id: string): void;
  /** Changes after a revision, oldest first, at most `limit`; each resource once, as it is now. */
  changedSince(revision: number, kinds: readonly Kind[], limit: number): (Change & { readonly revision: number })[];
  /** Digests of what the lab file declared when it was last applied. */
  declared(): readonly DeclaredEntry[];
  declare(entry: DeclaredEntry): void;
  undeclare(entry: Pick<DeclaredEntry, 'kind' | 'id'>): void;
  /** Whether any lab file has ever been applied. */
  hasAppliedLab(): boolean;
  setAppliedLab(): void;
  /** All or nothing. */
  transaction<T>(work: () => T): T;
};

/** `id` in lower case. */
export type DeclaredEntry = { readonly kind: Kind; readonly id: string; readonly digest: string };
