import type { Peer } from '@lab/shared/fabric/peers.ts';
import { type Beginning, FOLLOWED, SEEDS } from '@lab/shared/feed/feed.ts';
import type { Change } from '@lab/shared/feed/resources.ts';
import type { Resources } from './resources.ts';

/** A follower commits page by page. Small pages make it write the same leaves of its indexes again and again. */
const PAGE_SIZE = 10_000;

/** A follower asks again at least this often; one that does not has gone, or was never there. */
const SILENCE_MS = 30_000;

export type Page = {
  readonly epoch: string;
  readonly begun?: Beginning;
  readonly revision: number;
  readonly changes: readonly Change[];
};

type Position = { readonly epoch: string; readonly revision: number };

/** Tells followers what changes, and knows how far each has come. */
export type Feed = {
  /**
   * What changed for this follower after its position; waits for something to tell, at most `waitMs`.
   * A position of another epoch counts as none. `signal` ends the wait early: the follower has gone.
   */
  page(follower: Peer, position: Position | undefined, waitMs: number, signal: AbortSignal): Promise<Page>;
  /** Wakes those who wait. To be called after every committed change. */
  changed(): void;
  /** Whether this follower is one to wait for: it has asked lately, and was not found to be late since. */
  isFollowing(follower: Peer): boolean;
  /** Whether it waits for something to be told, at this moment: it has applied all before, and is there. */
  isListening(follower: Peer): boolean;
  /** Whether this follower has applied everything up to the revision; waits for it, at most `waitMs`. */
  hasApplied(follower: Peer, revision: number, waitMs: number): Promise<boolean>;
};

/** Who has ever followed. */
export type Followers = { all(): readonly Peer[]; add(peer: Peer): void };

/** After a start, those who followed before it are waited for so long. They try to reach `arm` twice a second. */
const RETURN_MS = 3_000;

export function feedOf(resources: Resources, followers: Followers = { all: () => [], add: () => {} }): Feed {
  const positions = new Map<Peer, Position>();
  /** When each was last heard of. Those that were waited for in vain are not in it, until they ask again. */
  const heardOf = new Map<Peer, number>();
  for (const peer of followers.all()) heardOf.set(peer, performance.now() - SILENCE_MS + RETURN_MS);
  const listening = new Set<Peer>();
  const noted = new Set<Peer>();
  const note = (follower: Peer) => {
    heardOf.set(follower, performance.now());
    if (noted.has(follower)) return;
    noted.add(follower);
    followers.add(follower);
  };
  const changes = signals();
  const progress = signals();

  const sinceOf = (position: Position | undefined): number =>
    position?.epoch === resources.life().epoch ? position.revision : 0;

  const read = (follower: Peer, position: Position | undefined): Page => {
    const since = sinceOf(position);
    const { epoch, begun, seededUpTo } = resources.life();
    const found = resources.changedSince(since, FOLLOWED[follower] ?? [], PAGE_SIZE);
    // A page that is not full says that the follower is up to date, also with what does not concern it.
    const revision = found.length === PAGE_SIZE ? (found.at(-1)?.revision ?? since) : resources.revision();
    const told = found.filter((change) => change.revision > seededUpTo || !SEEDS.includes(change.kind));
    return {
      epoch,
      ...(begun && { begun }),
      revision,
      changes: told.map(({ kind, id, value }) => ({ kind, id, value }) as Change),
    };
  };

  return {
    page: async (follower, position, waitMs, signal) => {
      note(follower);
      if (position && position.epoch === resources.life().epoch) {
        positions.set(follower, position);
        progress.emit();
      }
      const page = read(follower, position);
      const isNew = page.epoch !== position?.epoch || page.revision !== position.revision;
      if (page.changes.length > 0 || isNew || waitMs === 0 || signal.aborted) return page;
      listening.add(follower);
      await changes.next(waitMs, signal);
      listening.delete(follower);
      if (!signal.aborted) return read(follower, position);
      // Nobody listens any more, and when the service is being closed there may be no database either. One that is still there
      // asks again at once.
      heardOf.delete(follower);
      return page;
    },
    changed: changes.emit,
    isListening: (follower) => listening.has(follower),
    isFollowing: (follower) => performance.now() - (heardOf.get(follower) ?? Number.NEGATIVE_INFINITY) < SILENCE_MS,
    hasApplied: async (follower, revision, waitMs) => {
      const deadline = performance.now() + waitMs;
      // Revisions are counted anew in each life: one of another says nothing.
      const isLate = () => {
        const position = positions.get(follower);
        return position?.epoch !== resources.life().epoch || position.revision < revision;
      };
      while (isLate()) {
        const left = deadline - performance.now();
        if (left <= 0) {
          heardOf.delete(follower);
          return false;
        }
        await progress.next(left);
      }
      return true;
    },
  };
}

/** A thing that happens now and then, and those who wait for the next time. */
function signals(): { emit(): void; next(waitMs: number, signal?: AbortSignal): Promise<void> } {
  const waiting = new Set<() => void>();
  return {
    emit: () => {
      for (const done of [...waiting]) done();
    },
    next: (waitMs, signal) =>
      new Promise((resolve) => {
        const done = () => {
          clearTimeout(timer);
          waiting.delete(done);
          signal?.removeEventListener('abort', done);
          resolve();
        };
        const timer = setTimeout(done, waitMs);
        signal?.addEventListener('abort', done);
        waiting.add(done);
      }),
  };
}
