import type { FlowEvent, Resource } from '@managed-identity-lab/client';
import { useEffect, useMemo } from 'react';
import { ask } from '../../api/lab.ts';
import { useAsk } from '../../api/use-ask.ts';
import { useEvents } from '../../live/use-events.ts';
import { toModel } from './model.ts';

/** Resets and the lab file change what exists without an event. */
const REFRESH_MS = 10_000;
const SETTLED_MS = 300;

/** What exists, asked again when somebody changed it: this page, `az`, a program. */
export function useLabModel() {
  const { data, error, reload } = useAsk('resources', (signal) =>
    ask<{ resources: Resource[] }>('GET', '/resources', undefined, signal),
  );
  const { events } = useEvents();
  const change = events.findLast(isChange);
  const changed = change && `${change.service}-${change.sequence}-${change.at}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another change is asked for
  useEffect(() => {
    const timer = setTimeout(reload, SETTLED_MS);
    return () => clearTimeout(timer);
  }, [changed, reload]);
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden) reload();
    }, REFRESH_MS);
    return () => clearInterval(timer);
  }, [reload]);
  const model = useMemo(() => data && toModel(data.resources), [data]);
  return { model, error, reload, changed };
}

/** A write that succeeded, where resources are. Tokens are asked for with POST as well, and change nothing. */
const isChange = ({ service, method, status, operation }: FlowEvent): boolean =>
  (service === 'arm' ||
    service === 'keyvault' ||
    service === 'blob' ||
    (service === 'entra' && !/Token/.test(operation ?? ''))) &&
  !['GET', 'HEAD', 'OPTIONS'].includes(method) &&
  status < 400;
