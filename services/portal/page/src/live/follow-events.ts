import type { EventPage, FlowEvent } from '@managed-identity-lab/client';
import { createParser } from 'eventsource-parser';
import { ask, send } from '../api/lab.ts';
import { pause, pauseAfter } from '../api/pause.ts';
import type { EventStore } from './event-store.ts';

/** The stream says a word every five seconds; who has heard nothing for this long has lost it. */
const SILENCE_MS = 15_000;

/**
 * Fills the store with what the lab remembers and then with what happens, until it is aborted. A stream that ends, is
 * refused or falls silent is opened again after the last event that was seen.
 *
 * `fetch` and not `EventSource`, which gives up for good when it is refused once, and does not notice silence.
 */
export async function followEvents(store: EventStore, signal: AbortSignal): Promise<void> {
  let cursor: string | undefined;
  let failures = 0;
  while (!signal.aborted) {
    try {
      if (cursor === undefined) cursor = await readBacklog(store, signal);
      await readStream(store, cursor, signal, {
        heard: () => {
          failures = 0;
        },
        seen: (newest) => {
          cursor = newest;
        },
      });
    } catch (error) {
      // A cursor of a lab that is no more.
      if ((error as { status?: number }).status === 400) cursor = undefined;
    }
    if (signal.aborted) return;
    store.connection('lost');
    failures += 1;
    await pause(pauseAfter(failures), signal);
  }
}

async function readBacklog(store: EventStore, signal: AbortSignal): Promise<string> {
  let since = '';
  for (;;) {
    const page: EventPage = await ask<EventPage>('GET', `/events?limit=1000${since}`, undefined, signal);
    store.add(page.events);
    if (page.events.length < 1000) return page.cursor;
    since = `&since=${encodeURIComponent(page.cursor)}`;
  }
}

async function readStream(
  store: EventStore,
  cursor: string,
  signal: AbortSignal,
  told: {
    /** Something, if only that it is there. */
    heard(): void;
    seen(cursor: string): void;
  },
): Promise<void> {
  const silence = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const heard = () => {
    clearTimeout(timer);
    timer = setTimeout(() => silence.abort(), SILENCE_MS);
  };
  heard();
  try {
    const { body } = await send('GET', `/events/stream?since=${encodeURIComponent(cursor)}`, {
      headers: { Accept: 'text/event-stream' },
      signal: AbortSignal.any([signal, silence.signal]),
    });
    if (!body) return;
    store.connection('live');
    let batch: FlowEvent[] = [];
    const parser = createParser({
      onEvent: ({ id, data }) => {
        if (data) batch.push(JSON.parse(data) as FlowEvent);
        if (id) told.seen(id);
      },
    });
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      heard();
      told.heard();
      batch = [];
      parser.feed(value);
      if (batch.length > 0) store.add(batch);
    }
  } finally {
    clearTimeout(timer);
  }
}
