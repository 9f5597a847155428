import { useCallback, useEffect, useRef, useState } from 'react';
import { untilAnswered } from './until-answered.ts';

export type Asked<T> = {
  /** Of the last answer, also while it is asked again. */
  readonly data: T | undefined;
  readonly error: Error | undefined;
  /** It is being asked just now, or has to be asked again because nobody answered. */
  readonly loading: boolean;
  /** Asks anew. Ends when something has come of that: who changed something waits for it before they go on. */
  reload(): Promise<void>;
};

const NOTHING = { data: undefined, error: undefined, loading: true } as const;

/**
 * What the lab answers to a question, asked when the component is shown and whenever `key` changes, and again for as long as
 * nobody answers; `error` says so meanwhile. What was answered to another key is not shown.
 *
 * @param key     Says what is asked; undefined: nothing yet.
 * @param version Another one: it is asked anew, and the answer that is there stays until then.
 */
export function useAsk<T>(
  key: string | undefined,
  question: (signal: AbortSignal) => Promise<T>,
  version = '',
): Asked<T> {
  const [round, setRound] = useState(0);
  const [asked, setAsked] = useState<Omit<Asked<T>, 'reload'> & { readonly key?: string | undefined }>(NOTHING);
  const waiting = useRef<(() => void)[]>([]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for the question
  useEffect(() => {
    if (key === undefined) return;
    const controller = new AbortController();
    const { signal } = controller;
    const told = waiting.current.splice(0);
    const change = (changed: Partial<Asked<T>>) => {
      if (signal.aborted) return;
      setAsked((before) => ({ ...(before.key === key ? before : NOTHING), ...changed, key }));
    };
    const tell = () => {
      for (const done of told.splice(0)) done();
    };
    change({ loading: true });
    untilAnswered(question, signal, (error) => {
      change({ error });
      tell();
    })
      .then(
        (data) => change({ data, error: undefined, loading: false }),
        (error: Error) => change({ error, loading: false }),
      )
      .finally(() => {
        if (!signal.aborted) tell();
      });
    return () => {
      controller.abort();
      // Who waited for this question waits for the one in its place.
      waiting.current.unshift(...told.splice(0));
    };
  }, [key, round, version]);
  const reload = useCallback(
    () =>
      new Promise<void>((done) => {
        waiting.current.push(done);
        setRound((before) => before + 1);
      }),
    [],
  );
  const { data, error, loading } = asked.key === key ? asked : NOTHING;
  return { data, error, loading, reload };
}
