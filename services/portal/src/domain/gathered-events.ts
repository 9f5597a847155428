import type { FlowEvent } from '@lab/shared/events.ts';
import { decodeCursor, encodeCursor, type Positions } from './event-cursor.ts';
import type { LabEvents } from './lab-events.ts';
import { EVENT_SERVICES, type Services } from './services.ts';

/** What has happened since a moment, for longer than services remember it. */
export type GatheredEvents = {
  /** Asks for what is new. The newest few thousand of all. */
  now(): Promise<readonly FlowEvent[]>;
  stop(): void;
};

/** Where all services are. One that cannot be asked is taken from its beginning: when it is there, it has begun anew. */
export async function cursorNow(services: Services): Promise<string> {
  const heard = await Promise.all(
    EVENT_SERVICES.map(async (service) => [service, (await services.events(service, 'now'))?.at] as const),
  );
  return encodeCursor(Object.fromEntries(heard.filter(([, at]) => at !== undefined)));
}

/**
 * Gathers events from a cursor on: whoever works on an exercise for an hour has done things that services, which remember a
 * few hundred requests, have forgotten by then.
 */
export function gatherEvents({
  events,
  cursor,
  everyMs = 5_000,
  most = 5_000,
}: {
  events: LabEvents;
  cursor: string;
  everyMs?: number;
  most?: number;
}): GatheredEvents {
  let positions: Positions = decodeCursor(cursor) ?? {};
  let gathered: FlowEvent[] = [];
  let last: Promise<unknown> = Promise.resolve();
  const more = async (): Promise<void> => {
    for (;;) {
      const page = await events({ positions, filter: {}, limit: PAGE });
      positions = decodeCursor(page.cursor) ?? positions;
      gathered = [...gathered, ...page.events].slice(-most);
      if (page.events.length < PAGE) return;
    }
  };
  const now = () => {
    const mine = last.then(more);
    last = mine.catch(() => {});
    return mine.then(() => gathered);
  };
  const timer = setInterval(() => void now().catch(() => {}), everyMs).unref();
  return { now, stop: () => clearInterval(timer) };
}

const PAGE = 1_000;
