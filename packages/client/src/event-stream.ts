import { LabApiError } from './lab-api-error.ts';
import { ask, type Connection } from './requests.ts';
import { serverSentEvents } from './server-sent-events.ts';
import type { EventFilter, FlowEvent } from './types/events.ts';

/**
 * Events as they happen, until whoever reads them leaves the loop or aborts. A connection that ends is opened again after
 * the last event that was seen, so that none is lost or told twice; a refusal ends it.
 *
 * @throws LabApiError where the API refuses the stream.
 */
export async function* streamEvents(
  connection: Connection,
  filter: EventFilter = {},
  { signal }: { readonly signal?: AbortSignal } = {},
): AsyncIterableIterator<FlowEvent> {
  const ended = new AbortController();
  const either = signal ? AbortSignal.any([signal, ended.signal]) : ended.signal;
  let seen: string | undefined;
  let failures = 0;
  try {
    while (!either.aborted) {
      try {
        const resume = seen === undefined ? {} : { 'Last-Event-ID': seen };
        const { body } = await ask(connection, 'GET', '/events/stream', {
          query: filter,
          headers: { Accept: 'text/event-stream', ...resume },
          signal: either,
        });
        if (!body) return;
        for await (const { id, data } of serverSentEvents(body)) {
          failures = 0;
          if (data !== undefined) {
            // Known as seen before it is told: who leaves the loop here comes back after it.
            seen = id ?? seen;
            yield JSON.parse(data) as FlowEvent;
          } else seen = id ?? seen;
        }
      } catch (error) {
        if (either.aborted) return;
        if (error instanceof LabApiError && error.status < 500) throw error;
      }
      failures += 1;
      await pause(Math.min(2 ** failures * 50, 2_000), either);
    }
  } finally {
    ended.abort();
  }
}

/** Ends early when it is aborted. */
const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
