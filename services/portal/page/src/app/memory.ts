import { useCallback, useState, useSyncExternalStore } from 'react';

/**
 * What a person has in hand while they look at another view: in the memory of this page, since there are tokens in it. A
 * reload forgets it.
 */
const memory = new Map<string, unknown>();
const listeners = new Set<() => void>();

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
};

/**
 * As `useState`, of a value that is still there when the view is opened again. What somebody left before it was done, such as
 * a request that was under way, writes to what is shown since.
 */
export function useMemory<T>(name: string, initial: T): [T, (value: T | ((before: T) => T)) => void] {
  const [first] = useState(() => initial);
  const read = useCallback((): T => (memory.has(name) ? (memory.get(name) as T) : first), [name, first]);
  const value = useSyncExternalStore(subscribe, read);
  const write = useCallback(
    (next: T | ((before: T) => T)) => {
      memory.set(name, typeof next === 'function' ? (next as (before: T) => T)(read()) : next);
      for (const listener of listeners) listener();
    },
    [name, read],
  );
  return [value, write];
}
