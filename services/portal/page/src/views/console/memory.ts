import { useState } from 'react';

/**
 * What a person has in hand while they look at another view: in the memory of this page, since there are tokens in it. A
 * reload forgets it.
 */
const memory = new Map<string, unknown>();

/** As `useState`, of a value that is still there when the view is opened again. */
export function useMemory<T>(name: string, initial: T): [T, (value: T | ((before: T) => T)) => void] {
  const read = (): T => (memory.has(name) ? (memory.get(name) as T) : initial);
  const [value, setValue] = useState(read);
  const write = (next: T | ((before: T) => T)) => {
    memory.set(name, typeof next === 'function' ? (next as (before: T) => T)(read()) : next);
    setValue(read());
  };
  return [value, write];
}
