import type { FlowEvent, Resource } from '@managed-identity-lab/client';
import { useEffect, useMemo, useState } from 'react';
import { ask } from '../../api/lab.ts';
import { useAgain } from '../../api/use-again.ts';
import { useAsk } from '../../api/use-ask.ts';
import { useEvents } from '../../live/use-events.ts';
import { toModel } from './model.ts';

/** Resets and the lab file change what exists without an event. */
const REFRESH_MS = 10_000;
const SETTLED_MS = 300;

/** What exists, asked again when somebody changed it: this page, `az`, a program. */
export function useLabModel() {
  const { events } = useEvents();
  const change = events.findLast(isChange);
  const changed = change && `${change.service}-${change.sequence}-${change.at}`;
  const settled = useSettled(changed, SETTLED_MS);
  const asked = useAsk(
    'resources',
    (signal) => ask<{ resources: Resource[] }>('GET', '/resources', undefined, signal),
    settled,
  );
  useAgain(asked, REFRESH_MS);
  const { data, error, reload } = asked;
  const model = useMemo(() => data && toModel(data.resources), [data]);
  return { model, error, reload, changed };
}

/** The value once it has been the same for a while. */
function useSettled<T>(value: T, ms: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return settled;
}

/** A write that succeeded, where resources are. Tokens are asked for with POST as well, and change nothing. */
const isChange = ({ service, method, status, operation }: FlowEvent): boolean =>
  (service === 'arm' ||
    service === 'keyvault' ||
    service === 'blob' ||
    (service === 'entra' && !/Token/.test(operation ?? ''))) &&
  !['GET', 'HEAD', 'OPTIONS'].includes(method) &&
  status < 400;
