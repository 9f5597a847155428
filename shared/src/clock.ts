/** Time as an argument: decisions about the lab's time take a `Clock` and never read the system's. */
export type Clock = {
  /** Epoch seconds, whole, as in tokens. */
  now(): number;
};

export const systemClock: Clock = { now: () => Math.floor(Date.now() / 1000) };

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
