import { useCallback, useEffect, useState } from 'react';
import { untilAnswered } from './until-answered.ts';

export type Asked<T> = {
  /** Of the last answer, also while it is asked again. */
  readonly data: T | undefined;
  readonly error: Error | undefined;
  readonly loading: boolean;
  reload(): void;
};

/**
 * What the lab answers to a question, asked when the component is shown and whenever `key` changes, and again for as long as
 * nobody answers; `error` says so meanwhile.
 *
 * @param key Says what is asked; undefined: nothing yet.
 */
export function useAsk<T>(key: string | undefined, question: (signal: AbortSignal) => Promise<T>): Asked<T> {
  const [round, setRound] = useState(0);
  const [asked, setAsked] = useState<Omit<Asked<T>, 'reload'> & { key?: string | undefined }>({
    data: undefined,
    error: undefined,
    loading: true,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for the question
  useEffect(() => {
    if (key === undefined) return;
    const controller = new AbortController();
    setAsked((before) => ({ ...before, data: before.key === key ? before.data : undefined, key, loading: true }));
    const { signal } = controller;
    const failed = (error: Error) => {
      if (!signal.aborted) setAsked((before) => ({ ...before, error, loading: false }));
    };
    untilAnswered(question, signal, failed).then((data) => {
      if (!signal.aborted) setAsked({ key, data, error: undefined, loading: false });
    }, failed);
    return () => controller.abort();
  }, [key, round]);
  const reload = useCallback(() => setRound((before) => before + 1), []);
  return { data: asked.data, error: asked.error, loading: asked.loading, reload };
}
