import type { IsolationMap } from '@managed-identity-lab/client';
import { useCallback, useState } from 'react';
import { ask, LabError } from '../../api/lab.ts';
import { useAsk } from '../../api/use-ask.ts';

export type Wish = { readonly source?: string; readonly target?: string };

/** The map, and what lets machines probe. */
export function useIsolation() {
  const read = useAsk('isolation', (signal) => ask<IsolationMap>('GET', '/isolation', undefined, signal));
  const [probed, setProbed] = useState<IsolationMap>();
  const [error, setError] = useState<Error>();
  const [underWay, setUnderWay] = useState<Wish>();
  const probe = useCallback(async (wish: Wish) => {
    setUnderWay(wish);
    setError(undefined);
    try {
      const { source, target } = wish;
      const body = { ...(source && { sources: [source] }), ...(target && { targets: [target] }) };
      setProbed(await ask<IsolationMap>('POST', '/isolation/probes', body));
    } catch (thrown) {
      setError(thrown as Error);
    } finally {
      // Another one may have begun meanwhile.
      setUnderWay((now) => (now === wish ? undefined : now));
    }
  }, []);
  const isIsolated = !(read.error instanceof LabError && read.error.code === 'NotIsolated');
  return {
    map: probed ?? read.data,
    error: error ?? (isIsolated ? read.error : undefined),
    isLoading: read.loading && !read.data,
    isIsolated,
    underWay,
    probe,
  };
}

/** Whether a cell is being probed just now. */
export const isUnderWay = (underWay: Wish | undefined, source: string, target: string): boolean =>
  underWay !== undefined && (underWay.source ?? source) === source && (underWay.target ?? target) === target;
