import type { Kind, ResourceOf } from '../../feed/resources.ts';
import type { Cluster } from '../lab-state.ts';

/**
 * What there is already, for a file that names a part of the lab only. What such a file names may be there: its ids stay,
 * and what it does not say of it as well.
 */
export type Existing = {
  /** Ids without case. */
  find<K extends Kind>(kind: K, id: string): ResourceOf<K> | undefined;
  all<K extends Kind>(kind: K): readonly ResourceOf<K>[];
  readonly clusters: readonly Cluster[];
};

/** For a whole file: it alone says what there is. */
export const NOTHING_YET: Existing = { find: () => undefined, all: () => [], clusters: [] };
