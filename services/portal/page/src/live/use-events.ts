import { useEffect, useSyncExternalStore } from 'react';
import { eventStore, type LiveEvents } from './event-store.ts';
import { followEvents } from './follow-events.ts';

/** One for the page: however many views look at it, there is one stream. */
export const events = eventStore();

/** Mounted once, by the shell. */
export function useFollowing(): void {
  useEffect(() => {
    const stop = new AbortController();
    void followEvents(events, stop.signal);
    return () => stop.abort();
  }, []);
}

export const useEvents = (): LiveEvents => useSyncExternalStore(events.subscribe, events.read);
