import type { Beginning } from '@lab/shared/feed/feed.ts';
import type { Change, Kind, Resource, ResourceOf } from '@lab/shared/feed/resources.ts';

/** A life of the lab: another one begins with each reset, and with each snapshot that is brought back. */
export type Life = {
  /** Its name. */
  readonly epoch: string;
  /** What it began with; undefined where the database was new. */
  readonly begun: Beginning | undefined;
  /** Up to this revision followers have what they make state of their own from: see `SEEDS`. */
  readonly seededUpTo: number;
};

/** What the lab contains, and in which order it came to be so. Ids and values are found without case. */
export type Resources = {
  life(): Life;
  /** Begins a new life: without anything, or with what a copy holds. Call in a transaction. Throws where there is no copy. */
  begin(begun: Beginning): void;
  /** Revision of the newest change. */
  revision(): number;
  find<K extends Kind>(kind: K, id: string): ResourceOf<K> | undefined;
  /** The resource with its revision. */
  entry<K extends Kind>(kind: K, id: string): Entry<K> | undefined;
  /** All of a kind, by id. For kinds of which a lab has few: role assignments are asked for by place or principal. */
  all<K extends Kind>(kind: K): ResourceOf<K>[];
  /**
   * Those whose id is `place` or lies below it, segment by segment, by id; from an index, however many others there are.
   * Extensions of a place, such as its role assignments, lie below it.
   */
  within<K extends Kind>(kind: K, place: string, page?: PageOf): Entry<K>[];
  /** Those with this value in a field that has an index. */
  findBy<K extends keyof Indexed>(kind: K, field: Indexed[K], value: string): ResourceOf<K>[];
  /** Those whose id ends in this GUID, wherever they are: names of role assignments are unique in a directory. */
  named(kind: 'roleAssignment', guid: string): ResourceOf<'roleAssignment'>[];
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

/** Fields by which resources are found: each has an index (store/migrations). */
export type Indexed = {
  servicePrincipal: 'clientId' | 'resourceId';
  application: 'principalId';
  roleAssignment: 'principalId' | 'roleDefinitionId';
};

/** A resource with its id, and the revision of its last change. */
export type Entry<K extends Kind> = { readonly id: string; readonly revision: number; readonly value: ResourceOf<K> };

/** A part of a list by id: at most `limit`, those after an id. */
export type PageOf = { readonly after?: string | undefined; readonly limit?: number | undefined };

/** `id` in lower case. */
export type DeclaredEntry = { readonly kind: Kind; readonly id: string; readonly digest: string };
