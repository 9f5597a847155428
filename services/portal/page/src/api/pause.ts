/** Ends early when it is aborted. */
export const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });

const MOST_PAUSE_MS = 5_000;

/** How long to wait after so many failures in a row. */
export const pauseAfter = (failures: number): number => Math.min(250 * 2 ** failures, MOST_PAUSE_MS);
