import { useCallback, useState } from 'react';

const remembered = new Map<string, unknown>();

/** State that is there again when somebody comes back from another view; a reload of the page forgets it. */
export function useRemembered<T>(name: string, first: T): [T, (change: (before: T) => T) => void] {
  const [value, setValue] = useState<T>(() => (remembered.has(name) ? (remembered.get(name) as T) : first));
  const change = useCallback(
    (changed: (before: T) => T) =>
      setValue((before) => {
        const after = changed(before);
        remembered.set(name, after);
        return after;
      }),
    [name],
  );
  return [value, change];
}
