import { isInForce } from '@lab/shared/faults/in-force.ts';
import type { ClockState, Fault } from '@managed-identity-lab/client';
import { useSyncExternalStore } from 'react';
import { ask } from '../api/lab.ts';

/** What the lab is made to do otherwise than usual. */
export type InForce = {
  /** Those that are used up or over among them. Undefined until they were read. */
  readonly faults: readonly Fault[] | undefined;
  /** Services that could not be asked for theirs. */
  readonly unheard: readonly string[];
  readonly clock: ClockState | undefined;
  /** When the clock was read, in milliseconds of the browser's. */
  readonly readAt: number;
  readonly error: Error | undefined;
};

const EVERY_MS = 4_000;

let state: InForce = { faults: undefined, unheard: [], clock: undefined, readAt: 0, error: undefined };
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let rounds = 0;
/** The newest round that was answered. */
let answered = 0;

function change(changed: Partial<InForce>): void {
  state = { ...state, ...changed };
  for (const listener of listeners) listener();
}

/**
 * Reads it anew, for who has changed something. An answer that a later one has overtaken is left out; one that is followed by
 * a question is not: where answers take longer than the time between questions, there would never be any.
 */
export async function readInForce(): Promise<void> {
  rounds += 1;
  const round = rounds;
  const tell = (changed: Partial<InForce>) => {
    if (round < answered) return;
    answered = round;
    change(changed);
  };
  try {
    const [{ faults, unheard }, clock] = await Promise.all([
      ask<{ faults: Fault[]; unheard: string[] }>('GET', '/faults'),
      ask<ClockState>('GET', '/clock'),
    ]);
    tell({ faults, unheard, clock, readAt: Date.now(), error: undefined });
  } catch (error) {
    tell({ error: error as Error });
  }
}

/** One question for the page however many ask, and none while nobody looks. */
function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (listeners.size === 1) {
    void readInForce();
    timer = setInterval(() => {
      if (document.visibilityState === 'visible') void readInForce();
    }, EVERY_MS);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) clearInterval(timer);
  };
}

export const useInForce = (): InForce => useSyncExternalStore(subscribe, () => state);

/** Faults that still strike. */
export const striking = (faults: readonly Fault[] = [], now = Date.now()): Fault[] =>
  faults.filter((fault) => isInForce(fault, now));

/**
 * The lab's time in epoch seconds, going on from when it was read; the browser's own while it is not known.
 * @param now Milliseconds of the browser's clock.
 */
export function labTime({ clock, readAt }: Pick<InForce, 'clock' | 'readAt'>, now = Date.now()): number {
  if (!clock) return Math.floor(now / 1000);
  return clock.heldAt ?? clock.now + Math.max(0, Math.floor((now - readAt) / 1000));
}
