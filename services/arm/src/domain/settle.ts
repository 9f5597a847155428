import type { Peer } from '@lab/shared/fabric/peers.ts';
import { FOLLOWED } from '@lab/shared/feed/feed.ts';
import type { Kind, Resource } from '@lab/shared/feed/resources.ts';
import type { Feed } from './feed.ts';
import type { Resources } from './resources.ts';

/**
 * How long an answer waits for followers. They are told at once and take milliseconds, on a busy
 * machine longer; more than this is a failure.
 */
const PATIENCE_MS = 3_000;

/** Waits until those who follow these kinds have applied what is written now. */
export const settling =
  (resources: Resources, feed: Feed) =>
  async (...kinds: Kind[]): Promise<void> => {
    const revision = resources.revision();
    const concerned = (Object.keys(FOLLOWED) as Peer[]).filter((peer) =>
      FOLLOWED[peer]?.some((kind) => kinds.includes(kind)),
    );
    await Promise.all(
      concerned.filter(feed.isFollowing).map((follower) => feed.hasApplied(follower, revision, PATIENCE_MS)),
    );
  };

/** Resources that note which kinds have been written, for the write that is going on. */
export function noting(resources: Resources): { resources: Resources; noted: () => Kind[] } {
  const kinds = new Set<Kind>();
  return {
    noted: () => {
      const all = [...kinds];
      kinds.clear();
      return all;
    },
    resources: {
      ...resources,
      put: (resource: Resource) => {
        resources.put(resource);
        kinds.add(resource.kind);
      },
      remove: (kind, id) => {
        resources.remove(kind, id);
        kinds.add(kind);
      },
    },
  };
}

/** One write: see `Parts.write`. Transactions are synchronous, so that what is noted is this write's own. */
export const writing =
  (resources: Resources, feed: Feed, noted: () => Kind[], settle: (...kinds: Kind[]) => Promise<void>) =>
  async <T>(work: () => T): Promise<T> => {
    noted();
    const result = resources.transaction(work);
    const kinds = noted();
    if (kinds.length > 0) {
      feed.changed();
      await settle(...kinds);
    }
    return result;
  };
