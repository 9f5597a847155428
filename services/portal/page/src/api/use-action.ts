import { useState } from 'react';

export type Action<T> = {
  /** What came of the last one. */
  readonly data: T | undefined;
  readonly error: Error | undefined;
  readonly isPending: boolean;
  run(work: () => Promise<T>): Promise<void>;
};

/** Something that is done when somebody says so, and what came of it. */
export function useAction<T>(): Action<T> {
  const [state, setState] = useState<Omit<Action<T>, 'run'>>({ data: undefined, error: undefined, isPending: false });
  return {
    ...state,
    run: async (work) => {
      setState((before) => ({ ...before, error: undefined, isPending: true }));
      try {
        const data = await work();
        setState({ data, error: undefined, isPending: false });
      } catch (error) {
        setState({ data: undefined, error: error as Error, isPending: false });
      }
    },
  };
}
