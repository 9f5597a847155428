import { setTimeout as sleep } from 'node:timers/promises';
import type { Running } from '@lab/shared/http/lifecycle.ts';
import type { Log } from '@lab/shared/log.ts';
import type { LabHealth } from './domain/lab-health.ts';

/**
 * Says one line when every part of the lab is ready for the first time; asks twice a second until then and never again
 * after. What keeps the lab from getting ready is logged once, when it takes long.
 */
export function announceWhenReady({
  health,
  announce,
  line,
  log,
  pollMs = 500,
  patienceMs = 30_000,
}: {
  health: LabHealth;
  announce: (line: string) => void;
  line: string;
  log: Log;
  pollMs?: number;
  patienceMs?: number;
}): Running {
  const closing = new AbortController();
  const run = async (): Promise<void> => {
    let patience = Math.ceil(patienceMs / pollMs);
    while (!closing.signal.aborted) {
      const { ready, parts } = await health();
      if (closing.signal.aborted) return;
      if (ready) return announce(line);
      patience -= 1;
      const waitingFor = parts.filter((part) => !part.ready).map(({ name, detail }) => ({ name, detail }));
      if (patience === 0) log.warn({ waitingFor }, 'the lab is not ready yet');
      await sleep(pollMs, undefined, { signal: closing.signal }).catch(() => {});
    }
  };
  const running = run();
  return {
    close: () => {
      closing.abort();
      return running;
    },
  };
}
