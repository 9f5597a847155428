import type { FetchJson } from './fetch-json.ts';

/** The lab's time, as its Entra says it now. */
export type LabTime = () => Promise<number>;

/**
 * The lab's clock can be moved between two requests, so it is asked for each token. Whoever comes while a question is under
 * way shares the next one: it was asked after they came.
 *
 * Rejects as long as the lab has never said it; after that, while the lab is down, its time goes on as the system's does.
 * @param onJump Called when the clock was moved.
 */
export function labTimeFrom(fetchJson: FetchJson, origin: string, onJump: () => void): LabTime {
  let ahead: number | undefined;
  let asking: Promise<number> | undefined;
  let next: Promise<number> | undefined;

  const ask = async (): Promise<number> => {
    try {
      const body = await fetchJson(`${origin}/lab/clock`);
      const now = typeof body === 'object' && body !== null && 'now' in body ? body.now : undefined;
      if (typeof now !== 'number' || !Number.isSafeInteger(now)) throw new Error('the lab did not say its time');
      const found = now - systemNow();
      if (ahead !== undefined && Math.abs(found - ahead) > 1) onJump();
      ahead = found;
      return now;
    } catch (error) {
      if (ahead === undefined) throw error;
      return systemNow() + ahead;
    }
  };
  const begin = (): Promise<number> => {
    next = undefined;
    asking = ask().finally(() => {
      asking = undefined;
    });
    return asking;
  };
  return () => {
    if (!asking) return begin();
    next ??= asking.then(begin, begin);
    return next;
  };
}

const systemNow = (): number => Math.floor(Date.now() / 1000);
