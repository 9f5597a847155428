import { useEffect } from 'react';
import type { Asked } from './use-ask.ts';

/**
 * Asks again once in a while, as long as somebody looks. The time is counted from the answer: a question that takes longer
 * than that would otherwise be given up for the next one again and again, and never be answered.
 */
export function useAgain({ loading, reload }: Pick<Asked<unknown>, 'loading' | 'reload'>, everyMs: number): void {
  useEffect(() => {
    if (loading) return;
    const timer = setInterval(() => {
      if (!document.hidden) void reload();
    }, everyMs);
    return () => clearInterval(timer);
  }, [loading, reload, everyMs]);
}
