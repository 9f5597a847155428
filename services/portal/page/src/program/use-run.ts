import type { RunProgress, WorkloadRun } from '@managed-identity-lab/client';
import { createParser } from 'eventsource-parser';
import { useEffect, useRef, useState } from 'react';
import { LabError, orSilence, send } from '../api/lab.ts';
import { NOTHING_RUN, progressed, type RunState } from './run-state.ts';

/** Runs the program of a workload, and follows where it is. */
export function useRun(workload: string | undefined) {
  const [state, setState] = useState<RunState>(NOTHING_RUN);
  const [error, setError] = useState<Error>();
  const [isRunning, setRunning] = useState(false);
  const left = useRef(new AbortController());
  // biome-ignore lint/correctness/useExhaustiveDependencies: another workload's program begins anew
  useEffect(() => {
    const here = new AbortController();
    left.current = here;
    setState(NOTHING_RUN);
    setError(undefined);
    setRunning(false);
    return () => here.abort();
  }, [workload]);
  const start = async () => {
    if (workload === undefined) return;
    const { signal } = left.current;
    setState(NOTHING_RUN);
    setError(undefined);
    setRunning(true);
    try {
      const run = await follow(workload, signal, (progress) => setState((before) => progressed(before, progress)));
      setState((before) => ({ ...before, run }));
    } catch (thrown) {
      if (!signal.aborted) setError(thrown as Error);
    } finally {
      if (!signal.aborted) setRunning(false);
    }
  };
  return { state, error, isRunning, start };
}

/** @throws LabError where the run is refused, also in the middle. */
async function follow(
  workload: string,
  signal: AbortSignal,
  onProgress: (progress: RunProgress) => void,
): Promise<WorkloadRun> {
  const { body } = await send('POST', `/workloads/${encodeURIComponent(workload)}/run`, {
    headers: { Accept: 'text/event-stream', 'Content-Type': 'application/json' },
    body: '{}',
    signal,
  });
  let run: WorkloadRun | undefined;
  let refusal: LabError | undefined;
  const parser = createParser({
    onEvent: ({ event, data }) => {
      const value: unknown = JSON.parse(data);
      if (event === 'step') onProgress(value as RunProgress);
      if (event === 'run') run = value as WorkloadRun;
      if (event === 'error') {
        refusal = new LabError({ status: 503, ...(value as { error: { code: string; message: string } }).error });
      }
    },
  });
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
  const next = () => orSilence(signal, reader ? reader.read() : Promise.resolve(undefined));
  for (let part = await next(); part && !part.done; part = await next()) parser.feed(part.value);
  if (run) return run;
  throw refusal ?? new LabError({ status: 0, code: 'NoAnswer', message: 'The run was cut off.' });
}
