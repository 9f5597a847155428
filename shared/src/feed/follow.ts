import { setTimeout as sleep } from 'node:timers/promises';
import type { FabricClient } from '../fabric/client.ts';
import type { Log } from '../log.ts';
import { FeedPage } from './feed.ts';

/** How far a follower has come. Kept in the same database, and the same transaction, as what the pages changed. */
export type Cursor = { readonly epoch: string; readonly revision: number };

export type Follower = {
  /** Whether this service has ever been told what the lab contains: in this life or, by its database, in an earlier one. */
  isSynced(): boolean;
  /** How far everything has been applied; undefined before the first page ever. */
  position(): Cursor | undefined;
  close(): Promise<void>;
};

/**
 * Follows `arm`'s feed for as long as the service runs. Each change reaches `apply` once: the cursor says so, and it is
 * stored with the change, so neither a restart of `arm` nor one of the follower repeats or loses one. While `arm` is
 * down, what was last applied stays in force.
 *
 * @param cursor  What the database holds, undefined when nothing has ever been applied.
 * @param apply   Applies a page and stores `{ epoch, revision }` with it, all or nothing. `fresh` says that the page
 *   begins an epoch: whatever was followed before, and is not declared again, is to be forgotten.
 */
export function followFeed({
  fabric,
  cursor,
  apply,
  log,
  retryMs = 500,
}: {
  fabric: FabricClient;
  cursor: Cursor | undefined;
  apply: (page: FeedPage, options: { fresh: boolean }) => void | Promise<void>;
  log: Log;
  retryMs?: number;
}): Follower {
  let at = cursor;
  let reachable = true;
  const closing = new AbortController();

  const next = async (): Promise<void> => {
    const query = new URLSearchParams({
      waitSeconds: '20',
      ...(at && { epoch: at.epoch, since: String(at.revision) }),
    });
    const { status, body } = await fabric.call('arm', 'GET', `/feed?${query}`, { timeoutMs: 30_000 });
    if (status !== 200) throw new Error(`arm answered ${status}`);
    const page = FeedPage.parse(body);
    const fresh = page.epoch !== at?.epoch;
    if (fresh || page.revision !== at?.revision) await apply(page, { fresh });
    at = { epoch: page.epoch, revision: page.revision };
    if (!reachable) log.info('arm is back');
    reachable = true;
  };

  const run = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      try {
        await next();
      } catch (error) {
        if (closing.signal.aborted) return;
        if (reachable) log.warn({ reason: String(error) }, 'arm cannot be followed; what it said last stays in force');
        reachable = false;
        await sleep(retryMs, undefined, { signal: closing.signal }).catch(() => {});
      }
    }
  };
  const running = run();

  return {
    isSynced: () => at !== undefined,
    position: () => at,
    // A pending long poll ends when the owner closes the fabric client, which it does first.
    close: () => {
      closing.abort();
      return running;
    },
  };
}
