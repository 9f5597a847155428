import { useState } from 'react';

/** One thing that is being done at a time, and what went wrong with the last one. */
export function useBusy() {
  const [doing, setDoing] = useState<string>();
  const [error, setError] = useState<Error>();
  const run = async (work: () => Promise<unknown>, what = 'it'): Promise<void> => {
    if (doing !== undefined) return;
    setDoing(what);
    setError(undefined);
    try {
      await work();
    } catch (thrown) {
      setError(thrown as Error);
    } finally {
      setDoing(undefined);
    }
  };
  return { doing, error, run };
}
