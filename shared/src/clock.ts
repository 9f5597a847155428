/**
 * Time as an argument: decisions about the lab's time take a `Clock` and never read the system's. TLS and the times of
 * events are no such decisions, and keep the system's.
 */
import type { FeedPage } from './feed/feed.ts';
import type { ResourceOf } from './feed/resources.ts';
import type { Database } from './sqlite.ts';

export type Clock = {
  /** Epoch seconds, whole, as in tokens. */
  now(): number;
};

export const systemClock: Clock = { now: () => Math.floor(Date.now() / 1000) };

/** How the lab's clock differs from the system's. */
export type ClockSetting = ResourceOf<'labClock'>;

/** The id of the one resource of kind `labClock`. */
export const LAB_CLOCK = 'clock';

const AS_SYSTEM: ClockSetting = { offsetSeconds: 0, heldAt: null };

/** The time that the lab has with this setting. */
export const labTime = ({ offsetSeconds, heldAt }: ClockSetting, system: Clock): number =>
  heldAt ?? system.now() + offsetSeconds;

/** The clock of a service of Azure's side: the system's, as far ahead of it as `arm` has said, or held. */
export type LabClock = Clock & {
  setting(): ClockSetting;
  set(setting: ClockSetting): void;
  /**
   * Takes the clock from a page of the feed, before anything else of the page is applied. To do so twice is no different
   * from once, so that it need not be in the transaction of the cursor.
   * @returns whether the clock was set.
   */
  follow(page: Pick<FeedPage, 'changes'>, options: { fresh: boolean }): boolean;
};

/** The lab's clock, one row in the service's own database: a restart goes on where it was, also while `arm` is down. */
export function labClock(db: Database, system: Clock): LabClock {
  db.exec(
    'CREATE TABLE IF NOT EXISTS lab_clock (only_row INTEGER PRIMARY KEY CHECK (only_row = 1), offset_seconds INTEGER NOT NULL, held_at INTEGER) STRICT',
  );
  const get = db.prepare<[], ClockSetting>('SELECT offset_seconds AS offsetSeconds, held_at AS heldAt FROM lab_clock');
  const put = db.prepare<[ClockSetting]>(
    'INSERT OR REPLACE INTO lab_clock (only_row, offset_seconds, held_at) VALUES (1, @offsetSeconds, @heldAt)',
  );
  let known = AS_SYSTEM;
  const setting = () => {
    // Read each time: a transaction that set it may be rolled back. Who is late after the end gets what was known then.
    if (db.open) known = get.get() ?? AS_SYSTEM;
    return known;
  };
  const set = ({ offsetSeconds, heldAt }: ClockSetting) => {
    put.run({ offsetSeconds, heldAt });
  };
  return {
    now: () => labTime(setting(), system),
    setting,
    set,
    follow: ({ changes }, { fresh }) => {
      const change = changes.findLast(({ kind }) => kind === 'labClock');
      if (!change && !fresh) return false;
      set(change?.kind === 'labClock' && change.value ? change.value : AS_SYSTEM);
      return true;
    },
  };
}

/** A clock for tests: stands still until it is told to move. */
export function fixedClock(start = 1_790_000_000): Clock & { advance(seconds: number): void } {
  let now = start;
  return {
    now: () => now,
    advance: (seconds) => {
      now += seconds;
    },
  };
}
