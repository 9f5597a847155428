import type { FlowEvent } from '@managed-identity-lab/client';

/** How the stream of events is. `connecting` is the first time; `lost` until it is back. */
export type Connection = 'connecting' | 'live' | 'lost';

/** Something that the person who looks should know about what is shown. */
export type Notice =
  | { readonly kind: 'lost' | 'back'; readonly at: number }
  | { readonly kind: 'restarted' | 'missed'; readonly service: string; readonly at: number };

export type LiveEvents = {
  /** In the order that they came, newest last. A new list whenever there is a new one. */
  readonly events: readonly FlowEvent[];
  readonly connection: Connection;
  /** Newest last. */
  readonly notices: readonly Notice[];
};

export type EventStore = {
  read(): LiveEvents;
  subscribe(listener: () => void): () => void;
  add(events: readonly FlowEvent[]): void;
  connection(connection: Connection): void;
  clear(): void;
};

/**
 * The newest events. Those of a service that counts from the beginning again were restarted; where numbers are left out,
 * events were missed. Listeners are told once per turn, however many events came in it.
 */
export function eventStore({
  most = 10_000,
  now = () => Date.now(),
  later = queueMicrotask,
}: {
  most?: number;
  now?: () => number;
  later?: (work: () => void) => void;
} = {}): EventStore {
  let state: LiveEvents = { events: [], connection: 'connecting', notices: [] };
  const latest = new Map<string, number>();
  const listeners = new Set<() => void>();
  let isTold = true;
  const change = (changed: Partial<LiveEvents>) => {
    state = { ...state, ...changed };
    if (!isTold) return;
    isTold = false;
    later(() => {
      isTold = true;
      for (const listener of listeners) listener();
    });
  };
  const notice = (...added: Notice[]) => ({ notices: [...state.notices, ...added].slice(-50) });
  return {
    read: () => state,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    add: (events) => {
      const notices: Notice[] = [];
      for (const { service, sequence } of events) {
        const before = latest.get(service);
        latest.set(service, sequence);
        if (before === undefined) continue;
        if (sequence <= before) notices.push({ kind: 'restarted', service, at: now() });
        else if (sequence > before + 1) notices.push({ kind: 'missed', service, at: now() });
      }
      change({ events: [...state.events, ...events].slice(-most), ...(notices.length > 0 && notice(...notices)) });
    },
    connection: (connection) => {
      if (connection === state.connection) return;
      const added: Notice[] = [];
      if (connection === 'lost') added.push({ kind: 'lost', at: now() });
      if (connection === 'live' && state.connection === 'lost') added.push({ kind: 'back', at: now() });
      change({ connection, ...(added.length > 0 && notice(...added)) });
    },
    clear: () => change({ events: [], notices: [] }),
  };
}
