/**
 * Keeps Entra from doing anything while a new life of the lab begins. Services take it over one after the other; what Entra
 * says of the new one reaches nobody who is still in the old, and the other way round.
 */
export type Pause = {
  /** For every request: resolves when there is no pause. @returns to be called when the request has been answered. */
  enter(): Promise<() => void>;
  /** Lets nobody in from here on, for `patienceMs` at most, and resolves when all who were in have left, or after `drainMs`. */
  begin(patienceMs: number, drainMs: number): Promise<void>;
  end(): void;
};

export function pauses(): Pause {
  let inside = 0;
  let paused: { readonly over: Promise<void>; readonly end: () => void } | undefined;
  let emptied: () => void = () => {};
  const end = () => {
    paused?.end();
    paused = undefined;
  };
  return {
    enter: async () => {
      while (paused) await paused.over;
      inside += 1;
      let isInside = true;
      return () => {
        if (!isInside) return;
        isInside = false;
        inside -= 1;
        if (inside === 0) emptied();
      };
    },
    begin: async (patienceMs, drainMs) => {
      end();
      const { promise: over, resolve } = Promise.withResolvers<void>();
      const mine = { over, end: resolve };
      paused = mine;
      // Whoever began it may have died since.
      const timer = setTimeout(() => paused === mine && end(), patienceMs);
      timer.unref();
      void over.then(() => clearTimeout(timer));
      if (inside === 0) return;
      const { promise: empty, resolve: left } = Promise.withResolvers<void>();
      emptied = left;
      const drained = setTimeout(left, drainMs);
      drained.unref();
      await empty;
      clearTimeout(drained);
    },
    end,
  };
}
