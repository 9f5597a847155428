import type { FlowEvent } from '@lab/shared/events.ts';
import type { Step } from '@lab/shared/flows/index.ts';
import { useMemo, useState } from 'react';
import { ask, isSilence } from '../../api/lab.ts';
import { useAsk } from '../../api/use-ask.ts';
import { useEvents } from '../../live/use-events.ts';
import { flowModel, ofAnswer, type ShownFlow } from './flow-model.ts';

/** Of the page, so that who comes back to the view finds it as it was. */
const model = flowModel();

export type Pause = { readonly isPaused: boolean; readonly waiting: number; toggle(): void };

/** What is shown: everything as it happens, or everything until it was paused. */
export function useFlows(): { flows: readonly ShownFlow[]; pause: Pause } {
  const { events } = useEvents();
  // Of the same JSON, where nothing is undefined.
  const live = useMemo(() => {
    model.follow(events as readonly FlowEvent[]);
    return model.flows();
  }, [events]);
  const [kept, setKept] = useState<{ flows: readonly ShownFlow[]; last: unknown }>();
  const waiting = kept ? events.length - 1 - events.lastIndexOf(kept.last as never) : 0;
  return {
    flows: kept?.flows ?? live,
    pause: {
      isPaused: kept !== undefined,
      waiting: kept && events.includes(kept.last as never) ? waiting : 0,
      toggle: () => setKept(kept ? undefined : { flows: live, last: events.at(-1) }),
    },
  };
}

/** The flow of an address, asked of the lab where the page has not heard of it. */
export function useLinkedFlow(id: string | undefined, flows: readonly ShownFlow[]) {
  const { connection } = useEvents();
  // It grows with `flows`; while they are paused it is found as it was.
  const own = useMemo(() => {
    if (id === undefined) return undefined;
    return flows.find(({ steps }) => steps.some((step) => step.id === id)) ?? model.find(id);
  }, [id, flows]);
  const isUnknown = id !== undefined && own === undefined && connection === 'live';
  const { data, error } = useAsk(isUnknown ? `flow ${id}` : undefined, (signal) =>
    ask<{ steps: readonly Step[] }>('GET', `/flows/${encodeURIComponent(id ?? '')}`, undefined, signal),
  );
  const asked = useMemo(() => (data ? ofAnswer(data.steps) : undefined), [data]);
  return {
    flow: own ?? (isUnknown ? asked : undefined),
    isMissing: isUnknown && error !== undefined && !isSilence(error),
  };
}
