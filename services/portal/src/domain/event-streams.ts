import { setTimeout as sleep } from 'node:timers/promises';
import { AzureError } from '@lab/shared/azure-error.ts';
import type { FlowEvent } from '@lab/shared/events.ts';
import type { Running } from '@lab/shared/http/lifecycle.ts';
import { encodeCursor, type Position, type Positions, START } from './event-cursor.ts';
import { type EventFilter, matchesFilter } from './event-filter.ts';
import { inOrder } from './event-order.ts';
import { EVENT_SERVICES, type EventService, type Heard, type Services } from './services.ts';

/** Somebody who watches. Called in order, never at the same time. */
export type Watcher = {
  /** One event, with the cursor of what has been seen by now. */
  event(event: FlowEvent, cursor: string): void;
  /** Everything that there was has been told: where it stands now, once per round. */
  settled(cursor: string): void;
  /** The lab is being closed. */
  ended(): void;
};

export type EventStreams = Running & {
  /**
   * @param positions Undefined: from now on.
   * @param viewer Whose part of the lab it is that is watched, and which events are of it. Absent: all of it.
   * @returns stops it. Throws `throttled` where too many watch already, or one of several who share the lab does it often.
   */
  watch(options: {
    positions: Positions | undefined;
    filter: EventFilter;
    watcher: Watcher;
    viewer?: Viewer | undefined;
  }): () => void;
};

export type Viewer = { readonly name: string; sees(event: FlowEvent): boolean };

type Watch = {
  readonly positions: { [Service in EventService]?: Position };
  readonly filter: EventFilter;
  readonly watcher: Watcher;
  readonly viewer: Viewer | undefined;
};

/**
 * Tells watchers what happens at all services. However many watch, each service is asked once per round, from the earliest
 * place that anybody is at; when nobody watches, it is not asked at all. A watcher that resumes is one that is further behind.
 */
export function eventStreams({
  services,
  pollMs = 500,
  most = 16,
  mostOfOne = 3,
}: {
  services: Services;
  pollMs?: number;
  most?: number;
  /** Of each of those who share the lab, so that the others have some too. */
  mostOfOne?: number;
}): EventStreams {
  const watches = new Set<Watch>();
  const closing = new AbortController();
  let polling: Promise<void> | undefined;

  const poll = async (): Promise<void> => {
    while (watches.size > 0 && !closing.signal.aborted) {
      const round = [...watches];
      const heard = await Promise.all(
        EVENT_SERVICES.map(async (service) => ({
          service,
          answer: await askFor(
            services,
            service,
            round.map(({ positions }) => positions[service]),
          ),
        })),
      );
      for (const watch of round) if (watches.has(watch) && !isTold(watch, heard)) watches.delete(watch);
      await sleep(pollMs, undefined, { signal: closing.signal }).catch(() => {});
    }
    polling = undefined;
  };

  return {
    watch: ({ positions, filter, watcher, viewer }) => {
      if (watches.size >= most || closing.signal.aborted) throw tooManyStreams();
      const own = [...watches].filter((watch) => viewer && watch.viewer?.name === viewer.name);
      if (own.length >= mostOfOne) throw tooManyStreams();
      const fromTheStart = Object.fromEntries(EVENT_SERVICES.map((service) => [service, START]));
      const watch: Watch = { positions: positions ? { ...fromTheStart, ...positions } : {}, filter, watcher, viewer };
      watches.add(watch);
      polling ??= poll();
      return () => watches.delete(watch);
    },
    close: async () => {
      closing.abort();
      for (const { watcher } of watches) watcher.ended();
      watches.clear();
      await polling;
    },
  };
}

/** For who is furthest behind; for who was there in another life of the service, all of this one. */
function askFor(
  services: Services,
  service: EventService,
  positions: readonly (Position | undefined)[],
): Promise<Heard | undefined> {
  const known = positions.filter((position) => position !== undefined);
  const [first] = known;
  if (!first) return services.events(service, 'now');
  const isOneLife = known.every(({ epoch }) => epoch === first.epoch);
  const sequence = Math.min(...known.map(({ sequence }) => sequence));
  return services.events(service, isOneLife ? { epoch: first.epoch, sequence } : START);
}

/** A watcher that fails loses its stream, and takes nobody along. */
function isTold(watch: Watch, heard: Parameters<typeof tell>[1]): boolean {
  try {
    tell(watch, heard);
    return true;
  } catch {
    watch.watcher.ended();
    return false;
  }
}

function tell(
  { positions, filter, watcher, viewer }: Watch,
  heard: readonly { service: EventService; answer: Heard | undefined }[],
): void {
  const epochs = new Map<string, string>();
  const fresh = heard.map(({ service, answer }) => {
    if (!answer) return [];
    const { events, at } = answer;
    epochs.set(service, at.epoch);
    const position = positions[service] ?? at;
    positions[service] = position.epoch === at.epoch ? position : { epoch: at.epoch, sequence: 0 };
    const { sequence: seen } = positions[service];
    return events.filter(({ sequence }) => sequence > seen);
  });
  for (const event of inOrder(fresh)) {
    positions[event.service as EventService] = { epoch: epochs.get(event.service) ?? '', sequence: event.sequence };
    const isShown = viewer === undefined || viewer.sees(event);
    if (isShown && matchesFilter(filter, event)) watcher.event(event, encodeCursor(positions));
  }
  watcher.settled(encodeCursor(positions));
}

const tooManyStreams = () =>
  new AzureError({
    kind: 'throttled',
    code: 'TooManyStreams',
    message: 'Too many streams of events are open already. Try again when one has ended.',
  });
